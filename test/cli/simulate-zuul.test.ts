import { describe, expect, test } from 'vitest'
import { measure } from '../../cli/simulate/measure.ts'
import { simulate } from '../../cli/simulate/simulate.ts'
import { MODEL, makeProject } from '../../cli/simulate/world.ts'
import { planZuul } from '../../cli/simulate/zuul.ts'
import { POLICIES } from '../../core/merge/policy.ts'
import type { Run, Snapshot } from '../../core/merge/snapshot.ts'

/** `ab` failed: a run of a and b is red. `after`: so many of `landed` had landed when each began. */
type World = Partial<Pick<Snapshot, 'window' | 'slots'>> & {
  queue: string
  landed?: string
  after?: number
  runs?: Readonly<Record<string, Run['state']>>
  failures?: number
  collisions?: readonly string[]
}

function snapshotOf({ queue, landed = '', after = 0, runs = {}, failures = 0, ...rest }: World): Snapshot {
  return {
    policy: POLICIES.zuul,
    queue: [...queue].map((key, rank) => ({ id: key, key, parents: [], surface: [], rank, failures })),
    landed: [...landed].map(key => ({ key, surface: [] })),
    runs: Object.entries(runs).map(([id, state]) => ({ id, members: [...id], after, state })),
    slots: 20,
    window: 20,
    coupled: new Set(),
    frozen: false,
    ...rest,
    collisions: new Set(rest.collisions),
  }
}

function plan(world: World, aborts = false) {
  const { land, start, cancel, failed } = planZuul(snapshotOf(world), { aborts })
  const names = (sets: typeof start) => sets.map(({ members }) => members.map(({ key }) => key).join(''))
  return {
    land: names(land),
    start: names(start),
    cancel,
    failed: failed.map(({ item, next }) => `${item.key} ${next}`),
  }
}

const NONE = { land: [], start: [], cancel: [], failed: [] }

describe('Zuul’s window (merging.md 2.4)', () => {
  test.each<[string, World, Partial<ReturnType<typeof plan>>]>([
    ['each stands on all ahead', { queue: 'abc' }, { start: ['a', 'ab', 'abc'] }],
    ['no deeper than the window', { queue: 'abc', window: 2 }, { start: ['a', 'ab'] }],
    ['as far as there are runners', { queue: 'abc', slots: 1 }, { start: ['a'] }],
    [
      'one red in the middle: all behind it begin anew, without it',
      { queue: 'abcd', runs: { a: 'running', ab: 'failed', abc: 'running', abcd: 'passed' } },
      { cancel: ['abc', 'abcd'], start: ['ac', 'acd'] },
    ],
    [
      'who is red stays where it is until it is in front',
      { queue: 'ab', runs: { a: 'running', ab: 'failed' } },
      {},
    ],
    [
      'red with one that was taken out: it is judged anew',
      { queue: 'b', runs: { ab: 'failed' } },
      { cancel: ['ab'], start: ['b'] },
    ],
    [
      'red on one that landed: its own fault',
      { queue: 'b', landed: 'a', runs: { ab: 'failed' } },
      { failed: ['b retry'] },
    ],
    ['red a second time', { queue: 'a', runs: { a: 'failed' }, failures: 1 }, { failed: ['a return'] }],
    [
      'the front lands by its own run',
      { queue: 'ab', runs: { a: 'passed', ab: 'running' } },
      { land: ['a'] },
    ],
    ['and by no longer one', { queue: 'ab', runs: { a: 'running', ab: 'passed' } }, {}],
    [
      'not by a run on what has changed since',
      { queue: 'a', landed: 'x', runs: { a: 'passed' } },
      { cancel: ['a'], start: ['a'] },
    ],
    [
      'who does not merge with one ahead costs no run, and is in nobody’s way',
      { queue: 'abc', collisions: ['a b'] },
      { start: ['a', 'ac'] },
    ],
    [
      'a window that shrank stops nothing',
      { queue: 'ab', window: 1, runs: { a: 'running', ab: 'running' } },
      {},
    ],
  ])('%s', (_, world, expected) => {
    expect(plan(world)).toEqual({ ...NONE, ...expected })
  })

  test('told so, a window that shrank aborts what it leaves outside', () => {
    const world: World = { queue: 'ab', window: 1, runs: { a: 'running', ab: 'running' } }
    expect(plan(world, true)).toEqual({ ...NONE, cancel: ['ab'] })
  })

  const calm = { ...MODEL, conflict: 0, hidden: 0, flake: 0 }

  test('one red among many costs at least a run for each behind it, and nothing lands untested', () => {
    const model = { ...calm, burst: 10, bad: 0 }
    const project = makeProject(model, null)
    const arrivals = project.arrivals.map(one => ({ ...one, bad: one.number === 3 }))
    const { runs, fates, untested } = simulate(model, { ...project, arrivals }, 'zuul')
    const returned = [...fates.values()].filter(({ is }) => is === 'returned')
    expect(returned.map(({ arrival }) => arrival.number)).toEqual([3])
    // Ten, seven behind it anew, and itself a second time at the tail.
    expect(runs).toBeGreaterThanOrEqual(10 + 7 + 1)
    expect(untested).toBe(0)
  })

  test('where each red halves the window fewer runs are begun, and it takes longer', () => {
    const model = { ...calm, burst: 60, bad: 0.2 }
    const [returned, red] = (['returned', 'red'] as const).map(halves => {
      const history = simulate(model, makeProject(model, null), 'zuul', { halves })
      return measure(history, model)
    })
    expect(red!.runsEach).toBeLessThan(returned!.runsEach)
    expect(red!.drained).toBeGreaterThan(returned!.drained)
  })
})
