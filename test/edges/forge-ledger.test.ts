import { generateKeyPairSync } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { emptyControls, emptyRecord, type TaskRecord } from '../../core/ledger.ts'
import { CONTROLS_PATH, LEDGER_BRANCH, printTaskId, printTaskPath, type TaskId } from '../../core/names.ts'
import type { Forge } from '../../forge/forge.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { createSeals } from '../../forge/seal.ts'
import { commitFiles, createRepo, moveBranch } from '../../twin/seed.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

/** What bob, who may push, does to the ledger. He reads what is there, and writes what he likes. */

let stage: ForgeStage
afterEach(() => stage.twin.close())

async function openIssue(): Promise<TaskId> {
  const fields = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
  return printTaskId((await stage.as('ada').rest.issues.create({ ...stage.at, ...fields })).data.number)
}

async function write(task: TaskId, change: Partial<TaskRecord> = {}, forge = stage.forge): Promise<string> {
  const { ledger, tasks } = await observe(forge)
  const { issue } = tasks.find(one => one.id === task)!
  const records = new Map([[task, { ...emptyRecord(issue.number), ...change }]])
  const came = await perform(forge, {
    do: 'record',
    head: ledger.head,
    controls: null,
    usage: [],
    learnings: [],
    records,
    events: [],
  })
  if (!came.ok) throw new Error(came.fault.why)
  return (came.note as { head: string }).head
}

async function read(path: string, ref = LEDGER_BRANCH): Promise<string> {
  const { data } = await stage.as('bob').rest.repos.getContent({ ...stage.at, path, ref })
  return Buffer.from((data as { content: string }).content, 'base64').toString()
}

function push(files: Record<string, string | null>): Promise<string> {
  return commitFiles(stage.twin.state, stage.repo, {
    branch: LEDGER_BRANCH,
    files,
    message: 'oops',
    login: 'bob',
  })
}

async function taskBy(forge: Forge, task: TaskId) {
  return (await observe(forge)).tasks.find(one => one.id === task)!
}

async function begin(): Promise<TaskId[]> {
  stage = await setForgeStage()
  const tasks = [await openIssue(), await openIssue()]
  for (const task of tasks) await write(task)
  return tasks
}

test('what the app wrote is believed by every controller of it, and holds the record as it was', async () => {
  const [task] = await begin()
  const seen = await taskBy(stage.another(), task!)
  expect(seen.distrust).toBeNull()
  expect(seen.record).toEqual(emptyRecord(seen.issue.number))
})

test('a forged, an unreadable and a strange record concern their own task only', async () => {
  const [task, other] = await begin()
  const path = printTaskPath(task!)
  const genuine = JSON.parse(await read(path))
  const approval = { by: { id: 1, login: 'bob' }, at: 1, via: 'label', agent: 'codex', comments: [] }
  const forged = { ...genuine.content, approval: { ...approval, text: 'x', sha256: 'a'.repeat(64) } }
  const cases: [Record<string, string | null>, string][] = [
    [{ [path]: JSON.stringify({ ...genuine, content: forged }) }, 'foreign'],
    [{ [path]: JSON.stringify(forged) }, 'foreign'],
    [{ [path]: JSON.stringify({ ...genuine, sequence: genuine.sequence + 1 }) }, 'foreign'],
    [{ [path]: await read(printTaskPath(other!)) }, 'foreign'],
    [{ [path]: '{"content":' }, 'unreadable'],
    [{ [path]: 'null' }, 'foreign'],
    [{ [path]: ' '.repeat(5 * 1024 * 1024) }, 'unreadable'],
    [{ [path]: null, [`${path}/a`]: 'a folder' }, 'unreadable'],
  ]
  for (const [files, why] of cases) {
    await push(files)
    for (const forge of [stage.forge, stage.another()]) {
      const { tasks } = await observe(forge)
      expect(tasks.map(one => [one.distrust, one.record === null])).toEqual([
        [why, true],
        [null, false],
      ])
    }
  }
})

test('a record of another repository of the same app is not ours', async () => {
  const [task] = await begin()
  const text = await read(printTaskPath(task!))
  const owner = stage.repo.owner.login
  const elsewhere = await createRepo(stage.twin.state, { owner, name: 'elsewhere', files: FILES })
  await stage.as('ada').rest.issues.create({ owner, repo: 'elsewhere', title: 'x', labels: ['agent:codex'] })
  const files = { [printTaskPath(printTaskId(1))]: text }
  await commitFiles(stage.twin.state, elsewhere, { branch: LEDGER_BRANCH, files, message: 'x' })
  expect(task).toBe(printTaskId(1))
  const forge = { ...stage.another(), repo: 'elsewhere' }
  expect((await taskBy(forge, task!)).distrust).toBe('foreign')
})

test('an older version put back is an answer that lags for a moment, then it is noticed; a later one is believed', async () => {
  const [task] = await begin()
  const path = printTaskPath(task!)
  const old = await read(path)
  await write(task!, { paused: true })
  const newest = await read(path)
  await push({ [path]: old })
  expect(await taskBy(stage.forge, task!)).toMatchObject({ distrust: null, record: { paused: true } })
  // Who has seen the newest version a while ago knows better than who has just begun to look.
  const later: Forge = { ...stage.forge, now: () => Date.now() + 61_000 }
  await push({ 'a.txt': 'a', [path]: `${old} ` })
  expect(await taskBy(later, task!)).toMatchObject({ distrust: 'older', record: null })
  await push({ [path]: newest })
  expect(await taskBy(later, task!)).toMatchObject({ distrust: null, record: { paused: true } })
})

test('a record that was deleted and begun again is newer than all that was before', async () => {
  const [task] = await begin()
  const path = printTaskPath(task!)
  const old = await read(path)
  await push({ [path]: null })
  const other = stage.another()
  expect((await taskBy(other, task!)).record).toBeNull()
  await write(task!, { paused: true }, other)
  const third = stage.another()
  await observe(third)
  await push({ [path]: old })
  expect(await taskBy({ ...third, now: () => Date.now() + 61_000 }, task!)).toMatchObject({
    distrust: 'older',
  })
})

test('controls that this app did not write, or that are gone, are known for it, and nothing else is', async () => {
  await begin()
  const genuine = await read(CONTROLS_PATH)
  for (const [text, why] of [
    [JSON.stringify(emptyControls), 'foreign'],
    [null, 'missing'],
  ] as const) {
    await push({ [CONTROLS_PATH]: text })
    const { ledger } = await observe(stage.another())
    expect(ledger.broken).toEqual({ controls: why, records: new Map() })
    expect(ledger.records.size).toBe(2)
  }
  await push({ [CONTROLS_PATH]: genuine })
  expect((await observe(stage.another())).ledger.broken.controls).toBeNull()
})

test('a branch put back by force to a commit of ours is noticed as well', async () => {
  const [task] = await begin()
  const before = await write(task!)
  await write(task!, { paused: true })
  await moveBranch(stage.twin.state, stage.repo, LEDGER_BRANCH, before)
  const { memory } = stage.forge
  // After the first write that GitHub refuses, or the first head that is nobody's.
  memory.ledger = null
  const later: Forge = { ...stage.forge, now: () => Date.now() + 61_000 }
  expect(await taskBy(later, task!)).toMatchObject({ distrust: 'older' })
})

test('after a change of keys what the former one sealed counts, and is sealed anew with the next write', async () => {
  const [task, other] = await begin()
  const apps = [...stage.twin.state.apps.apps.values()]
  const former = apps.find(app => app.id === stage.forge.app.id)!.privateKey
  const key = newKey()
  const seals = createSeals(key, former)
  const changed = { ...stage.another(), seals }
  const forgetful = () => ({ ...stage.another(), seals: createSeals(key) })
  expect((await observe(forgetful())).ledger.broken).toMatchObject({
    controls: 'foreign',
    records: { size: 2 },
  })
  expect(await taskBy(changed, task!)).toMatchObject({ distrust: null })
  await write(task!, { paused: true }, changed)
  const { ledger, tasks } = await observe(forgetful())
  expect(ledger.broken).toEqual({ controls: null, records: new Map() })
  expect(tasks.map(one => one.record?.paused)).toEqual([true, false])
  expect(tasks.map(one => one.id)).toEqual([task, other])
})

function newKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}
