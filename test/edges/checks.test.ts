import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, expect, test } from 'vitest'
import { type Bench, countWarnings, runCheck, runChecks } from '../../action/checks.ts'

const dir = mkdtempSync(`${tmpdir()}/chorus-checks-`)
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const bench: Bench = {
  cwd: dir,
  env: { PATH: process.env.PATH ?? '' },
  signal: new AbortController().signal,
  left: () => 60_000,
  onLine: () => {},
}
const NONE = new Map()
const check = (run: string, minutes = 1) => ({ name: 'it', run, minutes, fast: false })

test.each([
  ['true', 'passed', 0],
  ['exit 4', 'failed', 4],
  ['no-such-tool --version', 'cannot-run', 127],
  ['touch plain && ./plain', 'cannot-run', 126],
  ['kill -9 $$', 'failed', null],
  ['false | true', 'failed', 1],
])('%s: %s', async (run, result, exit) => {
  expect(await runCheck(check(run), bench, NONE)).toMatchObject({ name: 'it', result, exit })
})

test('its own limit and what is left of the attempt both end it', async () => {
  expect(await runCheck(check('sleep 60', 0.002), bench, NONE)).toMatchObject({
    result: 'timed-out',
    exit: null,
  })
  const short = { ...bench, left: () => 100 }
  expect(await runCheck(check('sleep 60'), short, NONE)).toMatchObject({ result: 'timed-out' })
})

test('the tail is the end of what was said, clean', async () => {
  const { tail } = await runCheck(
    check(`seq 9999; printf '\\033[31mred\\033[0m \\007\\n'; echo bad >&2; exit 1`),
    bench,
    NONE,
  )
  expect(tail.length).toBeLessThanOrEqual(4000)
  expect(tail.endsWith('9999\nred\nbad')).toBe(true)
})

test('all of them run, in order, also after one that is red', async () => {
  const records = await runChecks([check('exit 1'), check('true')], bench, NONE)
  expect(records.map(record => record.result)).toEqual(['failed', 'passed'])
})

test('one that fails and then passes is flaky; one that keeps failing is not', async () => {
  const flaky = await runCheck(check('mkdir once 2> /dev/null && exit 1; true'), bench, NONE)
  expect(flaky).toMatchObject({ result: 'passed', exit: 0, flaky: true })
  const red = await runCheck(check('echo x >> tries; exit 1'), bench, NONE)
  expect(red).toMatchObject({ result: 'failed', exit: 1 })
  expect(red.flaky).toBeUndefined()
  expect(readFileSync(`${dir}/tries`, 'utf8')).toBe('x\nx\n')
})

test.each([
  [2, 'passed', { before: 2, after: 2 }],
  [1, 'passed', { before: 2, after: 1 }],
  [3, 'failed', { before: 2, after: 3 }],
])('of two warnings before, %i after: %s', async (after, result, warnings) => {
  writeFileSync(`${dir}/said`, 'warning: a\nfine\nwarning: b\n')
  const health = { ...check('cat said; true'), warnings: 'warning:' }
  const baseline = await countWarnings([health, check('exit 1')], bench)
  expect([...baseline]).toEqual([['it', 2]])
  writeFileSync(`${dir}/said`, 'warning: c\n'.repeat(after))
  const record = await runCheck(health, bench, baseline)
  expect(record).toMatchObject({ result, warnings, exit: 0 })
  expect(record.tail.includes('None may be added')).toBe(result === 'failed')
})

test('where it could not be run before, its warnings are only told', async () => {
  const baseline = await countWarnings([{ ...check('exit 127'), warnings: 'w' }], bench)
  const record = await runCheck({ ...check('echo w'), warnings: 'w' }, bench, baseline)
  expect(record).toMatchObject({ result: 'passed', warnings: { before: null, after: 1 } })
})
