import { agentsOf, genuineRuns } from '../attempt/attempt.ts'
import { whenListed } from '../attempt/dispatching.ts'
import { reviewsOf } from '../review/tries.ts'
import type { TaskState } from '../state.ts'
import type { ClaimFacts, Instant, TaskFacts, World } from '../world.ts'
import { printPlace } from './desk.ts'
import type { Taker } from './places.ts'

/**
 * What has a place though nobody waits for it any more: runs that are being ended, and runs that whoever had the right to may be
 * dispatching in this moment. `until`: when the first of those are on the list or are not there; null where there are none.
 */
export type Left = { takers: readonly LeftTaker[]; until: Instant | null }
/** `place`: null for what is left of issues that are here no longer. */
type LeftTaker = { taker: Taker; place: string | null }

/** No run lasts longer, with time to wait for a runner: one that no list shows any more has ended. Milliseconds. */
const LONGEST = 12 * 3_600_000

/** @param wanted what a task is, by its place among the world's */
export function listLeft(world: World, wanted: (place: number) => TaskState): Left {
  // What was listed may be a while ago.
  const now = world.admission.at
  const takers: LeftTaker[] = []
  let until: Instant | null = null
  const add = (task: TaskFacts, kind: 'attempt' | 'review', counted: number | null) => {
    for (const claim of task.claims) {
      const found = judge(claim, task, { world, counted, now })
      const taker = { agents: agentsOf(task, claim.attempt), epic: task.issue.parent }
      const place = printPlace(task.id, kind, claim.attempt)
      for (let n = 0; n < found.count; n++) takers.push({ taker, place })
      if (found.until !== null) until = Math.min(until ?? found.until, found.until)
    }
  }
  world.tasks.forEach((task, i) => {
    if (mayHaveLeft(task, now)) add(task, 'attempt', attemptOf(wanted(i)))
    if (mayHaveLeft(task.reviews, now)) add(reviewsOf(task), 'review', reviewOf(wanted(i)))
  })
  for (const orphan of world.orphans) {
    const isOpen = orphan.until > now
    if (isOpen) until = Math.min(until ?? orphan.until, orphan.until)
    const count = Math.max(orphan.runs.length, Number(isOpen))
    for (let n = 0; n < count; n++) takers.push({ taker: { agents: [], epic: null }, place: null })
  }
  return { takers, until }
}

/** Nearly all have not. */
function mayHaveLeft({ claims, runs }: Pick<TaskFacts, 'claims' | 'runs'>, now: Instant): boolean {
  return runs.some(run => run.status !== 'completed') || claims.some(claim => whenListed(claim) > now)
}

/** Whose place is counted as that of who is at work. */
function attemptOf(state: TaskState): number | null {
  if (state.is === 'claimed') return state.claim.attempt
  return state.is === 'running' ? state.attempt : null
}

function reviewOf(state: TaskState): number | null {
  if (state.is !== 'proposed') return null
  const { review } = state
  return review.is === 'claimed' || review.is === 'running' ? review.claim.attempt : null
}

type Seen = { world: World; counted: number | null; now: Instant }

function judge(
  claim: ClaimFacts,
  task: TaskFacts,
  { world, counted, now }: Seen,
): { count: number; until: Instant | null } {
  const isCounted = claim.attempt === counted
  const by = { app: world.app, defaultBranch: world.repo.defaultBranch }
  const runs = genuineRuns(task, claim.attempt, by)
  const under = runs.filter(run => run.status !== 'completed' && now - run.createdAt < LONGEST).length
  if (runs.length > 0 || isCounted) return { count: Math.max(0, under - Number(isCounted)), until: null }
  const until = whenListed(claim)
  // What has handed over has had its run.
  const mayShowUp = claim.sealed && until > now && !task.reports.has(claim.attempt)
  return mayShowUp ? { count: 1, until } : { count: 0, until: null }
}
