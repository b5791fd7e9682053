import type { Decision } from './plan.ts'
import type { TaskState } from './state.ts'
import { whenToDispatch } from './steps/start.ts'
import type { ClaimFacts, Instant, World } from './world.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Answers that lag behind one another agree after about so long. Milliseconds. */
const MOMENT = 2_000

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

/** When to look again without being woken; null: when woken. */
export function whenToLook(world: World, decisions: readonly Decision[], now: Instant): Instant | null {
  let first: Instant | null = world.moreStrangers ? now + MOMENT : null
  for (const { state, until } of decisions) {
    for (const at of [lookAgain(state, now), until]) {
      if (at !== null && (first === null || at < first)) first = at
    }
  }
  return first
}
