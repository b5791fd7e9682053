import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UNSEEN } from '../../../core/schedule/blocker.ts'
import { createGraph, type Graph } from '../../../core/schedule/graph.ts'
import type { Node } from '../../../core/schedule/node.ts'
import { explainBlockage } from '../../../core/words/schedule.ts'
import type { BlockerFacts, TaskFacts } from '../../../core/world.ts'
import { makeIssue, makeTask } from '../../make.ts'

type Shape = { after?: readonly (number | BlockerFacts)[]; parent?: number | null; open?: boolean }

function blocker(issue: number, over: Partial<BlockerFacts> = {}): BlockerFacts {
  return { issue, repo: null, title: `task ${issue}`, state: 'open', stateReason: null, ...over }
}

function task(number: number, { after = [], parent = null, open = true }: Shape = {}): TaskFacts {
  const issue = makeIssue({ number, parent, state: open ? 'open' : 'closed' })
  return makeTask({ issue, blockers: after.map(one => (typeof one === 'number' ? blocker(one) : one)) })
}

function explain(graph: Graph, node: Node): string | null {
  const why = graph.blockage(node)
  return why === null ? null : explainBlockage(why)
}

function whys(tasks: readonly TaskFacts[], graph = createGraph()): Record<number, string | null> {
  return Object.fromEntries(graph.take(tasks).map(node => [node.number, explain(graph, node)]))
}

describe('what keeps a task from starting', () => {
  const cases: [string, TaskFacts[], Record<number, string | null>][] = [
    ['nothing', [task(1)], { 1: null }],
    [
      'an open issue, task or not',
      [task(1), task(2, { after: [1] }), task(3, { after: [99] })],
      { 1: null, 2: 'waits for #1 (task 1)', 3: 'waits for #99 (task 99)' },
    ],
    [
      'several at once: all have to land',
      [task(9, { after: [1, 2, 3, 4, 5, 6] })],
      { 9: 'waits for #1 (task 1); and for #2, #3, #4 and 2 more' },
    ],
    [
      '143: an issue of another repository',
      [task(9, { after: [blocker(4, { repo: 'acme/lib', title: 'release' })] })],
      { 9: 'waits for acme/lib#4 (release)' },
    ],
    [
      'one in a repository that the app cannot see, which somebody has to know of',
      [task(8, { after: [UNSEEN] }), task(9, { after: [1, UNSEEN] })],
      {
        8: 'waits for an issue that the app cannot see: install the app on the repository of that issue, too, or take the "blocked by" link off',
        9: 'waits for an issue that the app cannot see: install the app on the repository of that issue, too, or take the "blocked by" link off; and for #1',
      },
    ],
    [
      '141, S3: one that was given up, even where others are open',
      [task(9, { after: [1, blocker(2, { state: 'closed', stateReason: 'not_planned' })] })],
      {
        9: '#2 was closed as not planned, so it never gets done: take the "blocked by" link off if this can go on without it; and for #1',
      },
    ],
    [
      'nothing that has landed',
      [
        task(8, { after: [blocker(1, { state: 'closed', stateReason: 'completed' })] }),
        task(9, { after: [blocker(1, { state: 'closed' })] }),
      ],
      { 8: null, 9: null },
    ],
    [
      'itself, round about',
      [task(1, { after: [3] }), task(2, { after: [1] }), task(3, { after: [2] }), task(4, { after: [3] })],
      {
        1: 'waits for itself: #1 → #3 → #2 → #1; take one of these "blocked by" links off',
        2: 'waits for itself: #2 → #1 → #3 → #2; take one of these "blocked by" links off',
        3: 'waits for itself: #3 → #2 → #1 → #3; take one of these "blocked by" links off',
        4: 'waits for #3 (task 3)',
      },
    ],
    [
      'itself',
      [task(1, { after: [1] })],
      { 1: 'waits for itself: #1 → #1; take one of these "blocked by" links off' },
    ],
    [
      'what its epic waits for, at every depth',
      [task(1), task(2, { after: [1] }), task(3, { parent: 2 }), task(4, { parent: 3 })],
      {
        1: null,
        2: 'waits for #1 (task 1)',
        3: 'its parent #2 waits for #1 (task 1)',
        4: 'its parent #2 waits for #1 (task 1)',
      },
    ],
    [
      'not its epic, which is blocked by its own sub-issues',
      [task(1, { parent: 3 }), task(2, { parent: 3, after: [1] }), task(3, { after: [1, 2] })],
      { 1: null, 2: 'waits for #1 (task 1)', 3: 'waits for #1 (task 1); and for #2' },
    ],
    [
      'its epic, when that waits for somebody who waits for it',
      [task(1, { parent: 2 }), task(2, { after: [3] }), task(3, { after: [1] })],
      {
        1: 'waits for itself: #1 → #3 → #1; take one of these "blocked by" links off',
        2: 'waits for #3 (task 3)',
        3: 'waits for itself: #3 → #1 → #3; take one of these "blocked by" links off',
      },
    ],
    [
      'itself, by an epic that it is a part of, at any height',
      [task(1), task(2, { parent: 1 }), task(3, { parent: 2, after: [1] }), task(4, { parent: 3 })],
      {
        1: null,
        2: null,
        3: 'waits for itself: it is a part of #1, which is done only after it; take the "blocked by" link to #1 off',
        4: 'its parent #3 waits for itself: it is a part of #1, which is done only after it; take the "blocked by" link to #1 off',
      },
    ],
    [
      'itself, by way of an epic that it is a part of',
      [task(1, { after: [2], parent: 3 }), task(2, { after: [3] }), task(3), task(4, { parent: 3 })],
      {
        1: 'waits for itself: #1 → #2 → #3 → #1 (#1 is a part of #3, which is done only after it); take one of these "blocked by" links off',
        2: 'waits for itself: #2 → #3 → #1 → #2 (#1 is a part of #3, which is done only after it); take one of these "blocked by" links off',
        3: null,
        4: null,
      },
    ],
    [
      'itself, by way of two epics, parts of parts and a link that its own epic has',
      [
        task(1, { parent: 2 }),
        task(2, { after: [4], parent: 3 }),
        task(3),
        task(4, { after: [8], parent: 5 }),
        task(5),
        task(6, { after: [5], parent: 7 }),
        task(7),
        task(8, { after: [3] }),
      ],
      {
        1: 'waits for itself: #1 → #4 → #8 → #3 → #2 → #1 (#1 is a part of #3, which is done only after it); take one of these "blocked by" links off',
        2: 'waits for itself: #2 → #4 → #8 → #3 → #2 (#2 is a part of #3, which is done only after it); take one of these "blocked by" links off',
        3: null,
        4: 'waits for itself: #4 → #8 → #3 → #2 → #4 (#2 is a part of #3, which is done only after it); take one of these "blocked by" links off',
        5: null,
        6: 'waits for #5 (task 5)',
        7: null,
        8: 'waits for itself: #8 → #3 → #2 → #4 → #8 (#2 is a part of #3, which is done only after it); take one of these "blocked by" links off',
      },
    ],
    [
      'not itself, where its part of the epic is done, or the epic is',
      [
        task(1, { after: [2], parent: 3, open: false }),
        task(2, { after: [3] }),
        task(3),
        task(4, { after: [5], parent: 6 }),
        task(5, { after: [6] }),
        task(6, { open: false }),
      ],
      {
        1: null,
        2: 'waits for #3 (task 3)',
        3: null,
        4: 'waits for #5 (task 5)',
        5: 'waits for #6 (task 6)',
        6: null,
      },
    ],
    ['no closed epic', [task(2, { after: [1], open: false }), task(3, { parent: 2 })], { 2: null, 3: null }],
  ]
  test.each(cases)('%s', (_, tasks, expected) => expect(whys(tasks)).toEqual(expected))
})

test('a circle is forgotten as soon as one link is taken off', () => {
  const graph = createGraph()
  const first = [task(1, { after: [2] }), task(2, { after: [3] }), task(3, { after: [1] })]
  whys(first, graph)
  expect(whys([first[0]!, first[1]!, task(3)], graph)).toEqual({
    1: 'waits for #2 (task 2)',
    2: 'waits for #3 (task 3)',
    3: null,
  })
})

test('both blockers of a task close at once: it is free', () => {
  const graph = createGraph()
  const closed = { state: 'closed', stateReason: 'completed' } as const
  whys([task(1), task(2), task(3, { after: [1, 2] })], graph)
  const after = [blocker(1, closed), blocker(2, closed)]
  expect(whys([task(1, { open: false }), task(2, { open: false }), task(3, { after })], graph)[3]).toBe(null)
})

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8]
const number = fc.constantFrom(...NUMBERS)
const shape = fc.record({
  after: fc.array(
    fc.oneof(
      number,
      number.map(n => blocker(n, { state: 'closed', stateReason: 'completed' })),
      number.map(n => blocker(n, { state: 'closed', stateReason: 'not_planned' })),
      number.map(n => blocker(n, { repo: 'acme/lib' })),
    ),
    { maxLength: 3 },
  ),
  parent: fc.option(number),
  open: fc.boolean(),
})

test('what is kept from look to look says the same as what is made afresh, whatever changes', () => {
  const step = fc.tuple(number, fc.option(shape, { freq: 4 }))
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 12 }), looks => {
      const kept = createGraph()
      const tasks = new Map<number, TaskFacts>()
      for (const changes of looks) {
        for (const [one, to] of changes) {
          if (to === null) tasks.delete(one)
          else tasks.set(one, task(one, to))
        }
        const now = [...tasks.values()].sort((a, b) => a.issue.number - b.issue.number)
        const fresh = createGraph()
        const free = (graph: typeof kept) =>
          graph.take(now).flatMap(node => (graph.blockage(node) === null ? node.number : []))
        expect(free(kept)).toEqual(free(fresh))
        expect(links(kept)).toEqual(links(fresh))
        expectOrdered(kept)
      }
    }),
    { numRuns: 500, seed: 3 },
  )
})

test('a circle is named where there is one, also by way of epics, and what is named is one; whatever changes', () => {
  // No epic is below one of its parts.
  const above = fc.record({ after: fc.array(number, { maxLength: 2 }), up: number, open: fc.boolean() })
  const step = fc.tuple(number, above)
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 10 }), looks => {
      const kept = createGraph()
      const tasks = new Map<number, TaskFacts>()
      for (const changes of looks) {
        for (const [one, { after, up, open }] of changes) {
          tasks.set(one, task(one, { after, parent: up < one ? up : null, open }))
        }
        const waits = waitsOf([...tasks.values()])
        const others = new Map(waits)
        for (const node of kept.take([...tasks.values()])) {
          const round = node.circle?.map(one => one.number) ?? []
          for (const [i, from] of round.entries()) {
            expect(waits.get(from)).toContain(round[(i + 1) % round.length])
          }
          if (round.length > 0) expect(explain(kept, node)).toContain('waits for itself')
          if (round.length > 0) others.delete(node.number)
        }
        // What is not named hangs on a named one at most: without those nobody waits for itself.
        for (const one of others.keys()) expect(reach(others, one)).not.toContain(one)
      }
    }),
    { numRuns: 500, seed: 5 },
  )
})

/** Whose end comes after whose, worked out as simply as it is said: no task before what it, or an epic of it, waits for; no epic before its parts. */
function waitsOf(tasks: readonly TaskFacts[]): Map<number, readonly number[]> {
  const facts = new Map(tasks.map(one => [one.issue.number, one]))
  const line = (n: number): number[] => [
    n,
    ...(facts.get(n)?.issue.parent ? line(facts.get(n)!.issue.parent!) : []),
  ]
  const linksOf = (n: number, of: number) => {
    const one = facts.get(of)
    if (one === undefined || one.issue.state === 'closed') return []
    const all = one.blockers.map(({ issue }) => issue)
    return of === n ? all : all.filter(issue => issue === of || !line(issue).includes(of))
  }
  return new Map(
    [...new Set([...facts.keys(), ...NUMBERS])].map(n => {
      const links = line(n).flatMap(of => linksOf(n, of))
      const isOpen = (of: number) => facts.get(of)?.issue.state !== 'closed'
      const parts = tasks.filter(({ issue }) => issue.parent === n && isOpen(n) && issue.state === 'open')
      return [n, [...links, ...parts.map(({ issue }) => issue.number)]]
    }),
  )
}

function reach(waits: ReadonlyMap<number, readonly number[]>, from: number): Set<number> {
  const found = new Set(waits.get(from))
  for (const one of found) for (const next of waits.get(one) ?? []) found.add(next)
  return found
}

function links(graph: ReturnType<typeof createGraph>): string[] {
  return graph
    .sorted()
    .filter(({ facts, waiters }) => facts !== null || waiters > 0)
    .map(node => `${node.number} after ${node.before.map(({ number }) => number).sort()}`)
    .sort()
}

/** Whoever is not in a circle comes after all it waits for. */
function expectOrdered(graph: ReturnType<typeof createGraph>): void {
  graph.sorted().forEach((node, i) => {
    expect(node.place).toBe(i)
    for (const before of node.before) if (node.circle === null) expect(before.place).toBeLessThan(i)
  })
}
