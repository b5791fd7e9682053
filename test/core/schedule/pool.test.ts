import { describe, expect, test } from 'vitest'
import { openDesk, type PoolFacts } from '../../../core/schedule/desk.ts'
import {
  type Book,
  countTaken,
  grant,
  LAPSE,
  type Member,
  shareOf,
  writeLine,
} from '../../../core/schedule/pool.ts'
import { createRandom } from '../../../core/schedule/random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function member(over: Partial<Member> & { n?: number } = {}): Member {
  const { n = 0, ...rest } = over
  return {
    weight: 1,
    holds: Array.from({ length: n }, (_, i) => `bd-0001/${i + 1}`),
    wants: 0,
    used: 0,
    at: 0,
    ...rest,
  }
}

describe('who gets free places', () => {
  const cases: [string, number, Book, Record<string, number>][] = [
    ['one alone gets all that it wants', 4, { 1: member({ wants: 9 }) }, { 1: 4 }],
    ['two alike, half each', 4, { 1: member({ wants: 9 }), 2: member({ wants: 9 }) }, { 1: 2, 2: 2 }],
    ['by weight', 4, { 1: member({ wants: 9, weight: 3 }), 2: member({ wants: 9 }) }, { 1: 3, 2: 1 }],
    [
      'what one does not want is the other’s',
      4,
      { 1: member({ wants: 1 }), 2: member({ wants: 9 }) },
      { 1: 1, 2: 3 },
    ],
    ['none is free', 4, { 1: member({ n: 4 }), 2: member({ wants: 9 }) }, { 1: 0, 2: 0 }],
    [
      'who came late gets the next, however many others want',
      4,
      { 1: member({ n: 3, wants: 9, used: 9 * MINUTE }), 2: member({ wants: 9 }) },
      { 1: 0, 2: 1 },
    ],
    [
      'one place for two: whoever had less of it for its weight',
      1,
      { 1: member({ wants: 9, weight: 2, used: 60 }), 2: member({ wants: 9, used: 40 }) },
      { 1: 1, 2: 0 },
    ],
    [
      'whoever is gone wants nothing',
      2,
      { 1: member({ wants: 9, at: -LAPSE.wants - 1 }), 2: member({ wants: 9 }) },
      { 1: 0, 2: 2 },
    ],
    [
      'and after an hour holds nothing',
      2,
      { 1: member({ n: 2, at: -LAPSE.holds - 1 }), 2: member({ wants: 9 }) },
      { 2: 2 },
    ],
  ]
  test.each(cases)('%s', (_, size, book, expected) => {
    for (const [id, count] of Object.entries(expected))
      expect([id, grant({ size, book, now: 0 }, id)]).toEqual([id, count])
  })

  test('whoever was away saves nothing up', () => {
    const book = { 1: member({ used: 50 * MINUTE, wants: 1 }), 2: member({ used: 0 }) }
    const line = { weight: 1, holds: [], wants: 1 }
    expect(writeLine({ size: 1, book, now: 0 }, '2', line)[2]?.used).toBe(50 * MINUTE)
  })
})

type Repo = {
  id: string
  weight: number
  /** Ready tasks, by number. */
  ready: number[]
  /** What is at work, until when. */
  busy: Map<string, number>
  next: number
  had: number
  waitsSince: number | null
  longestWait: number
}

type Play = {
  size: number
  weights: readonly number[]
  minutes: readonly number[]
  backlog: boolean
  seed: number
  hours: number
}

/** Repositories with real desks and one book, which is written by compare-and-swap; each look may be the last of its controller. */
function play({ size, weights, minutes, backlog, seed, hours }: Play) {
  const { part: random } = createRandom(seed)
  const repos = weights.map(
    (weight, i): Repo => ({
      id: `${i + 1}`,
      weight,
      ready: [],
      busy: new Map(),
      next: 1,
      had: 0,
      waitsSince: null,
      longestWait: 0,
    }),
  )
  let book: Book = {}
  let head = 0
  const most = { off: 0, over: 0, idle: 0 }

  const look = (repo: Repo, now: number, seen = { book, head }): boolean => {
    const facts: PoolFacts = {
      name: 'p',
      is: 'open',
      size,
      weight: repo.weight,
      head: `${seen.head}`,
      book: seen.book,
      isOutdated: false,
    }
    const name = (n: number) => `bd-${repo.id}/${n}`
    const places = repo.ready.slice(0, size).map(name)
    const desk = openDesk({
      facts,
      id: repo.id,
      now,
      busy: [...repo.busy.keys()],
      ready: new Set(places),
      tasks: [],
    })
    for (const place of places) desk.enter(place)
    const { waits, entry } = desk.close()
    for (const place of places.filter(one => !waits.has(one))) {
      repo.ready = repo.ready.filter(n => name(n) !== place)
      repo.busy.set(place, now + MINUTE * minutes[Number(repo.id) - 1]! * (0.5 + random()))
    }
    if (entry === null || seen.head !== head) return false
    book = entry.book
    head += 1
    return true
  }

  for (let now = 0; now < hours * HOUR; now += MINUTE) {
    for (const repo of repos) {
      for (const [place, until] of repo.busy) if (until <= now) repo.busy.delete(place)
      const wanted = backlog ? size - repo.ready.length : random() < 0.08 ? Math.ceil(random() * size) : 0
      for (let i = 0; i < wanted; i++) repo.ready.push(repo.next++)
    }
    // In any order, some of them on books that have moved since; until nothing changes.
    for (let moved = true; moved; ) {
      moved = false
      const before = { book, head }
      for (const repo of repos.toSorted(() => random() - 0.5)) {
        if (random() < 0.3) moved = look(repo, now, before) || moved
        moved = look(repo, now) || moved
      }
    }
    const pool = { size, book, now }
    const busy = repos.reduce((sum, repo) => sum + repo.busy.size, 0)
    most.over = Math.max(most.over, busy - size, countTaken(pool) - size)
    if (repos.some(repo => repo.ready.length > 0)) most.idle = Math.max(most.idle, size - busy)
    for (const repo of repos) {
      repo.had += repo.busy.size
      // Nobody is driven off: whoever came first has all until it gives back.
      if (backlog && now > 2 * HOUR) {
        most.off = Math.max(most.off, Math.abs(repo.busy.size - shareOf(pool, repo.id)))
      }
      if (repo.ready.length === 0 || repo.busy.size > 0) repo.waitsSince = null
      else repo.waitsSince ??= now
      repo.longestWait = Math.max(repo.longestWait, repo.waitsSince === null ? 0 : now - repo.waitsSince)
    }
  }
  return { repos, most }
}

describe('in play', () => {
  const shapes: Omit<Play, 'seed' | 'backlog' | 'hours'>[] = [
    { size: 4, weights: [1, 1], minutes: [10, 10] },
    { size: 3, weights: [1, 1], minutes: [5, 40] },
    { size: 1, weights: [3, 1], minutes: [10, 10] },
    { size: 2, weights: [5, 1, 1], minutes: [3, 30, 10] },
    { size: 10, weights: [10, 1, 1, 1], minutes: [20, 20, 5, 5] },
    { size: 7, weights: [1, 2, 3, 4, 5, 6], minutes: [10, 20, 30, 5, 5, 15] },
  ]
  const plays = shapes.flatMap(shape => [1, 2].map(seed => ({ ...shape, seed })))

  test.each(plays)('$size places, weights $weights, tasks of $minutes minutes (seed $seed)', shape => {
    const { repos, most } = play({ ...shape, backlog: true, hours: 6 })
    expect(most).toEqual({ over: 0, idle: 0, off: expect.any(Number) })
    expect(most.off).toBeLessThanOrEqual(1 + 1e-9)
    const total = repos.reduce((sum, repo) => sum + repo.had, 0)
    const weights = shape.weights.reduce((sum, weight) => sum + weight, 0)
    for (const { had, weight } of repos) {
      // Of a day: within a tenth of what its weight says.
      expect(had / total / (weight / weights)).toBeGreaterThan(0.9)
      expect(had / total / (weight / weights)).toBeLessThan(1.1)
    }
    // Whoever wants one is served before the pool has been through all weights once.
    const longest = Math.max(...shape.minutes) * 1.5 * MINUTE
    for (const { longestWait, weight } of repos) {
      expect(longestWait).toBeLessThanOrEqual(longest * (1 + weights / weight))
    }
  })

  test.each(plays.filter(one => one.seed === 1))(
    'work comes and goes: $size places for $weights (seed $seed)',
    shape => {
      const { repos, most } = play({ ...shape, backlog: false, hours: 6 })
      expect(most).toMatchObject({ over: 0, idle: 0 })
      expect(repos.every(repo => repo.next > 1 && repo.had > 0)).toBe(true)
    },
  )
})
