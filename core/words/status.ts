import { newestClaim } from '../attempt/attempt.ts'
import { findScratchpad } from '../attempt/scratchpad.ts'
import { printProblem } from '../contract/problem.ts'
import type { Report } from '../contract/report.ts'
import type { Folding } from '../fold.ts'
import { isUndecided } from '../gates/conflict.ts'
import { ANSWER_END, ANSWER_START, STATUS_MARKER } from '../names.ts'
import type { Answer } from '../project.ts'
import { inForce } from '../rebase/force.ts'
import type { TaskState } from '../state.ts'
import { readTask } from '../task.ts'
import { quoteBlock, quoteCell, quoteLine } from '../text/quote.ts'
import type { TaskFacts } from '../world.ts'
import { writeAnswer } from './answer.ts'
import { writeAsk } from './ask.ts'
import { writeAsker } from './asker.ts'
import { explainNearly } from './budget.ts'
import { writeClosed } from './gate.ts'
import { explainRace } from './race.ts'
import { writeRewriting } from './rebase.ts'
import { writeHelp, writeState } from './state.ts'
import { explainUnjudged } from './unjudged.ts'
import { readableReports, writeUsage } from './usage.ts'

/** The one status comment of an issue. The same facts give the same text, so that nothing is edited for nothing. */
export function writeStatus(facts: Folding, state: TaskState, answer: Answer | null): string {
  const headline = `**${writeState(state)}**`
  const help = writeHelp(state)
  const said = answer === null ? keptAnswer(facts, headline) : writeAnswer(answer, facts)
  const parts = [
    STATUS_MARKER,
    headline,
    writeDetail(state),
    help === null ? '' : writeAsk(help),
    said === null ? '' : `${ANSWER_START}\n${said}\n${ANSWER_END}`,
    writeTable(facts, state),
    writeNote(facts, state),
    writeAdded(facts),
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

/** What an agent added to the task, as long as it is part of it. */
function writeAdded({ task, record }: Folding): string {
  const known = inForce(record)
  const spec = readTask(task.issue)
  return known === null || !spec.ok ? '' : writeRewriting(known, spec.value)
}

/** What the agent of the last attempt left for the next one: people read along. */
function writeNote({ task, record }: Folding, { is }: TaskState): string {
  const note = NO_OTHER_ATTEMPT.includes(is) ? null : findScratchpad(task, record)
  return note === null ? '' : `**Noted by the last attempt for the next one**\n\n${quoteBlock(note, 1000)}`
}

const NO_OTHER_ATTEMPT: readonly TaskState['is'][] = [
  'idle',
  'proposed',
  'merged',
  'undoing',
  'planned',
  'dropped',
]

/** An answer stays to be read until the task moves on. */
function keptAnswer({ task }: Folding, headline: string): string | null {
  const before = task.statusComment?.body.replaceAll('\r\n', '\n') ?? ''
  const start = before.indexOf(ANSWER_START)
  const end = before.indexOf(ANSWER_END, start)
  if (start < 0 || end < 0 || !before.includes(headline)) return null
  return before.slice(start + ANSWER_START.length, end).trim()
}

function writeTable(facts: Folding, state: TaskState): string {
  const rows: [string, string | null][] = [
    ['task', `\`${facts.task.id}\``],
    ['agent', writeAgent(facts, state)],
    ['attempt', writeAttempt(facts, state)],
    ['race', writeRace(facts)],
    ['pull request', facts.task.pull === null ? null : `#${facts.task.pull.number}`],
    ['used', writeUsage(reportsOf(facts.task))],
    ['budget', facts.nearly.length === 0 ? null : facts.nearly.map(explainNearly).join('; ')],
  ]
  const lines = rows.flatMap(([name, text]) => (text === null ? [] : [`| ${name} | ${quoteCell(text)} |`]))
  return ['| | |', '|---|---|', ...lines].join('\n')
}

/** Reviews are part of what a task used. */
function reportsOf({ reports, reviews }: TaskFacts): Report[] {
  return [...readableReports(reports), ...readableReports(reviews.reports)]
}

function writeAgent({ task, record, intent }: Folding, state: TaskState): string | null {
  const { approval } = record
  if (approval === null) return null
  const claim = newestClaim(task)
  const ticket = claim?.ticket.ok ? claim.ticket.value : null
  const chosen =
    state.is === 'ready'
      ? state
      : {
          agent: ticket?.agent.name ?? approval.agent,
          others: ticket?.race?.others.map(({ name }) => name) ?? [],
          because: ticket?.account?.because ?? '',
        }
  const others = intent.is === 'asked' ? intent.others : []
  const passedOver =
    others.length === 0
      ? ''
      : `; ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} set too, the newest counts`
  const because = chosen.because === '' ? '' : ` (${chosen.because})`
  const agents = [chosen.agent ?? 'an agent', ...chosen.others].join(' and ')
  return `${agents}${because}, ${writeAsker(approval)}${passedOver}`
}

function writeAttempt({ task }: Folding, state: TaskState): string | null {
  const attempt = newestClaim(task)?.attempt
  if (attempt === undefined) return null
  const run = state.is === 'running' ? state.run : task.runs.findLast(one => one.attempt === attempt)
  return run === undefined ? String(attempt) : `${attempt}: [run](${run.url})`
}

/** Of the newest attempt. */
function writeRace({ task }: Folding): string | null {
  const report = task.reports.get(newestClaim(task)?.attempt ?? 0)?.report
  const race = report?.ok ? report.value.race : undefined
  return race === undefined ? null : quoteLine(explainRace(race), 500)
}

function writeDetail(state: TaskState): string {
  if (state.is === 'malformed') {
    return state.problems.map(problem => `- ${quoteLine(printProblem(problem))}`).join('\n')
  }
  if (state.is === 'waiting' && state.on === 'answer') return quoteBlock(state.why)
  if (state.is === 'merged') return explainUnjudged(state.pull)
  if (state.is === 'proposed') {
    const { all, blocking } = state.verdicts
    const closed = all.filter(
      line => line.verdict.is !== 'pass' && (line.gate === blocking?.gate || !isUndecided(line)),
    )
    // A single one is the headline already.
    if (closed.length < 2) return ''
    return closed.map(({ gate, verdict }) => `- ${writeClosed(gate, verdict)}`).join('\n')
  }
  return ''
}
