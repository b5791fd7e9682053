import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cases } from './cases.ts'
import { type Opened, openTwinGround } from './ground.ts'
import { runCase } from './run.ts'
import { checkExchange } from './validate.ts'

let opened: Opened
const faults = new Set<string>()

beforeAll(async () => {
  opened = await openTwinGround()
  if (!opened.twin) throw new Error('no twin')
  opened.twin.onExchange = exchange => {
    for (const fault of checkExchange(exchange)) faults.add(fault)
  }
})
afterAll(() => opened.close())

test('every case has an id of its own and cites a section that exists', () => {
  const facts = readFileSync(new URL('../../docs/platform-facts.md', import.meta.url), 'utf8')
  expect(new Set(cases.map(one => one.id)).size).toBe(cases.length)
  expect(cases.filter(one => !facts.includes(`**${one.cites}**`)).map(one => one.id)).toEqual([])
})

test.each(cases)('$id: $title', async one => {
  const result = await runCase(opened.ground, one, false)
  expect(result).toMatchObject({ outcome: 'passed', reason: null, left: [] })
})

test('nothing was said or answered that GitHub’s description does not know', () => {
  expect([...faults]).toEqual([])
})

test('nothing is left over but the workflow files', async () => {
  const { app } = opened.ground.credentials
  const refs = await app.get<{ ref: string }[]>('./git/matching-refs?per_page=100')
  expect(refs.map(one => one.ref).filter(ref => !ref.startsWith('refs/pull/'))).toEqual(['refs/heads/main'])
  expect(await app.get('./issues?state=open')).toEqual([])
  expect(await app.get('./rulesets')).toEqual([])
})

test('a GitHub that behaves otherwise fails its case', async () => {
  const { ground, twin } = opened
  const once = cases.find(one => one.id === 'create-ref-once')
  if (!twin || !once) throw new Error('no such case')
  const match = { method: 'POST', route: '/git/refs', nth: 4 }
  twin.faults.add({ kind: 'request', match, act: { do: 'answer', status: 201, when: 'before' } })
  expect(await runCase(ground, once, false)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('422'),
  })
})
