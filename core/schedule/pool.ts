import type { Instant } from '../world.ts'

/** One repository's line in the books of a pool: what it holds and wants, written by nobody but its own controllers. */
export type Member = {
  weight: number
  /** Attempts that have a place, as `printPlace` names them. */
  holds: readonly string[]
  /** How many more would start if there were places. */
  wants: number
  /** Milliseconds of places that it had, up to `at`. */
  used: number
  at: Instant
}

/** By the repository's id: the owner's repository may be public, and names of private ones are nobody's business. */
export type Book = Readonly<Record<string, Member>>

/** Whoever has not renewed its line for so long is gone: uninstalled, archived, its controller dead. Milliseconds. */
export const LAPSE = { wants: 5 * 60_000, holds: 60 * 60_000 }

export type Pool = { size: number; book: Book; now: Instant }

type Party = { id: string; weight: number; holds: number; wants: number; debt: number }

/** How many places are taken. */
export function countTaken({ book, now }: Pool): number {
  return partiesOf(book, now).reduce((sum, one) => sum + one.holds, 0)
}

/** Which share of the places is this one's while the others want what they want now; not a whole number. */
export function shareOf(pool: Pool, id: string): number {
  return fairShares(pool.size, partiesOf(pool.book, pool.now)).get(id) ?? 0
}

/**
 * How many of the free places `id` may take now. Every free place is somebody's as long as anybody wants one: first of those
 * below the whole part of their share, then of those below their share, then of all others; among them of whoever had least of
 * the pool for its weight so far. So shares are kept within one place, what is left over of them goes round, and whoever wants
 * one place gets it as soon as those who had more give one back.
 */
export function grant(pool: Pool, id: string): number {
  const parties = partiesOf(pool.book, pool.now)
  const shares = fairShares(pool.size, parties)
  let free = pool.size - parties.reduce((sum, one) => sum + one.holds, 0)
  let granted = 0
  for (; free > 0; free--) {
    const next = parties.filter(one => one.wants > 0).sort((a, b) => compare(a, b, shares))[0]
    if (next === undefined) break
    next.wants -= 1
    next.holds += 1
    if (next.id === id) granted += 1
  }
  return granted
}

function compare(a: Party, b: Party, shares: ReadonlyMap<string, number>): number {
  const rank = ({ id, holds }: Party) => {
    const share = shares.get(id) ?? 0
    if (holds + 1 <= share + TINY) return 0
    return holds + TINY < share ? 1 : 2
  }
  return rank(a) - rank(b) || a.debt - b.debt || (a.id < b.id ? -1 : 1)
}

/** Sums of fractions are not exact. */
const TINY = 1e-9

function partiesOf(book: Book, now: Instant): Party[] {
  return Object.entries(book).flatMap(([id, member]) => {
    const live = liveOf(member, now)
    if (live.holds.length + live.wants === 0) return []
    const debt = usedBy(live, now) / live.weight
    return [{ id, weight: live.weight, holds: live.holds.length, wants: live.wants, debt }]
  })
}

function liveOf(member: Member, now: Instant): Member {
  const age = now - member.at
  if (age > LAPSE.holds) return { ...member, holds: [], wants: 0 }
  return age > LAPSE.wants ? { ...member, wants: 0 } : member
}

/** By weight; what somebody does not want is the others'. */
function fairShares(size: number, parties: readonly Party[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  let open = [...parties]
  let left = size
  while (open.length > 0) {
    const weights = open.reduce((sum, one) => sum + one.weight, 0)
    const content = open.filter(one => one.holds + one.wants <= (left * one.weight) / weights)
    if (content.length === 0) {
      for (const one of open) shares.set(one.id, (left * one.weight) / weights)
      break
    }
    for (const one of content) {
      shares.set(one.id, one.holds + one.wants)
      left -= one.holds + one.wants
    }
    open = open.filter(one => !content.includes(one))
  }
  return shares
}

function usedBy({ used, holds, at }: Member, now: Instant): number {
  return used + holds.length * Math.max(0, now - at)
}

type Line = Pick<Member, 'weight' | 'holds' | 'wants'>

/**
 * The books with one line written anew. Whoever was away begins where the least served of those present is: nobody saves up
 * for later. Lines that lapsed are left out.
 */
export function writeLine({ book, now }: Pool, id: string, line: Line): Book {
  const before = book[id]
  const others = Object.entries(book).filter(([other, { at }]) => other !== id && now - at <= LAPSE.holds)
  const own = before === undefined ? 0 : usedBy(liveOf(before, now), now)
  const wasIn = before !== undefined && before.holds.length + before.wants > 0
  const least = Math.min(...partiesOf(Object.fromEntries(others), now).map(one => one.debt * line.weight))
  const used = wasIn || !Number.isFinite(least) ? own : Math.max(own, least)
  return Object.fromEntries([...others, [id, { ...line, used: Math.round(used), at: now }]])
}
