import type { Folding } from '../fold.ts'
import type { LedgerEvent, TaskRecord } from '../ledger.ts'
import { proposalOf } from '../proposal.ts'
import type { TaskState } from '../state.ts'
import { explainEscalation } from '../words/voices.ts'
import type { Instant } from '../world.ts'
import { type Decision, isOpen, readDecisions } from './voices.ts'

/** So many are kept; what is older is of pull requests that are long gone. */
const KEPT = 50
const HOUR = 3_600_000

/** `at`: when its time is over. */
export type Overdue = Decision & { pull: number; at: Instant }

/** Decisions that somebody is to be told about at some time, and has not been: open, and with somebody to tell. */
function listAwaited(facts: Folding, state: TaskState): readonly Overdue[] {
  if (state.is !== 'proposed' || !facts.config.ok || facts.config.value.gates.voices.length === 0)
    return NOBODY
  return listOpen(facts, state)
}

const NOBODY: readonly Overdue[] = []

function listOpen(facts: Folding, { pull, attempt }: Extract<TaskState, { is: 'proposed' }>): Overdue[] {
  // The time is that of this very commit, since people could first see it.
  const since = pull.gate?.at
  if (since === undefined || pull.state !== 'open') return []
  const isTold = (rule: string) =>
    facts.record.escalated.some(one => one.pull === pull.number && one.rule === rule)
  return readDecisions(proposalOf(facts, pull, attempt))
    .filter(one => isOpen(one) && one.rule.escalate !== undefined && !isTold(one.rule.name))
    .map(one => ({ ...one, pull: pull.number, at: since + one.rule.hours * HOUR }))
}

export function findOverdue(facts: Folding, state: TaskState): readonly Overdue[] {
  const awaited = listAwaited(facts, state)
  return awaited.length === 0 ? awaited : awaited.filter(({ at }) => at <= facts.now)
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
