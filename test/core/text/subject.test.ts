import { expect, test } from 'vitest'
import { cleanOutput, cutHead, cutTail } from '../../../core/text/clean.ts'
import { writeSubject } from '../../../core/text/subject.ts'

const task = { type: 'fix', id: 'bd-k3f9' }

test.each([
  ['feat(parser): shorten the loop', 'feat(parser): shorten the loop [bd-k3f9]'],
  ['Shorten the loop', 'fix: Shorten the loop [bd-k3f9]'],
  ['feat: a [bd-k3f9]', 'feat: a [bd-k3f9]'],
  ['feat: a [bd-aaaa]', 'feat: a [bd-k3f9]'],
  ['feat: a [skip ci]', 'feat: a [bd-k3f9]'],
  ['feat: a [CI SKIP] [no ci] [skip actions]', 'feat: a [bd-k3f9]'],
  ['fix: this closes #12 for @ada', 'fix: this closes 12 for ada [bd-k3f9]'],
  ['fix: one\n\nskip-checks: true', 'fix: one [bd-k3f9]'],
  ['fix: \u001b[31mred\u202e', 'fix: red [bd-k3f9]'],
  ['', 'fix: work on the task [bd-k3f9]'],
])('%j becomes %j', (proposed, subject) => {
  expect(writeSubject(proposed, task)).toBe(subject)
})

test('a long line is cut, the task is not', () => {
  const subject = writeSubject(`feat: ${'x'.repeat(500)}`, task)
  expect(subject.length).toBeLessThanOrEqual(101)
  expect(subject.endsWith('… [bd-k3f9]')).toBe(true)
})

test('a type that is not known becomes a feature', () => {
  expect(writeSubject('do it', { type: 'magic', id: 'bd-k3f9' })).toBe('feat: do it [bd-k3f9]')
})

test('output is cleaned of what a terminal would obey', () => {
  expect(cleanOutput('\u001b[1;31mred\u001b[0m\u001b]0;title\u0007 ok\u0008 \r\nnext \t')).toBe(
    'red ok\nnext',
  )
})

test('cutting never leaves half a character', () => {
  expect(cutHead('üüü', 3)).toBe('ü')
  expect(cutTail('üüü', 3)).toBe('ü')
  expect(cutTail('one\ntwo\nthree', 9)).toBe('three')
})

test('a key in it is cut out', () => {
  const key = `ghp_${'0123456789'.repeat(3)}abcdef`
  expect(writeSubject(`feat: use ${key}`, task)).toMatch(/^feat: use (?!.*ghp_).* \[bd-k3f9\]$/)
})
