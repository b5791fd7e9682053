import { expect, test } from 'vitest'
import { boundSpan } from '../../../core/schedule/rank.ts'
import { measureInstances, readInstances } from '../../bench/schedule/psplib.ts'
import { measureTracker, readTracker } from '../../bench/schedule/tracker.ts'

/** Five jobs, the first and the last of no length, as PSPLIB writes them. */
const SMALL = `************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          3           2   3   4
   2        1          1           5
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     4       2    1
  3      1     3       2    0
  4      1     2       1    1
  5      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    3    1
************************************************************************
`

test('an instance is read as it is written, and measured against the best known', () => {
  const files = [
    { name: 'best.csv', text: 'set,instance,best_makespan,lower_bound\nown,small,7,7\n' },
    { name: 'small.sm', text: SMALL },
    { name: 'unknown.sm', text: SMALL },
  ]
  const instances = readInstances(files)
  expect(instances.map(({ name, set, best }) => [set, name, best])).toEqual([
    ['own', 'small.sm', 7],
    ['without a best known', 'unknown.sm', 6],
  ])
  const { durations, after, capacities } = instances[0]!.project
  expect([...durations]).toEqual([0, 4, 3, 2, 0])
  expect(after).toEqual([[1, 2, 3], [4], [4], [4], []])
  expect([...capacities]).toEqual([3, 1])
  // 8 + 6 + 2 places of the first resource, of which there are three.
  expect(boundSpan(instances[0]!.project)).toBe(6)
  expect(
    measureInstances(instances.slice(0, 1)).map(({ value, unit }) => [unit === '%' ? value : 0, unit]),
  ).toEqual([
    [0, '%'],
    [0, '%'],
    [0, 's'],
  ])
})

test.each([
  ['of one letter', SMALL.replace('  2      1     4       2    1', '  2      1     x       2    1')],
  ['without resources', SMALL.slice(0, SMALL.indexOf('RESOURCEAVAIL'))],
  [
    'whose successor there is not',
    SMALL.replace('2        1          1           5', '2        1          1           9'),
  ],
  ['of something else', '# Notes\n'],
])('a file %s is named, and what it is not', (_, text) => {
  expect(() => readInstances([{ name: 'odd.sm', text }])).toThrow(/^odd\.sm: not a PSPLIB instance/)
})

test('a schedule shorter than the best known is not believed', () => {
  const csv = 'set,instance,best_makespan,lower_bound\nown,small,8,8\n'
  const instances = readInstances([
    { name: 'best.csv', text: csv },
    { name: 'small.sm', text: SMALL },
  ])
  expect(() => measureInstances(instances)).toThrow('shorter than the best known')
})

test('of a tracker’s file those tasks are scheduled that wait or are waited for', () => {
  const line = (id: string, after: string[] = []) =>
    JSON.stringify({
      id,
      title: id,
      status: 'open',
      priority: 2,
      dependencies: after.map(to => ({ issue_id: id, depends_on_id: to, type: 'blocks' })),
    })
  const text = [line('a-1'), line('a-2', ['a-1']), line('a-3', ['a-2', 'a-99']), line('a-4')].join('\n')
  const tracker = readTracker({ name: 'issues.jsonl', text })
  expect(tracker.project.after).toEqual([[1], [2], []])
  expect(measureTracker(tracker)[0]).toMatchObject({ value: 1 })
})
