import type { TaskId } from '../names.ts'
import { explainClosed, explainPool, explainTaking } from '../words/pool.ts'
import type { Instant, TaskFacts } from '../world.ts'
import { type Book, countTaken, grant, type Member, type Pool, shareOf, writeLine } from './pool.ts'

/**
 * What is known of the pool that this repository shares. `closed`: it cannot be used, and why. `head`: of the books, null
 * before anybody wrote them. `weight`: of this repository. `isOutdated`: what stands at `head` is older than `book`, which this
 * process knows to be the newest.
 */
export type PoolFacts = { name: string } & (
  | { is: 'closed'; why: string }
  | { is: 'open'; size: number; weight: number; head: string | null; book: Book; isOutdated: boolean }
)

/** An attempt, or a review of one: they have numbers of their own. */
export function printPlace(task: TaskId, kind: 'attempt' | 'review', number: number): string {
  return kind === 'review' ? `${task}/review/${number}` : `${task}/${number}`
}

/** Is it known here that this was claimed? */
function isClaimed(place: string, tasks: readonly TaskFacts[]): boolean {
  const [id, ...rest] = place.split('/')
  const task = tasks.find(one => one.id === id)
  const claims = rest[0] === 'review' ? task?.reviews.claims : task?.claims
  return claims?.some(claim => `${claim.attempt}` === rest.at(-1)) ?? false
}

/** What the books shall say, and what stood there; the effect is made of it. */
export type Entry = { name: string; head: string | null; book: Book; takes: readonly string[] }

/** Where this repository asks for places of a pool, for one pass. */
export type Desk = {
  /** Hardly more than so many will be at work here after this pass. */
  most: number
  /** For one that would start if there were places without end; in the order in which they shall get some. */
  enter(place: string): void
  close(): Closing
}

/**
 * `waits`: why those that entered may not be claimed, in one line: they were written into the books just now, or there is no
 * place; whoever is not in it has one. `entry` null: the books are right. `again`: when to look again; null: when woken.
 */
export type Closing = { waits: ReadonlyMap<string, string>; entry: Entry | null; again: Instant | null }

/** A claim that lists do not show yet is not taken for one that was never made. Milliseconds. */
const LAG = 10_000
/** Lines are written anew before they lapse, and books of others are looked at. Milliseconds. */
const RENEW = { wants: 2 * 60_000, holds: 20 * 60_000 }
const LOOK = 60_000

type Given = {
  facts: PoolFacts
  id: string
  now: Instant
  /** Places of what is at work. */
  busy: readonly string[]
  /** Places of what is ready. */
  ready: ReadonlySet<string>
  tasks: readonly TaskFacts[]
}

export function openDesk(given: Given): Desk {
  const { facts, busy } = given
  const entered: string[] = []
  const enter = (place: string) => void entered.push(place)
  if (facts.is === 'closed') {
    const why = explainClosed(facts.name, facts.why)
    const closing = () => ({
      waits: new Map(entered.map(place => [place, why])),
      entry: null,
      again: null,
    })
    return { most: busy.length, enter, close: closing }
  }
  const { size, book } = facts
  const kept = book[given.id]?.holds.filter(place => given.ready.has(place)) ?? []
  return {
    most: busy.length + grant(ask(given, facts, kept, size), given.id) + kept.length,
    enter,
    close: () => settle(given, facts, entered),
  }
}

type Open = Extract<PoolFacts, { is: 'open' }>

/** The books as they would be if `kept` and no other were held here beside what is at work, and `wants` wanted. */
function ask(
  { id, now, busy, ready, tasks }: Given,
  facts: Open,
  kept: readonly string[],
  wants: number,
): Pool {
  const { size, book, weight } = facts
  const mine = book[id]
  // Of what was taken for a task that is neither ready nor seen to be claimed nobody knows yet what became.
  const unclear = (mine?.holds ?? []).filter(
    place => !ready.has(place) && now - mine!.at < LAG && !isClaimed(place, tasks),
  )
  const holds = [...new Set([...busy, ...unclear, ...kept])].sort()
  return {
    size,
    now,
    book: writeLine({ size, book, now }, id, { weight, holds, wants: Math.min(size, wants) }),
  }
}

/** Others judge by what they read of this one: so what it asks for is no more than what it will say of itself. */
function settle(given: Given, facts: Open, entered: readonly string[]): Closing {
  const { id, now } = given
  const { name, size, head, book } = facts
  const mine = book[id]
  const has = new Set(mine?.holds)
  const kept = entered.filter(place => has.has(place))
  const asking = entered.filter(place => !has.has(place))
  const asked = ask(given, facts, kept, asking.length)
  const granted = asking.slice(0, grant(asked, id))
  const missed = asking.slice(granted.length)
  const said = ask(given, facts, [...kept, ...granted], missed.length)
  const line = said.book[id]!
  const held = line.holds.length
  const full = explainPool({ name, size, taken: countTaken(said), held, share: shareOf(said, id) })
  return {
    waits: new Map([
      ...granted.map(place => [place, explainTaking(name)] as const),
      ...missed.map(place => [place, full] as const),
    ]),
    entry: isRight(mine, line) && !facts.isOutdated ? null : { name, head, book: said.book, takes: granted },
    again: line.holds.length + line.wants > 0 ? now + LOOK : null,
  }
}

function isRight(mine: Member | undefined, line: Member): boolean {
  const rests = line.holds.length + line.wants === 0
  if (mine === undefined) return rests
  const renew = line.wants > 0 ? RENEW.wants : RENEW.holds
  const same =
    mine.weight === line.weight && mine.wants === line.wants && mine.holds.join() === line.holds.join()
  return same && (rests || line.at - mine.at < renew)
}
