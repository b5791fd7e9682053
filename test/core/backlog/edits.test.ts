import { describe, expect, test } from 'vitest'
import { type Backlog, parseBacklog } from '../../../core/backlog/contract.ts'
import { findLost, findLostLines } from '../../../core/backlog/edits.ts'
import { explainLost } from '../../../core/words/planning.ts'
import { makeBacklog, makePlanned } from './make.ts'

/** Each task is what is otherwise than usual in it. */
function backlogOf(tasks: Record<string, object>, over: object = {}): Backlog {
  const list = Object.entries(tasks).map(([id, change]) => makePlanned(id, [], change))
  const parsed = parseBacklog({ ...makeBacklog(), ...over, tasks: list })
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed.value
}

const made = backlogOf({ a: {}, b: { acceptance: ['b works', 'b is fast'] } })

describe('what people had edited and a newer backlog has lost', () => {
  test.each<[string, Backlog, Backlog, string[]]>([
    ['nothing was edited, and all is new', made, backlogOf({ z: {} }), []],
    [
      'an edit is kept',
      backlogOf({ a: { title: 'Mine' }, b: made.tasks[1]! }),
      backlogOf({ a: { title: 'Mine' } }),
      [],
    ],
    [
      'a value went back',
      backlogOf({ a: { title: 'Mine' }, b: made.tasks[1]! }),
      made,
      ['`title` of `a` is no longer "Mine", as people had written it'],
    ],
    [
      'a value became a third one',
      backlogOf({ a: { size: 'S' }, b: made.tasks[1]! }),
      backlogOf({ a: { size: 'XS' }, b: made.tasks[1]! }),
      ['`size` of `a` is no longer "S", as people had written it'],
    ],
    [
      'of a list only what they touched counts',
      backlogOf({ a: {}, b: { acceptance: ['b works', 'b is small'] } }),
      backlogOf({ a: {}, b: { acceptance: ['b works', 'b is fast', 'b is new'] } }),
      [
        '`acceptance` of `b` has no longer "b is small", which people had added',
        '`acceptance` of `b` has "b is fast" again, which people had taken out',
      ],
    ],
    [
      'a task of theirs is gone',
      backlogOf({ a: {}, b: made.tasks[1]!, mine: {} }),
      made,
      ['the task `mine`, which people had written or edited, is gone'],
    ],
    [
      'a task that they edited is gone',
      backlogOf({ a: { goal: 'Mine' }, b: made.tasks[1]! }),
      backlogOf({ b: made.tasks[1]! }),
      ['the task `a`, which people had written or edited, is gone'],
    ],
    ['one that nobody touched may go', made, backlogOf({ a: {} }), []],
    [
      'a task that they dropped is back',
      backlogOf({ a: {} }),
      made,
      ['the task `b`, which people had dropped, is there again'],
    ],
    [
      'what is said of all',
      backlogOf({ a: {}, b: made.tasks[1]! }, { goal: 'Mine' }),
      made,
      ['`goal` is no longer "Mine", as people had written it'],
    ],
  ])('%s', (_, edited, now, lost) => expect(findLost(made, edited, now).map(explainLost)).toEqual(lost))
})

test('of a document each line that they had written and that is gone, once', () => {
  const edited = 'One\n\nTwo\n  Mine \nMine\nAlso mine'
  expect(findLostLines('One\nTwo', edited, 'One\nAlso mine')).toEqual(['Mine'])
})
