import { judgeAttempt, kindOf } from '../attempt/attempt.ts'
import type { TaskRecord } from '../ledger.ts'
import type { Projection } from '../project.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import type { KnownRewriting } from './rewriting.ts'

/** What an agent added to the task is remembered, once: the runs that vouch for it are forgotten with time. */
export function takeRewriting(
  task: TaskFacts,
  projection: Projection,
  { world, now }: { world: World; now: Instant },
): Projection {
  const { record } = projection
  if (task.distrust !== null || task.claims.length === 0) return projection
  const read = readRewriting({ ...task, record }, world, now)
  if (read === null || read.attempt <= (record.rewriting?.attempt ?? 0)) return projection
  return { ...projection, record: { ...record, rewriting: read }, changed: true }
}

/** What a run of ours vouches for, where the newest claim is one to think the task over; null else. */
function readRewriting(
  task: TaskFacts & { record: TaskRecord },
  { app, repo }: Pick<World, 'app' | 'repo'>,
  at: Instant,
): KnownRewriting | null {
  const state = judgeAttempt(task, app, repo.defaultBranch)
  if (state.is !== 'ended' || kindOf(state.claim) !== 'rebase' || !state.claim.ticket.ok) return null
  const { agent, spec } = state.claim.ticket.value
  const { rewriting, outcome } = state.report
  if (rewriting === undefined || outcome !== 'done') return null
  const { question: _, ...added } = rewriting
  return { ...added, attempt: state.claim.attempt, of: spec.approved, by: agent.name, at }
}
