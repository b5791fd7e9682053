import { afterAll, beforeAll, expect, test } from 'vitest'
import { PINS } from '../../../scripts/tools/pins.ts'
import { openRunway, type Runway } from '../runway.ts'
import { openSky, useTools } from './sky.ts'

let runway: Runway
beforeAll(async () => {
  await useTools(...PINS.map(({ cli }) => cli))
  runway = await openRunway()
}, 300_000)
afterAll(() => runway?.[Symbol.asyncDispose]())

test.each(PINS)('$cli $version', async ({ cli }) => {
  const { fly, server } = await openSky(runway)
  const { report, file, log } = await fly(cli, [
    'write src/a.txt',
    '  a "b"',
    'fail 500',
    'run echo "$CHORUS_TASK $CHORUS_OUT" > seen.txt; env | sort > env.txt; echo learned >> "$CHORUS_OUT/learnings.md"',
    'malformed',
    'say feat: add a file',
  ])
  console.log(log, JSON.stringify(report, null, 1), await file('env.txt'))
  expect(report).toMatchObject({ outcome: 'done', failure: null, learnings: ['learned'] })
})
