import type { Config } from '../config/config.ts'
import type { Folding } from '../fold.ts'
import type { LedgerEvent, TaskRecord } from '../ledger.ts'
import { proposalOf } from '../proposal.ts'
import type { TaskState } from '../state.ts'
import { explainEscalation, printCall } from '../words/voices.ts'
import type { AppFacts, Instant, PullFacts } from '../world.ts'
import type { Proposal } from './gate.ts'
import { type Decision, isOpen, readDecisions } from './voices.ts'

/** So many are kept; what is older is of pull requests that are long gone. */
const KEPT = 50
const HOUR = 3_600_000

/** `at`: when its time is over. */
export type Overdue = Decision & { pull: number; at: Instant }

/** Decisions that somebody is to be told about at some time, and has not been: open, and with somebody to tell. */
function listAwaited(facts: Folding, state: TaskState, proposal: Proposal | null = null): readonly Overdue[] {
  if (state.is !== 'proposed' || !facts.config.ok || facts.config.value.gates.voices.length === 0)
    return NOBODY
  return listOpen(facts, state, proposal)
}

const NOBODY: readonly Overdue[] = []

function listOpen(
  facts: Folding,
  { pull, attempt }: Extract<TaskState, { is: 'proposed' }>,
  proposal: Proposal | null,
): Overdue[] {
  // The time is that of this very commit, since people could first see it.
  const since = pull.gate?.at
  if (since === undefined || pull.state !== 'open') return []
  const isTold = (rule: string) =>
    facts.record.escalated.some(one => one.pull === pull.number && one.rule === rule)
  return readDecisions(proposal ?? proposalOf(facts, pull, attempt))
    .filter(one => isOpen(one) && one.rule.escalate !== undefined && !isTold(one.rule.name))
    .map(one => ({ ...one, pull: pull.number, at: since + one.rule.hours * HOUR }))
}

/** @param proposal what is shown; null where it is that of the attempt. */
export function findOverdue(
  facts: Folding,
  state: TaskState,
  proposal: Proposal | null = null,
): readonly Overdue[] {
  const awaited = listAwaited(facts, state, proposal)
  return awaited.length === 0 ? awaited : awaited.filter(({ at }) => at <= facts.now)
}

/** Of people's own pull requests the ledger has nothing: what was said there already is known by our own words. */
export function readTold(
  { number, comments }: Pick<PullFacts, 'number' | 'comments'>,
  { voices }: Config['gates'],
  { botId }: AppFacts,
): TaskRecord['escalated'] {
  return voices.flatMap(rule => {
    const told = comments.find(({ by, body }) => by.id === botId && body.startsWith(printCall(rule)))
    return told === undefined ? [] : [{ pull: number, rule: rule.name, at: told.at }]
  })
}

/** When somebody is to be told next; null when nobody is. */
export function whenToEscalate(facts: Folding, state: TaskState): Instant | null {
  const awaited = listAwaited(facts, state)
  return awaited.length === 0 ? null : Math.min(...awaited.map(({ at }) => at))
}

export function rememberOverdue(
  { escalated: known }: TaskRecord,
  overdue: readonly Overdue[],
  at: Instant,
): TaskRecord['escalated'] {
  return [...known, ...overdue.map(({ pull, rule }) => ({ pull, rule: rule.name, at }))].slice(-KEPT)
}

export function logOverdue({ task, world, now }: Folding, overdue: readonly Overdue[]): LedgerEvent[] {
  return overdue.map(one => ({
    at: now,
    task: task.id,
    event: 'escalated',
    actor: world.app.login,
    cause: explainEscalation(one),
    evidence: { issue: task.issue.number, pull: one.pull, given: one.given.length, needed: one.rule.needed },
  }))
}
