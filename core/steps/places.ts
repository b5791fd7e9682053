import { whenListed } from '../attempt/dispatching.ts'
import type { Effect } from '../effect.ts'
import type { TaskId } from '../names.ts'
import type { Left } from '../schedule/left.ts'
import type { TaskState } from '../state.ts'
import type { ClaimFacts, Instant, Sha, World } from '../world.ts'

/** `left`: what nobody waits for any more. */
export type Present = { states: readonly TaskState[]; left: Left }

/**
 * Runners are shared: agents, the merge job, and what is being cancelled all take a place. Who was claimed comes first; then what is
 * judged, combinations before the rest, as several wait for each; then who would begin, also where what lands was not counted on.
 */
export function keepPlaces(effects: readonly Effect[], world: World, present: Present): readonly Effect[] {
  if (!world.config.ok) return effects
  const { states, left } = present
  const claimed = states.flatMap(listClaimed)
  const running = states.filter(isRunning).length + (world.judge?.underWay ?? 0) + left.takers.length
  const free = world.config.value.limits.parallel - running
  const late = listLate(claimed, free, world.admission.at)
  const room = Math.max(0, free - claimed.length)
  const judged = effects
    .filter(effect => effect.do === 'judge')
    .toSorted((a, b) => Number(a.task !== null) - Number(b.task !== null))
    .slice(0, room)
  const begin = effects.flatMap(effect => (effect.do === 'claim' ? effect.task : []))
  const later = new Set(begin.slice(room - judged.length))
  return effects.filter(effect => {
    if (effect.do === 'judge') return judged.includes(effect)
    return !(effect.do === 'dispatch' && late.has(effect.claim)) && !isOf(effect, later)
  })
}

/** What begins a task, and shows that it began. */
function isOf(effect: Effect, tasks: ReadonlySet<TaskId>): boolean {
  return (effect.do === 'claim' || effect.do === 'label') && tasks.has(effect.task)
}

/**
 * Whose place was given away: its task was held for a while after it was claimed, or there are fewer places now. The last of them wait,
 * for whoever looks the same ones; what may have been dispatched, though no list shows it yet, comes before what was not.
 * @param at when it was looked
 */
function listLate(claimed: readonly ClaimFacts[], free: number, at: Instant): ReadonlySet<Sha> {
  const isLate = (claim: ClaimFacts) => Number(whenListed(claim) <= at)
  const inOrder = claimed.toSorted((a, b) => isLate(a) - isLate(b) || a.at - b.at || (a.sha < b.sha ? -1 : 1))
  return new Set(inOrder.slice(Math.max(0, free)).map(({ sha }) => sha))
}

function listClaimed(state: TaskState): ClaimFacts[] {
  if (state.is === 'claimed') return [state.claim]
  return state.is === 'proposed' && state.review.is === 'claimed' ? [state.review.claim] : []
}

function isRunning(state: TaskState): boolean {
  return state.is === 'running' || (state.is === 'proposed' && state.review.is === 'running')
}
