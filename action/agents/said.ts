import type { FailureKind } from '../../core/agents/failure.ts'
import { classify } from '../gateway/failure.ts'
import type { ProcessResult } from '../process.ts'
import type { AgentFailure } from './agent.ts'

/** What programs print for other programs, read with care: any of it may be missing, cut or something else. */
export type Line = Readonly<Record<string, unknown>>

/** The JSON objects of an output with one on each line; other lines are left out. */
export function readLines(output: Buffer): Line[] {
  return output
    .toString('utf8')
    .split('\n')
    .map(parseLine)
    .filter(line => line !== null)
}

/** Null when the text is no JSON object. */
export function parseLine(text: string): Line | null {
  if (!text.trimStart().startsWith('{')) return null
  try {
    return lineAt(JSON.parse(text))
  } catch {
    return null
  }
}

/** The last JSON object in a text that has other words around it. */
export function findObject(text: string): Line | null {
  for (let from = text.indexOf('{'); from >= 0; from = text.indexOf('\n{', from + 1)) {
    const line = parseLine(text.slice(from).trim())
    if (line !== null) return line
  }
  return null
}

export function lineAt(value: unknown, ...path: readonly string[]): Line | null {
  const found = path.reduce<unknown>((at, name) => (isLine(at) ? at[name] : undefined), value)
  return isLine(found) ? found : null
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, path)
  return typeof found === 'string' ? found : ''
}

/** Null when there is no number. None that programs tell of can be below zero. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = valueAt(value, path)
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : null
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return lineAt(value, ...path.slice(0, -1))?.[path.at(-1) ?? '']
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The sum of those that are numbers; null when none is. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((all, one) => all + one, 0)
}

/** What a program's complaint is about, by the status that it names and by its words. */
export function failureOf(why: string, status: number | null = statusIn(why)): AgentFailure {
  return { kind: kindOf(why, status), why }
}

function kindOf(why: string, status: number | null): FailureKind {
  if (/budget_exhausted|budget of this run/i.test(why)) return 'budget'
  if (/model_not_allowed|model_without_price/i.test(why)) return 'model'
  if (status === 404 || /model.{0,40}(?:not.?found|does not exist|not exist)/i.test(why)) return 'model'
  if (/high demand/i.test(why)) return 'overload'
  if (/usage policy/i.test(why)) return 'refusal'
  // What comes without a status may be about anything: only plain words of a service are believed.
  const kind = classify(status ?? 200, why)
  if (kind !== 'other') return kind
  return /ECONN|ENOTFOUND|EAI_AGAIN|fetch failed|connect(?:ion)? (?:refused|error)|network/i.test(why)
    ? 'unreachable'
    : 'crash'
}

function statusIn(why: string): number | null {
  const found =
    /\b(?:status(?: code)?|error|http|code)\W{0,4}([45]\d\d)\b|\b([45]\d\d) (?:Unauthorized|Too Many|Internal|Forbidden|Not Found|Bad)/i.exec(
      why,
    )
  return found === null ? null : Number(found[1] ?? found[2])
}

/** The end of what was said on the side; for programs that ended without a word in their own form. */
export function lastWords(result: ProcessResult): string {
  const text = result.stderr.toString('utf8').trim() || result.stdout.toString('utf8').trim()
  return text.split('\n').at(-1)?.trim().slice(0, 500) ?? ''
}

/** Did it end as a program does that thinks it succeeded? */
export function endedWell({ end }: ProcessResult): boolean {
  return end.is === 'exited' && end.code === 0
}
