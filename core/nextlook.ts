import { whenToDispatch } from './attempt/dispatching.ts'
import type { TaskState } from './state.ts'
import type { ClaimFacts, Instant } from './world.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Answers that lag behind one another agree after about so long. Milliseconds. */
const MOMENT = 2_000

/** Does it, at whatever time? */
export function asksForLook(state: TaskState): boolean {
  return lookAgain(state, 0) !== null
}

function lookAgain(state: TaskState, now: Instant): Instant | null {
  switch (state.is) {
    case 'claimed':
      return lookForRun(state.claim, now)
    case 'waiting':
      if (state.on === 'host') return now + MOMENT
      // Another day, another budget.
      return state.on === 'budget' ? Math.floor(now / DAY) * DAY + DAY : null
    case 'proposed':
      return state.review.is === 'claimed' ? lookForRun(state.review.claim, now) : now + MINUTE
    case 'ready':
    case 'attempted':
    case 'running':
    case 'undoing':
      return now + MINUTE
    default:
      return null
  }
}

function lookForRun(claim: ClaimFacts, now: Instant): Instant {
  const due = whenToDispatch(claim).at
  return due > now ? Math.max(now + 250, due) : now + MINUTE
}

/** `soon`: more is known in a moment. `pool`: when its books are to be looked at; `left`: when it is known that a run is not there. */
type Pass = { now: Instant; soon: boolean; pool: Instant | null; left: Instant | null }

/** When to look again without being woken; null: when woken. */
export function whenToLook(
  decisions: readonly { state: TaskState; until: Instant | null }[],
  { now, soon, pool, left }: Pass,
): Instant | null {
  let first = Math.min(
    soon ? now + MOMENT : Number.POSITIVE_INFINITY,
    pool ?? Number.POSITIVE_INFINITY,
    left ?? Number.POSITIVE_INFINITY,
  )
  for (const { state, until } of decisions) {
    if (until !== null && until < first) first = until
    const at = lookAgain(state, now)
    if (at !== null && at < first) first = at
  }
  return first === Number.POSITIVE_INFINITY ? null : first
}
