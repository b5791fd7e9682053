import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CliName, PINS } from '../../../scripts/tools/pins.ts'
import type { ModelServer } from '../../../twin/models/server.ts'
import { openRunway, type Runway } from '../runway.ts'
import { MODELS, REAL_KEY } from './given.ts'
import { openSky } from './sky.ts'
import { useTools } from './tools.ts'

let runway: Runway
beforeAll(async () => {
  await useTools(...PINS.map(({ cli }) => cli))
  runway = await openRunway()
}, 300_000)
afterAll(() => runway?.[Symbol.asyncDispose]())

/** A model that writes, is hindered once, runs, blunders, and says its last words. */
const PLAN = [
  'write src/a.txt',
  '  a "b"',
  'fail 500',
  'run env | sort > env.txt; echo "remember $CHORUS_TASK" >> "$CHORUS_OUT/learnings.md"',
  'malformed',
  'think 20',
  'say feat: add a file',
]

test.each(PINS)('$cli $version works, recovers, and is counted on the wire', async ({ cli }) => {
  const { fly, server } = await openSky(runway)
  const { report, file, log } = await fly(cli, PLAN)

  expect(report, log).toMatchObject({ outcome: 'done', failure: null, loops: 1 })
  expect(report.subject).toContain('feat: add a file')
  expect(report.learnings).toEqual([`remember ${report.task}`])
  expect(await file('src/a.txt')).toBe('a "b"\n')
  expect(report.files.map(one => one.path)).toEqual(['env.txt', 'src/a.txt'])

  // What the service counted, to the token, is what the report says.
  expect(report.usage).toMatchObject({ agent: cli, model: MODELS[cli], ...served(server) })
  expect(new Set(server.requests.map(({ key }) => key))).toEqual(new Set([REAL_KEY]))
  expect(new Set(server.requests.map(({ model }) => model))).toEqual(new Set([MODELS[cli]]))

  // What it started from is measured where it leaves: more than what we told it, and it only grows.
  const { total_bytes, first_request_bytes = 0, largest_request_bytes = 0 } = report.context
  expect(first_request_bytes).toBeGreaterThan(total_bytes)
  expect(largest_request_bytes).toBeGreaterThan(first_request_bytes)

  // The agent's commands had all that every agent has, and no key but the one that opens nothing else.
  const env = (await file('env.txt')) ?? ''
  expect(env).toContain(`CHORUS_TASK=${report.task}`)
  expect(env).not.toContain(REAL_KEY)
  expect(env).not.toMatch(/^(?:GITHUB|RUNNER|ACTIONS|INPUT)_/m)
  if (cli === 'codex') expect(env).not.toContain('sk-chorus')
  expect(log).not.toContain(REAL_KEY)
  expect(log).not.toContain('sk-chorus')
  expect(log).toContain('| feat: add a file')
})

function served(server: ModelServer): Record<string, number> {
  const rows = server.usage()
  const total = (of: 'input' | 'output' | 'cached') => rows.reduce((sum, row) => sum + row.told[of], 0)
  return { tokens_in: total('input'), tokens_out: total('output'), tokens_cached: total('cached') }
}

test.each<CliName>(['codex', 'claude'])('%s hears what is red, and repairs it', async cli => {
  const { fly, server } = await openSky(runway)
  const checks = [{ name: 'right', run: 'grep -q right a.txt', minutes: 1, fast: false }]
  const plan = [
    'when prompt contains "What is red now":',
    'run echo right > a.txt',
    'say fix: put it right',
    'otherwise:',
    'write a.txt',
    '  wrong',
    'say feat: add it',
  ]
  const { report, file, log } = await fly(cli, plan, { checks })
  expect(report, log).toMatchObject({ outcome: 'done', loops: 2, checks: [{ result: 'passed' }] })
  expect(await file('a.txt')).toBe('right\n')
  expect(report.usage).toMatchObject(served(server))
  // Each round is a conversation of its own.
  expect(new Set(server.usage().map(row => row.conversation)).size).toBe(2)
  expect(report.context.session_reuse).toBe(0)
})
