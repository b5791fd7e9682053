import { expect, test } from 'vitest'
import { writeEarlier } from '../../../core/attempt/earlier.ts'
import { plan } from '../../../core/plan.ts'
import { at, makeChange, makeWorld } from '../../make.ts'
import { makeReady } from '../landing/ready.ts'

const change = makeChange({ path: 'src/a.ts', addedLines: ['export const a = 1'] })

test('67: what git could not put together goes to a fresh attempt with both sides: what landed is its base, what it had added is told', () => {
  const task = makeReady(1, { mergeable: false, changes: [change] })
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
  const record = effects.find(effect => effect.do === 'record')
  const [revision] = [...(record?.records.values() ?? [])].flatMap(one => one.revisions)
  expect(revision).toMatchObject({ why: 'conflict', from: 'base', by: null })
  expect(revision?.text).toMatch(/keep what has landed there[\s\S]+src\/a\.ts[\s\S]+\+ export const a = 1/)
  // Once: who looks again while it is being done anew finds nothing more to say.
  const [known] = [...(record?.records.values() ?? [])]
  const again = plan(makeWorld({ tasks: [{ ...task, record: known! }] }), {
    now: at(61),
    digest: () => 'd'.repeat(64),
  })
  expect(again.effects.filter(one => one.do === 'record' && one.records.size > 0)).toEqual([])
})

test('a change of any size fits', () => {
  const long = makeChange({ addedLines: Array.from({ length: 5000 }, (_, i) => `line ${i}`) })
  expect(writeEarlier([long]).length).toBeLessThan(4200)
  expect(writeEarlier([long])).toMatch(/… and more$/)
})

test.each([null, []])('of %j nothing is told', changes => {
  expect(writeEarlier(changes)).toBe('')
})
