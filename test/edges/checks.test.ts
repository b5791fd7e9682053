import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, expect, test } from 'vitest'
import { type Bench, runCheck, runChecks } from '../../action/checks.ts'

const dir = mkdtempSync(`${tmpdir()}/chorus-checks-`)
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const bench: Bench = {
  cwd: dir,
  env: { PATH: process.env.PATH ?? '' },
  signal: new AbortController().signal,
  left: () => 60_000,
  onLine: () => {},
}
const check = (run: string, minutes = 1) => ({ name: 'it', run, minutes, fast: false })

test.each([
  ['true', 'passed', 0],
  ['exit 4', 'failed', 4],
  ['no-such-tool --version', 'cannot-run', 127],
  ['touch plain && ./plain', 'cannot-run', 126],
  ['kill -9 $$', 'failed', null],
  ['false | true', 'failed', 1],
])('%s: %s', async (run, result, exit) => {
  expect(await runCheck(check(run), bench)).toMatchObject({ name: 'it', result, exit })
})

test('its own limit and what is left of the attempt both end it', async () => {
  expect(await runCheck(check('sleep 60', 0.002), bench)).toMatchObject({ result: 'timed-out', exit: null })
  const short = { ...bench, left: () => 100 }
  expect(await runCheck(check('sleep 60'), short)).toMatchObject({ result: 'timed-out' })
})

test('the tail is the end of what was said, clean', async () => {
  const { tail } = await runCheck(
    check(`seq 9999; printf '\\033[31mred\\033[0m \\007\\n'; echo bad >&2; exit 1`),
    bench,
  )
  expect(tail.length).toBeLessThanOrEqual(4000)
  expect(tail.endsWith('9999\nred\nbad')).toBe(true)
})

test('all of them run, in order, also after one that is red', async () => {
  const records = await runChecks([check('exit 1'), check('true')], bench)
  expect(records.map(record => record.result)).toEqual(['failed', 'passed'])
})
