import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { improve } from '../../../core/schedule/improve.ts'
import { scheduleByRank } from '../../../core/schedule/parallel.ts'
import { makeProject, type Project, type Schedule, type Work } from '../../../core/schedule/project.ts'
import { boundSpan, rankForward } from '../../../core/schedule/rank.ts'
import { scheduleInOrder } from '../../../core/schedule/serial.ts'

const work: fc.Arbitrary<Work> = fc.integer({ min: 1, max: 9 }).chain(size =>
  fc.record({
    durations: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: size, maxLength: size }),
    // Links lead to higher numbers only: no circles.
    after: fc.tuple(...Array.from({ length: size }, (_, i) => fc.subarray(numbers(i + 1, size)))),
    demands: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1 })), {
      minLength: size,
      maxLength: size,
    }),
    capacities: fc.constant([3, 2]),
    tails: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: size, maxLength: size }),
    apart: fc
      .subarray(pairs(size), { maxLength: Math.min(3, pairs(size).length) })
      .map(chosen => mutual(size, chosen)),
  }),
)

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}

function pairs(size: number): [number, number][] {
  return numbers(0, size).flatMap(a => numbers(a + 1, size).map((b): [number, number] => [a, b]))
}

function mutual(size: number, chosen: readonly [number, number][]): number[][] {
  return numbers(0, size).map(one => chosen.flatMap(([a, b]) => (a === one ? [b] : b === one ? [a] : [])))
}

/** Everything that a schedule has to keep, by the definition. */
function expectSound(project: Project, { starts, span }: Schedule): void {
  const { size, durations, after, demands, capacities, apart, tails } = project
  const end = (i: number) => starts[i]! + durations[i]!
  const kinds = capacities.length
  for (let i = 0; i < size; i++) {
    expect(starts[i]).toBeGreaterThanOrEqual(0)
    for (const next of after[i]!) expect(starts[next]).toBeGreaterThanOrEqual(end(i))
    for (const other of apart[i]!) {
      const meet = Math.min(end(i), end(other)) - Math.max(starts[i]!, starts[other]!)
      expect(meet > 0).toBe(false)
    }
    for (let kind = 0; kind < kinds; kind++) {
      const used = numbers(0, size)
        .filter(other => starts[other]! <= starts[i]! && starts[i]! < end(other))
        .reduce((sum, other) => sum + demands[other * kinds + kind]!, 0)
      expect(used).toBeLessThanOrEqual(capacities[kind]!)
    }
  }
  expect(span).toBe(Math.max(...numbers(0, size).map(i => end(i) + tails[i]!)))
}

describe('whatever the work is', () => {
  test('schedules by rank and in order are sound, and none is shorter than the bound', () => {
    fc.assert(
      fc.property(work, given => {
        const project = makeProject(given)
        const byRank = scheduleByRank(project, rankForward(project))
        const inOrder = scheduleInOrder(project, project.order, 'forward')
        expectSound(project, byRank)
        expectSound(project, inOrder)
        expect(Math.min(byRank.span, inOrder.span)).toBeGreaterThanOrEqual(boundSpan(project))
      }),
      { numRuns: 500, seed: 5 },
    )
  })

  test('an improved schedule is sound, never worse, within its tries, and the same for the same seed', () => {
    fc.assert(
      fc.property(work, fc.integer({ min: 1, max: 60 }), (given, tries) => {
        const project = makeProject(given)
        const { schedule, tried } = improve(project, { tries, seed: 7 })
        expectSound(project, schedule)
        expect(schedule.span).toBeLessThanOrEqual(scheduleByRank(project, rankForward(project)).span)
        expect(tried).toBeLessThanOrEqual(tries)
        expect(improve(project, { tries, seed: 7 }).schedule).toEqual(schedule)
      }),
      { numRuns: 200, seed: 5 },
    )
  })

  test('what is under way starts at once', () => {
    fc.assert(
      fc.property(work, given => {
        // The first waits for nothing, as links lead to higher numbers.
        const project = makeProject({ ...given, begun: 1 })
        const { schedule } = improve(project, { tries: 40, seed: 7 })
        expectSound(project, schedule)
        expect(schedule.starts[0]).toBe(0)
      }),
      { numRuns: 200, seed: 5 },
    )
  })
})

test('the best schedule of a small project is found', () => {
  // By the plain rule the long one begins late: 3 and 3 fill both places, and 4 follows.
  const project = makeProject({
    durations: [3, 3, 2, 2, 2],
    after: [[], [], [], [], []],
    demands: [[1], [1], [1], [1], [1]],
    capacities: [2],
  })
  expect(scheduleByRank(project, rankForward(project)).span).toBe(7)
  expect(improve(project, { tries: 100, seed: 1 }).schedule.span).toBe(6)
})

test('two that must not meet follow each other though there is room', () => {
  const project = makeProject({
    durations: [2, 3],
    after: [[], []],
    demands: [[1], [1]],
    capacities: [5],
    apart: [[1], [0]],
  })
  expect(scheduleByRank(project, rankForward(project)).span).toBe(5)
})

test('work that waits for itself is no project', () => {
  const circle = { durations: [1, 1], after: [[1], [0]], demands: [[1], [1]], capacities: [1] }
  expect(() => makeProject(circle)).toThrow('never be scheduled')
})
