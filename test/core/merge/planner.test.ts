import { describe, expect, test } from 'vitest'
import { type Outcome, planMerges } from '../../../core/merge/planmerges.ts'
import { POLICIES, type Policy } from '../../../core/merge/policy.ts'
import { EVERYTHING, type Item, printPair, type Run, type Snapshot } from '../../../core/merge/snapshot.ts'
import { moveWindow } from '../../../core/merge/window.ts'

/** Numbers are those of the scenario list and of the traps in merging.md. Items are letters, in the order of the queue. */

const BATCH: Policy = { ...POLICIES.exact, batch: { most: 8, scarce: null } }
const { exact: EXACT, train: TRAIN, lanes: LANES } = POLICIES

type Wish = Partial<Omit<Snapshot, 'queue' | 'runs' | 'landed'>> & {
  queue: string | Item[]
  /** `'abc failed'`, or `'ab running 1'` for one that was built after one landing. */
  runs?: string[]
  landed?: string
}

function item(key: string, over: Partial<Item> = {}): Item {
  return { id: key, key, parents: [], surface: [key], rank: key.charCodeAt(0), failures: 0, ...over }
}

function run(text: string, i: number): Run {
  const [keys = '', state, after = '0'] = text.split(' ')
  return { id: `r${i}`, members: [...keys], after: Number(after), state: state as Run['state'] }
}

function plan({ queue, runs = [], landed = '', ...over }: Wish): Outcome {
  return planMerges({
    policy: EXACT,
    queue: typeof queue === 'string' ? [...queue].map(key => item(key)) : queue,
    landed: [...landed].map(key => ({ key, surface: [key === '*' ? EVERYTHING : key] })),
    runs: runs.map(run),
    slots: 20,
    window: 20,
    collisions: new Set(),
    coupled: new Set(),
    frozen: false,
    ...over,
  })
}

const print = (members: readonly Item[]) => members.map(one => one.key).join('')
const started = (wish: Wish) => plan(wish).start.map(({ members }) => print(members))
const landing = (wish: Wish) => plan(wish).land.map(({ members }) => print(members))
const failing = (wish: Wish) => plan(wish).failed.map(({ item: one, next }) => `${one.key} ${next}`)
const waiting = (wish: Wish, id: string) => plan(wish).waits.get(id)

describe('what is judged', () => {
  test.each<[string, Wish, string[]]>([
    ['alone in the queue', { queue: 'a' }, ['a']],
    ['each with all that is ahead, where there are runners', { queue: 'abc' }, ['a', 'ab', 'abc']],
    ['as many as there are slots for', { queue: 'abcd', slots: 2 }, ['a', 'ab']],
    [
      '95: never more at once than a batch takes',
      { queue: 'abcdefghij', policy: BATCH },
      ['abcdefgh', 'abcdefghij'],
    ],
    [
      'no deeper than the window, however many may go together',
      {
        queue: 'abcd',
        policy: { ...BATCH, window: { start: 3, floor: 1, most: 8, fixed: false } },
        window: 3,
      },
      ['abc'],
    ],
    ['bors: one batch at a time', { queue: 'abcdefghij', policy: POLICIES.bors, window: 8 }, ['abcdefgh']],
    ['serial: the first only', { queue: 'abc', policy: POLICIES.serial, window: 1 }, ['a']],
    ['as deep as the window', { queue: 'abcd', policy: POLICIES.zuul, window: 2 }, ['a', 'ab']],
    [
      '112: nothing that is under way is started again',
      { queue: 'abc', runs: ['a running', 'ab running'] },
      ['abc'],
    ],
    ['105: nothing that is known to be red', { queue: 'ab', runs: ['a running', 'ab failed'] }, []],
    [
      'I6: what is being cancelled holds its slot',
      { queue: 'ab', slots: 2, runs: ['x ending', 'y ending'] },
      [],
    ],
    [
      '106, O6: what broke off is judged again as it was, not split',
      { queue: 'ab', policy: BATCH, runs: ['ab broken'] },
      ['ab'],
    ],
    [
      'a landing ahead keeps what stood on it',
      { queue: 'bc', landed: 'a', runs: ['ab running', 'abc running'] },
      [],
    ],
    [
      'C10: where the host asks for up-to-date branches it does not',
      { queue: 'b', policy: TRAIN, landed: 'a', runs: ['ab running'] },
      ['b'],
    ],
    ['nothing of a push by somebody else is in it', { queue: 'b', landed: '*', runs: ['b running'] }, ['b']],
    ['slots are scarce: in batches', { queue: 'abcdefghijklmnop', slots: 1 }, ['abc']],
  ])('%s', (_, wish, sets) => {
    expect(started(wish)).toEqual(sets)
  })
  test('106: what breaks off again and again waits for a person', () => {
    const wish = { queue: 'a', runs: ['a broken', 'a broken', 'a broken'] }
    expect(started(wish)).toEqual([])
    expect(waiting(wish, 'a')?.on).toBe('infrastructure')
  })
  test('98, R9: a member that changed makes the run worthless, and cancels it', () => {
    const wish = { queue: [item('a'), item('b', { key: 'B' })], runs: ['a running', 'ab running'] }
    expect(started(wish)).toEqual(['aB'])
    expect(plan(wish).cancel).toEqual(['r1'])
  })
  test('107: one of two is cancelled: what stands on the other goes on', () => {
    const wish = { queue: 'b', runs: ['a running', 'ab running'] }
    expect(started(wish)).toEqual(['b'])
    expect(plan(wish).cancel).toEqual(['r0', 'r1'])
  })
})

describe('what lands', () => {
  test.each<[string, Wish, string[]]>([
    ['what is green at the front', { queue: 'ab', runs: ['a passed', 'ab running'] }, ['a']],
    [
      'as much as is green together',
      { queue: 'abc', runs: ['a passed', 'ab passed', 'abc running'] },
      ['ab'],
    ],
    [
      'a longer one though a shorter one still runs',
      { queue: 'ab', runs: ['a running', 'ab passed'] },
      ['ab'],
    ],
    [
      '103: what was red alone and is green with those behind it',
      { queue: 'ab', runs: ['a failed', 'ab passed'] },
      ['ab'],
    ],
    [
      'I1: nothing whose head is another by now',
      { queue: [item('a', { key: 'A' })], runs: ['a passed'] },
      [],
    ],
    ['I2: nothing over a push by somebody else', { queue: 'a', landed: '*', runs: ['a passed'] }, []],
    [
      'I2: nothing over a landing that it was not judged with',
      { queue: 'b', landed: 'a', runs: ['b passed'] },
      [],
    ],
    [
      'nothing ahead of its turn, which would void the others',
      { queue: 'abx', runs: ['a running', 'ab running', 'x passed'] },
      [],
    ],
    [
      'where landings void the rest, a longer one is awaited',
      { queue: 'ab', policy: TRAIN, runs: ['a passed', 'ab running'] },
      [],
    ],
    ['and lands when it is green', { queue: 'ab', policy: TRAIN, runs: ['a passed', 'ab passed'] }, ['ab']],
    ['nothing while it is frozen', { queue: 'a', frozen: true, runs: ['a passed'] }, []],
  ])('%s', (_, wish, sets) => {
    expect(landing(wish)).toEqual(sets)
  })
})

describe('what is red', () => {
  test('at the front it is tried once more, by itself', () => {
    expect(failing({ queue: 'ab', runs: ['a failed'] })).toEqual(['a retry'])
    const again = [item('b'), item('a', { key: 'A', failures: 1, rank: 200 })]
    expect(started({ queue: again })).toEqual(['b', 'A'])
    expect(waiting({ queue: again }, 'a')?.on).toBe('probe')
  })
  test('the second time it goes back', () => {
    expect(failing({ queue: [item('a', { failures: 1 })], runs: ['a failed'] })).toEqual(['a return'])
  })
  test('103: green by itself, it stands in line like the others again', () => {
    const queue = [item('b'), item('a', { key: 'A', failures: 1, rank: 200 })]
    expect(started({ queue, runs: ['A passed', 'b running'] })).toEqual(['bA'])
  })
  test('behind something unjudged it is skipped, and judged when its turn comes', () => {
    const wish = { queue: 'abc', runs: ['a running', 'ab failed'] }
    expect(started(wish)).toEqual(['ac'])
    expect(waiting(wish, 'b')).toEqual({ on: 'suspected', with: ['a'] })
    expect(failing(wish)).toEqual([])
    expect(failing({ queue: 'bc', landed: 'a', runs: ['ab failed'] })).toEqual(['b retry'])
  })
  test('100: of a red batch of eight, three beginnings are judged side by side', () => {
    const wish = { queue: 'abcdefgh', policy: BATCH, runs: ['abcdefgh failed'] }
    expect(started(wish)).toEqual(['ab', 'abcd', 'abcdef'])
  })
  test('100: the longest green beginning lands', () => {
    const runs = ['abcdefgh failed', 'ab passed', 'abcd passed', 'abcdef failed']
    expect(landing({ queue: 'abcdefgh', policy: BATCH, runs })).toEqual(['abcd'])
  })
  test('102: of two that are red together, all others are tried with either', () => {
    const runs = ['abcdefgh failed', 'abcdef failed']
    const wish = { queue: 'efgh', landed: 'abcd', policy: BATCH, runs }
    expect(started(wish).toSorted()).toEqual(['e', 'egh', 'fgh'])
    const after = { ...wish, runs: [...runs, 'egh failed 4', 'fgh passed 4'] }
    expect(landing(after)).toEqual(['fgh'])
  })
  test('101: two culprits', () => {
    const runs = ['abcdefgh failed', 'ab failed', 'abcd failed', 'abcdef failed']
    const wish = { queue: 'abcdefgh', policy: BATCH, runs }
    expect(started(wish)).toEqual(['a', 'acdefgh', 'bcdefgh'])
  })
  test('114: where most are red, batches end at one by the pieces', () => {
    expect(started({ queue: 'abc', policy: BATCH, runs: ['abc failed'] })).toEqual(['a', 'ab'])
  })
  test('what runs already is not thrown away when the window gets smaller', () => {
    const wish = { queue: 'abcdef', policy: BATCH, runs: ['abcdef running'], window: 2 }
    expect(plan(wish)).toMatchObject({ start: [], cancel: [] })
  })
  test.each([
    [{ landed: 1, failed: 0 }, 21],
    [{ landed: 0, failed: 1 }, 10],
    [{ landed: 0, failed: 5 }, 3],
  ])('the window grows by one and halves: %o', (came, window) => {
    expect(moveWindow(POLICIES.zuul, 20, came)).toBe(window)
  })
})

describe('judged in pieces', () => {
  test('108: what is green in pieces lands only as a whole that was judged', () => {
    const runs = ['abcd failed', 'ab passed', 'cd passed']
    const wish = { queue: 'abcd', policy: TRAIN, runs }
    expect(landing(wish)).toEqual(['ab'])
    const after = { ...wish, queue: 'cd', landed: 'ab' }
    expect([landing(after), started(after)]).toEqual([[], ['cd']])
  })
  test('104: three that are red only together: two land, the third goes back, and that is the end of it', () => {
    let queue = [...'abcd'].map(key => item(key))
    let landed = ''
    const runs: string[] = []
    const told = new Set<string>()
    const returned: string[] = []
    const isRed = (set: string) => [...'abc'].every(key => set.includes(key))
    for (let step = 0; step < 30 && queue.length > 0; step++) {
      const { land, start, failed, waits } = plan({ queue, landed, runs, policy: BATCH })
      for (const [id, wait] of waits) told.add(`${id} ${wait.on} ${wait.with.join('')}`)
      for (const { members } of start) {
        const set = print(members)
        runs.push(`${set} ${isRed(landed + set) ? 'failed' : 'passed'} ${landed.length}`)
      }
      const gone = land.map(({ members }) => print(members)).join('')
      const back = failed.filter(({ next }) => next === 'return').map(({ item: one }) => one.key)
      const again = failed.filter(({ next }) => next === 'retry').map(({ item: one }) => one.key)
      landed += gone
      returned.push(...back)
      queue = queue
        .filter(({ key }) => !gone.includes(key) && !back.includes(key))
        .map(one => (again.includes(one.key) ? { ...one, failures: 1, rank: one.rank + 100 } : one))
    }
    expect([[...landed].toSorted().join(''), returned]).toEqual(['abd', ['c']])
    // Those that it is red with are named while it is looked for, and nothing is judged again and again.
    expect([...told]).toContain('c suspected ab')
    expect(runs.length).toBeLessThanOrEqual(8)
  })
})

describe('parents and collisions', () => {
  const child = (over: Partial<Item> = {}) => item('b', { parents: ['a'], rank: 1, ...over })
  test('140: the parent goes first, whatever the ranks, and both in one run', () => {
    expect(started({ queue: [child(), item('a')] })).toEqual(['a', 'ab'])
    expect(landing({ queue: [child(), item('a')], runs: ['ab passed'] })).toEqual(['ab'])
  })
  test('141, S3: a child waits while its parent does', () => {
    const queue = [child(), item('a', { failures: 1 })]
    expect(waiting({ queue }, 'b')).toEqual({ on: 'parent', with: ['a'] })
  })
  test('142, S3: those that wait for one another are told so, and hold up nobody', () => {
    const queue = [item('a', { parents: ['b'] }), item('b', { parents: ['a'] }), item('c')]
    expect(started({ queue })).toEqual(['c'])
    expect(waiting({ queue }, 'a')).toEqual({ on: 'circular', with: ['b'] })
  })
  test('73: all collide: the first is judged, each of the others waits for one ahead of it', () => {
    const collisions = new Set(['ab', 'ac', 'bc'].map(pair => printPair(pair[0]!, pair[1]!)))
    const wish = { queue: 'abc', collisions }
    expect(started(wish)).toEqual(['a'])
    expect(['b', 'c'].map(id => waiting(wish, id)?.on)).toEqual(['collision', 'collision'])
  })
  test('110: green, but the base has moved: the same batch again, and nobody is to blame', () => {
    const wish = { queue: 'abc', policy: TRAIN, landed: '*', runs: ['abc passed'] }
    expect([started(wish), landing(wish), failing(wish)]).toEqual([['abc'], [], []])
  })
  test('71, R11: what collides with one ahead is held without CI until that one leaves', () => {
    const collisions = new Set([printPair('a', 'b')])
    expect(started({ queue: 'abc', collisions })).toEqual(['a', 'ac'])
    expect(waiting({ queue: 'abc', collisions }, 'b')).toEqual({ on: 'collision', with: ['a'] })
    expect(started({ queue: 'bc', collisions })).toEqual(['b', 'bc'])
  })
})

describe('lanes', () => {
  const [a, b] = [item('a', { surface: ['x'] }), item('b', { surface: ['y'] })]
  const c = item('c', { surface: ['x', 'y'] })
  const d = item('d', { surface: ['z'] })
  const lanes = (over: Omit<Wish, 'queue'> & { queue?: Item[] }): Wish => ({
    policy: LANES,
    queue: [a, b, c, d],
    ...over,
  })
  test('137: what touches two lanes stands on both; what touches neither goes alone', () => {
    expect(started(lanes({}))).toEqual(['a', 'b', 'd', 'abc'])
  })
  test('136: disjoint ones land at the same time', () => {
    const runs = ['a passed', 'b passed', 'd passed']
    expect(landing(lanes({ runs }))).toEqual(['a', 'b', 'd'])
  })
  test('a landing elsewhere voids nothing', () => {
    const queue = [b, d]
    expect(landing(lanes({ queue, landed: 'a', runs: ['b passed'] }))).toEqual(['b'])
  })
  test('138: a hub file is everybody’s', () => {
    const hub = item('h', { surface: [EVERYTHING], rank: 98.5 })
    expect(started(lanes({ queue: [a, b, hub, d] }))).toEqual(['a', 'b', 'abh', 'abhd'])
  })
  test('139: who touches something else after a push is in another lane; the others’ runs go on', () => {
    const moved = item('c', { key: 'C', surface: ['w'] })
    const wish = lanes({
      queue: [a, b, moved, d],
      runs: ['a running', 'b running', 'abc running', 'd running'],
    })
    expect(started(wish)).toEqual(['C'])
    expect(plan(wish).cancel).toEqual(['r2'])
  })
  test('147: a pair that broke together once is judged together from then on', () => {
    const coupled = new Set([printPair('a', 'b')])
    expect(started(lanes({ queue: [a, b], coupled }))).toEqual(['a', 'ab'])
    // Of what has landed as well: judged without it, it is judged anew.
    const alone = { queue: [b], landed: 'a', runs: ['b passed'] }
    expect([landing(lanes(alone)), landing(lanes({ ...alone, coupled }))]).toEqual([['b'], []])
    expect(started(lanes({ ...alone, coupled }))).toEqual(['b'])
  })
})

test('a run by which another is suspected goes on, also when a longer one is under way', () => {
  const runs = ['abz failed', 'ab running', 'abc running']
  const wish = {
    queue: [...'ab'].map(key => item(key)).concat(item('z', { rank: 99 }), item('c', { rank: 100 })),
    policy: BATCH,
    runs,
  }
  expect(plan(wish).cancel).toEqual([])
})

test('I7: everybody who does not land has exactly one reason', () => {
  const { waits } = plan({ queue: 'abcdef', slots: 2, window: 4, runs: ['ab failed'] })
  expect([...waits.keys()].toSorted()).toEqual([...'abcdef'])
})
