import { expect, test } from 'vitest'
import { type Dispatching, RIGHT, rightOf, whenToDispatch } from '../../../core/attempt/dispatching.ts'
import type { ClaimFacts } from '../../../core/world.ts'
import { makeClaim, sha } from '../../make.ts'

/**
 * Controllers that share one pace, as replicas do through Redis: each request waits for its turn among those of all repositories,
 * while the time goes by for which a claim is theirs to dispatch. GitHub lists a run as late as it may.
 */
type Wish = { repositories: number; controllers: number /** Seconds between two requests. */; every: number }

const SECOND = 1_000
const LISTED = 4 * SECOND
const PATIENCE = 6 * 3_600 * SECOND

type Place = { claim: ClaimFacts; runs: number[] }

/** When each repository's claim was dispatched, in seconds, for each run that was started. */
function share({ repositories, controllers, every }: Wish): number[][] {
  let [now, last] = [0, 0]
  const places = Array.from(
    { length: repositories },
    (): Place => ({ claim: makeClaim({ at: 0 }), runs: [] }),
  )
  const lines = places.flatMap((place, i) =>
    Array.from({ length: controllers }, (_, n) => work(place, i % controllers === n)),
  )
  const turns: (typeof lines)[number][] = []

  function* work(place: Place, isMaker: boolean): Generator<'look' | 'ask', void> {
    let dispatch: Dispatching | null = isMaker ? { is: 'unsent', at: 0 } : null
    for (;;) {
      yield 'look'
      const isListed = () => place.runs.some(at => at + LISTED <= now)
      if (isListed()) return
      const { at, own } = whenToDispatch({ ...place.claim, dispatch })
      if (now < at) continue
      let until = own ?? 0
      if (now >= until) {
        const { takeover } = place.claim
        yield 'ask'
        const made = { sha: sha(++last), at: now, since: place.claim.at }
        until = now + rightOf(made)
        yield 'ask'
        if (place.claim.takeover !== takeover) continue
        place.claim = { ...place.claim, takeover: made }
        if (isListed()) return
      }
      yield 'ask'
      if (now >= until) continue
      place.runs.push(now)
      dispatch = { is: 'sent', run: null, at: now }
    }
  }

  const advance = (line: (typeof lines)[number]) => {
    if (line.next().value === 'ask') turns.push(line)
  }
  for (let next = 0; places.some(({ runs }) => runs.length === 0); now += SECOND) {
    if (now > PATIENCE)
      throw new Error(`${places.filter(({ runs }) => runs.length === 0).length} never start`)
    for (const line of lines) if (!turns.includes(line)) advance(line)
    if (now < next || turns.length === 0) continue
    next = now + every * SECOND
    advance(turns.shift()!)
  }
  return places.map(({ runs }) => runs.map(at => at / SECOND))
}

test.each<[Wish, number]>([
  [{ repositories: 1, controllers: 2, every: 1 }, 2],
  [{ repositories: 5, controllers: 1, every: 3 }, 60],
  [{ repositories: 5, controllers: 2, every: 3 }, 120],
  [{ repositories: 5, controllers: 3, every: 7 }, 600],
  [{ repositories: 20, controllers: 3, every: 3 }, 900],
])('%o: each claim is dispatched once, and within so many seconds: %i', (wish, most) => {
  const runs = share(wish)
  expect(runs.map(({ length }) => length)).toEqual(runs.map(() => 1))
  expect(Math.max(...runs.flat())).toBeLessThan(most)
  // Not for want of waiting: but for the first, all of them wait for longer than a claim is its maker's.
  if (wish.repositories > 1) expect(Math.max(...runs.flat()) * SECOND).toBeGreaterThan(2 * RIGHT)
})
