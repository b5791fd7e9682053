import { whenListed } from '../attempt/dispatching.ts'
import type { TaskId } from '../names.ts'
import type { TaskState } from '../state.ts'
import { explainFull } from '../words/schedule.ts'
import type { ClaimFacts, Instant, Sha, World } from '../world.ts'
import type { Turn } from './admit.ts'
import type { Candidate } from './candidate.ts'
import type { Left } from './left.ts'

/** `free`: places beside all that runs, less than none where more runs than may. `late`: claims that wait for one. */
export type Shared = { claimed: readonly ClaimFacts[]; free: number; late: ReadonlySet<Sha> }

type Given = { world: Pick<World, 'judge' | 'admission'>; left: Left; most: number }

/** What has a place, and what was claimed for one that is there no more. */
export function sharePlaces(states: readonly TaskState[], { world, left, most }: Given): Shared {
  const claimed = states.flatMap(state => claimOf(state) ?? [])
  const running = states.filter(isRunning).length + (world.judge?.underWay ?? 0) + left.takers.length
  const free = most - running
  return { claimed, free, late: listLate(claimed, Math.max(0, free), world.admission.at) }
}

/**
 * Whose place was given away: its task was held for a while after it was claimed, or there are fewer places now. The last of them wait,
 * for whoever looks the same ones; what may have been dispatched, though no list shows it yet, comes before what was not.
 * @param at when it was looked
 */
function listLate(claimed: readonly ClaimFacts[], free: number, at: Instant): ReadonlySet<Sha> {
  const isLate = (claim: ClaimFacts) => Number(whenListed(claim) <= at)
  const inOrder = claimed.toSorted((a, b) => isLate(a) - isLate(b) || a.at - b.at || (a.sha < b.sha ? -1 : 1))
  return new Set(inOrder.slice(free).map(({ sha }) => sha))
}

/** Of an attempt, or of a review; null where nothing is claimed, or its run is there. */
export function claimOf(state: TaskState): ClaimFacts | null {
  if (state.is === 'claimed') return state.claim
  return state.is === 'proposed' && state.review.is === 'claimed' ? state.review.claim : null
}

function isRunning(state: TaskState): boolean {
  return state.is === 'running' || (state.is === 'proposed' && state.review.is === 'running')
}

/** What is late for less than this may be dispatched in the next look, and is not worth a word. Milliseconds. */
const SOON = 15_000

/**
 * Nobody dispatches them now, and why: what GitHub refuses waits for a person first. Behind how many it waits is left out: each of those
 * that got its place would change the words of all others.
 */
export function tellLate(
  candidates: readonly Candidate[],
  { now, ...given }: Given & { now: Instant },
): [TaskId, Turn][] {
  const states = candidates.map(({ state }) => state)
  const { late } = sharePlaces(states, given)
  if (late.size === 0) return []
  const why = explainFull({ is: 'all', name: '', most: given.most })
  return candidates.flatMap(({ task, state }): [TaskId, Turn][] => {
    const claim = claimOf(state)
    if (claim === null || !late.has(claim.sha)) return []
    if (claim.dispatch?.is === 'refused' || now - claim.at < SOON) return []
    return [[task.id, { is: 'wait', on: 'capacity', why }]]
  })
}
