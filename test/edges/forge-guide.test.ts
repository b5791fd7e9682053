import { afterEach, expect, test } from 'vitest'
import { emptyRecord } from '../../core/ledger.ts'
import { GUIDE_BRANCH, printAttemptRef, printBranch, printTaskId } from '../../core/names.ts'
import type { Forge } from '../../forge/forge.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { commitFiles } from '../../twin/seed.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

const PACKAGE = JSON.stringify({ scripts: { test: 'node --test' } })
const { 'AGENTS.md': _, ...BARE } = FILES

/** A repository in which the app has shown one change. */
async function open(files: Record<string, string>): Promise<void> {
  stage = await setForgeStage({ files })
  const { forge, at, repo } = stage
  const ada = stage.as('ada').rest
  const { data } = await ada.issues.create({ ...at, title: 'Say more', labels: ['agent:codex'] })
  const task = printTaskId(data.number)
  await observe(forge)
  const records = new Map([[task, { ...emptyRecord(data.number), logged: 'proposed' }]])
  await perform(forge, { ...RECORD, records })
  const branch = printBranch({ agent: 'codex', task })
  const change = { branch, files: { 'src/a.js': 'export const a = 2\n' }, message: 'feat: more' }
  const head = await commitFiles(stage.twin.state, repo, change)
  await ada.git.createRef({ ...at, ref: printAttemptRef({ task, attempt: 1 }), sha: head })
  const text = { base: 'main', title: 'feat: more', body: 'More' }
  const opened = await perform(forge, { do: 'open', task, head: branch, sha: head, ...text })
  expect(opened).toMatchObject({ ok: true })
}

const RECORD = { do: 'record', head: null, controls: null, events: [], usage: [], learnings: [] } as const

const propose = async (forge: Forge) => {
  const { repo } = await observe(forge)
  const text = { path: 'AGENTS.md', text: '# Here\n', title: 'docs: AGENTS.md', body: 'For agents' }
  const fields = { task: null, branch: GUIDE_BRANCH, base: repo.head, into: repo.defaultBranch }
  return perform(forge, { do: 'propose', ...fields, ...text })
}

const pulls = () => [...stage.repo.pulls.values()].filter(pull => pull.head.ref === GUIDE_BRANCH)

test('where agents are told nothing, the manifests are read; proposed once, by whichever controller', async () => {
  await open({ ...BARE, 'package.json': PACKAGE, 'sub/Makefile': 'all:\n' })
  const commands = [{ run: 'npm run test', does: 'node --test' }]
  expect((await observe(stage.forge)).guide).toEqual({ manifests: [{ path: 'package.json', commands }] })
  const [first, second] = [await propose(stage.forge), await propose(stage.another())]
  expect(first).toMatchObject({ ok: true, note: { pull: pulls()[0]!.number } })
  expect(second).toEqual(first)
  expect(pulls()).toHaveLength(1)
  const { data } = await stage
    .as('ada')
    .rest.pulls.listFiles({ ...stage.at, pull_number: pulls()[0]!.number })
  expect(data.map(file => `${file.status} ${file.filename}`)).toEqual(['added AGENTS.md'])
  expect((await observe(stage.forge)).guide).toBeNull()

  // Closed, and its branch deleted: that is an answer, also to a controller that remembers nothing.
  const { rest } = stage.as('ada')
  await rest.pulls.update({ ...stage.at, pull_number: pulls()[0]!.number, state: 'closed' })
  await rest.git.deleteRef({ ...stage.at, ref: `heads/${GUIDE_BRANCH}` })
  expect((await observe(stage.another())).guide).toBeNull()
  expect(pulls()).toHaveLength(1)
})

test('a controller that died between branch and pull request: the next shows what is there', async () => {
  await open(BARE)
  const files = { 'AGENTS.md': '# As it was laid\n' }
  const head = await commitFiles(stage.twin.state, stage.repo, {
    branch: GUIDE_BRANCH,
    files,
    message: 'docs',
  })
  expect((await observe(stage.forge)).guide).toEqual({ manifests: [] })
  expect(await propose(stage.forge)).toMatchObject({ ok: true })
  expect(pulls().map(pull => pull.head.sha)).toEqual([head])
})

test('where agents are told something nothing is asked, however it is written', async () => {
  await open({ ...BARE, 'claude.md': '# Here\n', 'package.json': PACKAGE })
  const asked = stage.twin.requests.length
  expect((await observe(stage.another())).guide).toBeNull()
  const paths = stage.twin.requests.slice(asked).map(({ method, path }) => `${method} ${path}`)
  expect(paths.filter(path => path.includes('head=') || path.includes('agents-md'))).toEqual([])
  const blobs = paths.filter(path => path.includes('/git/blobs/'))
  // Configuration, caller file, the ledger's record and controls: no manifest.
  expect(blobs).toHaveLength(4)
})

test('its head may be merged by people; what shows an attempt may not pass for it', async () => {
  await open(BARE)
  await propose(stage.forge)
  const [own] = pulls()
  const strangers = (await observe(stage.forge)).strangers
  expect(strangers).toEqual([{ number: own!.number, head: own!.head.sha, proposal: true }])
  const attempt = [...stage.repo.pulls.values()][0]!.head.sha
  const { git } = stage.as('bob').rest
  await git.updateRef({ ...stage.at, ref: `heads/${GUIDE_BRANCH}`, sha: attempt, force: true })
  expect((await observe(stage.another())).strangers).toEqual([])
})
