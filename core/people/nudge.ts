import type { Effect } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { waitsForPeople } from '../landing/standing.ts'
import type { LedgerEvent, TaskRecord } from '../ledger.ts'
import type { TaskState, WaitReason } from '../state.ts'
import { explainNudge, writeNudge } from '../words/nudge.ts'
import type { Instant } from '../world.ts'

/**
 * A step that is a person's, and that nobody takes for long: who asked for the work is told once more, by a comment of its own. `issue`:
 * where, the issue or its pull request; `since`: when people could first see that it is theirs; `at`: when it is told.
 */
export type Nudge = { issue: number; login: string; since: Instant; at: Instant; hours: number }

const HOUR = 3_600_000
/** Among what people were told once: no decision of theirs can be called like that. */
const RULE = 'nudge:person'

/** What waits for anybody, or for what holds for many tasks at once, is told where it stands, and not to each who asked. */
const OWNED: readonly WaitReason[] = ['re-approval', 'answer', 'person']

/** Null where nothing waits for a person, nobody is to be told, or they were. */
export function findNudge(facts: Folding, state: TaskState): Nudge | null {
  const { config, record } = facts
  if (record.approval === null || !config.ok) return null
  const step = findStep(facts, state)
  const hours = config.value.limits.nudge_hours
  if (step === null || hours === 0 || isTold(record, step)) return null
  return { ...step, login: record.approval.by.login, at: step.since + hours * HOUR, hours }
}

function findStep({ task }: Folding, state: TaskState): Pick<Nudge, 'issue' | 'since'> | null {
  if (state.is === 'proposed') {
    const { pull } = state
    const since = pull.state === 'open' && waitsForPeople(state) ? pull.gate?.at : undefined
    return since === undefined ? null : { issue: pull.number, since }
  }
  const isOwned = state.is === 'stuck' || state.is === 'malformed' || isOwnedWait(state)
  const since = isOwned && task.issue.state === 'open' ? task.statusComment?.at : undefined
  return since === undefined ? null : { issue: task.issue.number, since }
}

function isOwnedWait(state: TaskState): boolean {
  return state.is === 'waiting' && OWNED.includes(state.on)
}

function isTold({ escalated }: TaskRecord, { issue, since }: Pick<Nudge, 'issue' | 'since'>): boolean {
  return escalated.some(one => one.rule === RULE && one.pull === issue && one.at >= since)
}

/** What is said now, and kept, so that it is said once: the right to do so is won on the ledger. */
export type Telling = {
  told: TaskRecord['escalated'][number]
  event: LedgerEvent
  calls: readonly Extract<Effect, { do: 'call' }>[]
}

/** The last word of its kind is enough. */
export function rememberTold(
  known: TaskRecord['escalated'],
  { told }: Pick<Telling, 'told'>,
): TaskRecord['escalated'] {
  return [...known.filter(one => one.pull !== told.pull || one.rule !== told.rule), told]
}

export function nudge(facts: Folding, state: TaskState): Telling | null {
  const due = findNudge(facts, state)
  const { task, now, world } = facts
  if (due === null || due.at > now) return null
  const { issue: pull } = due
  const evidence = { issue: task.issue.number, told_on: pull }
  return {
    told: { pull, rule: RULE, at: now },
    event: {
      at: now,
      task: task.id,
      event: 'nudged',
      actor: world.app.login,
      cause: explainNudge(due),
      evidence,
    },
    calls: [{ do: 'call', task: task.id, pull, body: writeNudge(due, state) }],
  }
}
