import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { observe } from '../../forge/observe.ts'
import { isSame } from '../../forge/same.ts'
import { makeProposedTask } from '../make.ts'
import { setForgeStage } from './forge-stage.ts'

const value = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, 0, 1, '', 'a', true, false),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { noNullPrototype: true }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 1), tie('any')), { maxLength: 3 })
      .map(pairs => new Map(pairs)),
  ),
})).any

test('what is copied is the same', () => {
  fc.assert(fc.property(value, one => isSame(one, structuredClone(one))))
})

test('what compares as different is not the same', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      let equal = true
      try {
        expect(one).toStrictEqual(other)
      } catch {
        equal = false
      }
      return isSame(one, other) === equal
    }),
  )
})

describe('facts of a task', () => {
  const facts = makeProposedTask()
  test.each([
    ['a claim less', { ...facts, claims: [] }],
    ['another attempt', { ...facts, attempts: new Map([[1, 'f'.repeat(40)]]) }],
    ['another name of an attempt', { ...facts, attempts: new Map([[2, facts.attempts.get(1)]]) }],
    ['no pull request', { ...facts, pull: null }],
    ['one more word in the body', { ...facts, issue: { ...facts.issue, body: `${facts.issue.body} more` } }],
  ])('%s', (_what, other) => expect(isSame(facts, other)).toBe(false))
})

test('only the task that changed is another object at the next look', async () => {
  const stage = await setForgeStage()
  try {
    const open = (title: string) =>
      stage.as('ada').rest.issues.create({ ...stage.at, title, body: 'Please.', labels: ['agent:codex'] })
    const { data: first } = await open('Say more')
    await open('Say less')
    await observe(stage.forge)
    const before = await observe(stage.forge)
    await stage
      .as('ada')
      .rest.issues.update({ ...stage.at, issue_number: first.number, title: 'Say much more' })
    const after = await observe(stage.forge)

    expect(before.tasks).toHaveLength(2)
    expect(after.tasks[0]).not.toBe(before.tasks[0])
    expect(after.tasks[1]).toBe(before.tasks[1])
  } finally {
    await stage.twin.close()
  }
})
