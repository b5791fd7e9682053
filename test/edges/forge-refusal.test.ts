import { afterEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import { readRefusal, rememberRefusal } from '../../forge/observe/refusal.ts'
import { perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import { takeId } from '../../twin/state.ts'
import { openTime } from '../stories/time.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage
afterEach(() => stage.twin.close())

const MINUTES = 60_000

async function propose(): Promise<{
  number: number
  head: { ref: string; sha: string }
  updated_at: string
}> {
  const files = { 'one.txt': '1\n' }
  await commitFiles(stage.twin.state, stage.repo, { branch: 'one', files, message: 'one' })
  const { rest } = stage.as('bob')
  const { data } = await rest.pulls.create({ ...stage.at, head: 'one', base: 'main', title: 'one' })
  return data
}

function landOf(pull: { number: number; head: { sha: string } }): Extract<Effect, { do: 'land' }> {
  const words = { title: 't', message: 'm', summary: 's' }
  const how = { verify: false, exact: false, check: null, method: 'squash' as const, into: 'main' }
  return { do: 'land', task: null, pull: pull.number, head: pull.head.sha, base: '', ...how, ...words }
}

const merges = () => stage.twin.requests.filter(one => one.method === 'PUT' && one.path.endsWith('/merge'))
const gates = () => [...stage.repo.checkRuns.values()].map(run => run.conclusion)

test('R3: refused again and again, it is asked for less and less often, until the pull request changes', async () => {
  using time = openTime()
  stage = await setForgeStage()
  const parameters = { required_status_checks: [{ context: 'never' }] }
  const id = takeId(stage.twin.state)
  const rule = { type: 'required_status_checks' as const, parameters }
  const where = { include: ['~DEFAULT_BRANCH'], exclude: [], bypass_actors: [] }
  stage.repo.rulesets.set(id, {
    id,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    rules: [rule],
    ...where,
  })
  const pull = await propose()
  const wire = { ...pull, updated_at: 'unchanged' } as never
  const effect = landOf(pull)
  expect(await perform(stage.forge, effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  // Its green was taken back.
  expect(gates()).toEqual(['success', null])
  const waits: number[] = []
  const again = () => rememberRefusal(stage.forge, effect, { why: 'never', behind: false })
  for (let times = 1; times <= 9; times++) {
    if (times > 1) again()
    const refused = readRefusal(stage.forge, wire, 0)
    expect(refused).toMatchObject({ why: expect.stringContaining('never'), times })
    waits.push(Math.round((refused!.again - time.now()) / MINUTES))
    time.pass(refused!.again - time.now() - 1_000)
    expect(readRefusal(stage.forge, wire, 0)).not.toBeNull()
    time.pass(2_000)
    expect(readRefusal(stage.forge, wire, 0)).toBeNull()
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360])

  again()
  expect(readRefusal(stage.forge, wire, 0)?.times).toBe(10)
  const changed = { ...pull, updated_at: 'changed' } as never
  expect(readRefusal(stage.forge, changed, 0)).toBeNull()
  again()
  expect(readRefusal(stage.forge, changed, 0)?.times).toBe(1)
})

test('R8: a right that GitHub does not see for a moment is told, and asked for again by itself', async () => {
  using time = openTime()
  stage = await setForgeStage()
  const pull = await propose()
  await stage.twin.quiet(20_000)
  stage.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge' },
    act: { do: 'answer', status: 403, when: 'before', message: 'You are not authorized to push' },
  })
  expect(await perform(stage.forge, landOf(pull))).toMatchObject({ ok: false, fault: { is: 'denied' } })
  expect(gates()).toEqual(['success', null])
  const refused = readRefusal(stage.forge, pull as never, 0)
  expect(refused).toMatchObject({ why: 'You are not authorized to push', times: 1 })
  time.pass(5 * MINUTES)
  expect(readRefusal(stage.forge, pull as never, 0)).toBeNull()
  expect(await perform(stage.forge, landOf(pull))).toMatchObject({ ok: true })
  expect(merges().map(one => one.status)).toEqual([403, 200])
})

test('where nobody counted reviews, as of people’s own, a refusal is believed all the same', async () => {
  stage = await setForgeStage()
  const head = '1'.repeat(40)
  rememberRefusal(stage.forge, { task: 'bd-40' as never, pull: 40, head }, { why: 'never', behind: false })
  const pull = { number: 40, head: { sha: head }, updated_at: 'unchanged' } as never
  expect(readRefusal(stage.forge, pull, 1)).toMatchObject({ why: 'never', times: 1 })
})
