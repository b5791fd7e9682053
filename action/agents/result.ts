import type { ProcessResult } from '../process.ts'
import type { AgentFailure, AgentWord } from './agent.ts'
import {
  endedWell,
  failureOf,
  type Line,
  lastWords,
  lineAt,
  numberAt,
  readLines,
  sum,
  textAt,
} from './said.ts'

/** The events of claude, and of qwen, which has them in the same form: the last one is a `result`. `input`: what adds up to the prompt. */
export function readResult(run: ProcessResult, input: readonly string[]): AgentWord {
  const lines = readLines(run.stdout)
  const result = lines.findLast(line => line.type === 'result') ?? null
  const usage = lineAt(result, 'usage')
  const failure = failed(result, run)
  // What it is after a failure counts only a part.
  const isKnown = usage !== null && (failure === null || (numberAt(usage, 'input_tokens') ?? 0) > 0)
  return {
    message: failure === null ? textAt(result, 'result') : '',
    failure,
    usage: {
      tokensIn: isKnown ? sum(input.map(name => numberAt(usage, name))) : null,
      tokensOut: isKnown ? numberAt(usage, 'output_tokens') : null,
      tokensCached: isKnown ? numberAt(usage, 'cache_read_input_tokens') : null,
      costUsd: isKnown ? numberAt(result, 'total_cost_usd') : null,
    },
    session:
      textAt(
        lines.find(line => textAt(line, 'session_id') !== ''),
        'session_id',
      ) || null,
  }
}

/** How qwen ends when it has taken all its turns. */
const TURN_LIMIT = 53

function failed(result: Line | null, run: ProcessResult): AgentFailure | null {
  if (run.end.is === 'exited' && run.end.code === TURN_LIMIT) return { kind: 'turns', why: '' }
  if (result === null) return endedWell(run) ? { kind: 'bad-output', why: '' } : failureOf(lastWords(run))
  const text = textAt(result, 'result') || textAt(result, 'error', 'message')
  // qwen before 0.24 ends so, and with exit 0 and without `is_error`.
  const complains = /^\[?API Error\b/.test(text)
  if (result.is_error !== true && !complains) return endedWell(run) ? null : failureOf(text || lastWords(run))
  const subtype = textAt(result, 'subtype')
  if (subtype === 'error_max_turns') return { kind: 'turns', why: text }
  if (subtype === 'error_max_budget_usd') return { kind: 'budget', why: text }
  const errors = Array.isArray(result.errors) ? result.errors.filter(one => typeof one === 'string') : []
  const status = numberAt(result, 'api_error_status')
  return status === null
    ? failureOf([text, ...errors].filter(part => part !== '').join(' ') || lastWords(run))
    : failureOf(text, status)
}
