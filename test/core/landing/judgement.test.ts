import { describe, expect, test } from 'vitest'
import type { JudgedFacts } from '../../../core/check.ts'
import { parseConfig } from '../../../core/config/config.ts'
import {
  parseJudgeTitle,
  printJudgeTitle,
  readJudgement,
  writeJudgeBrief,
} from '../../../core/landing/judgement.ts'
import { judgeSummary } from '../../../core/words/judge.ts'
import { at, makeConfig, sha } from '../../make.ts'

const now = at(60)
const judged = (number: number, over: Partial<JudgedFacts> = {}): JudgedFacts => ({
  try: number,
  run: 1000 + number,
  url: `https://github.test/runs/${1000 + number}`,
  verdict: 'passed',
  at: at(59),
  tail: null,
  refusal: null,
  usual: null,
  ...over,
})
const red = { verdict: 'failed', tail: 'expected 1' } as const
const broken = { verdict: 'broken' } as const

describe('what the merge job says', () => {
  const says = (all: JudgedFacts[], reds = 2) => readJudgement({ judged: all, reds, now })
  test.each<[string, JudgedFacts[], object]>([
    ['never asked', [], { is: 'due', try: 1, after: null }],
    ['under way', [judged(1, { verdict: null })], { is: 'running' }],
    ['green', [judged(1)], { is: 'passed' }],
    ['red once: asked a second time', [judged(1, red)], { is: 'due', try: 2, after: 'failed' }],
    [
      'red once, the second look under way',
      [judged(1, red), judged(2, { verdict: null })],
      { is: 'running' },
    ],
    ['red, then green: a flake', [judged(1, red), judged(2)], { is: 'passed' }],
    ['red twice', [judged(1, red), judged(2, red)], { is: 'failed', tail: 'expected 1' }],
    [
      'two runs of one start, both red, are one look',
      [judged(1, red), judged(1, red)],
      { is: 'due', try: 2 },
    ],
    ['broken off: asked again', [judged(1, broken)], { is: 'due', try: 2, after: 'broken' }],
    [
      'broken off after a red one',
      [judged(1, red), judged(2, broken)],
      { is: 'due', try: 3, after: 'failed' },
    ],
    ['broken off three times', [1, 2, 3].map(n => judged(n, broken)), { is: 'silent' }],
    [
      'broken off three times, an hour ago',
      [1, 2, 3].map(n => judged(n, { ...broken, at: at(-1) })),
      { is: 'due', try: 4 },
    ],
    ['refused by GitHub', [judged(1, { verdict: null, refusal: 'no', at: now - 1000 })], { is: 'silent' }],
    [
      'refused by GitHub more than a minute ago',
      [judged(1, { verdict: null, refusal: 'no', at: now - 61_000 })],
      { is: 'due', try: 1 },
    ],
  ])('%s', (_, all, expected) => expect(says(all)).toMatchObject(expected))

  test('what is searched anyway is red at once', () => expect(says([judged(1, red)], 1).is).toBe('failed'))
})

test('a title says which commit, by what, and how often it was asked', () => {
  const name = { sha: sha(7), key: '0123456789ab', try: 2 }
  expect(parseJudgeTitle(printJudgeTitle(name))).toEqual(name)
  for (const title of [
    'chorus merge bd-2rei #1',
    `${printJudgeTitle(name)} `,
    printJudgeTitle({ ...name, try: 0 }),
    printJudgeTitle({ ...name, sha: 'main' }),
    `x${printJudgeTitle(name)}`,
  ])
    expect(parseJudgeTitle(title)).toBeNull()
})

test('other checks, another setup or another network make another judgement; all else does not', () => {
  const brief = (over: object) =>
    writeJudgeBrief(makeConfig({ merge: { judge: 'job' }, checks: [CHECK], ...over }))
  const CHECK = { name: 'tests', run: 'npm test' }
  const usual = brief({})
  expect(brief({ limits: { parallel: 9 } })).toBe(usual)
  for (const over of [
    { checks: [{ ...CHECK, run: 'true' }] },
    { setup: ['npm ci'] },
    { isolation: { network: 'gateway' } },
  ])
    expect(brief(over)).not.toBe(usual)
  expect(writeJudgeBrief(makeConfig({ checks: [CHECK] }))).toBeNull()
})

test('a merge job without checks is told', () => {
  const parsed = parseConfig({ merge: { judge: 'job' } })
  expect(parsed).toMatchObject({ ok: false, problems: [{ path: 'merge.judge' }] })
})

describe('what the page of the merge job says comes next', () => {
  const two = [1, 2].map(pull => ({ pull, title: 'feat: x' }))
  const record = { name: 'test', seconds: 1, tail: '' }
  const say = (members: typeof two, result: 'passed' | 'failed', lanes: string | null) =>
    judgeSummary({
      sha: sha(1),
      subject: 'feat: x',
      members,
      records: [{ ...record, result } as never],
      page: 'https://github.test/a/b',
      lanes,
    })
  test.each<[string, string, string, string]>([
    ['together, green', say(two, 'passed', null), 'land as one merge commit', 'by its own pull request'],
    [
      'in lanes',
      say(two, 'passed', 'dev'),
      'each lands on `dev` by its own pull request',
      'one merge commit',
    ],
    ['one, green', say([], 'passed', null), 'has not moved, it lands', 'promoted'],
    ['in lanes, perhaps a tip', say([], 'passed', 'dev'), 'a tip of `dev` is promoted', 'it lands'],
    ['one, red', say([], 'failed', null), 'it goes back to its agent', 'tip'],
    [
      'in lanes, perhaps a tip, red',
      say([], 'failed', 'dev'),
      'A tip of `dev` is not promoted',
      'It does not',
    ],
  ])('%s', (_, text, wanted, wrong) => {
    expect(text).toContain(wanted)
    expect(text).not.toContain(wrong)
  })
})
