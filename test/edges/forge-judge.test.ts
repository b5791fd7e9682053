import { mkdtempDisposable, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { JudgedFacts } from '../../core/check.ts'
import type { Effect } from '../../core/effect.ts'
import { printJudgeTitle, startJudge } from '../../core/landing/judgement.ts'
import { printCallerHeader, printTrainBranch } from '../../core/names.ts'
import type { Forge } from '../../forge/forge.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { git } from '../../twin/git.ts'
import { commitFiles } from '../../twin/seed.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

/** As the real one names its jobs and steps; the commit's name says what comes of it. */
const CALLER = `${printCallerHeader(1)}
name: chorus
run-name: \${{ inputs.title }}
on:
  workflow_dispatch:
    inputs:
      claim: { type: string, required: true }
      title: { type: string, required: true }
permissions: { contents: read }
jobs:
  judge:
    runs-on: ubuntu-latest
    steps:
      - run: test RESULT != unprepared
      - id: judge
        name: Judge
        run: |
          echo "outcome=RESULT" >> "$GITHUB_OUTPUT"
          test RESULT = passed
      - name: Could not be judged
        if: \${{ failure() && steps.judge.outputs.outcome != 'failed' }}
        run: exit 1
`
const CONFIG = 'merge: { judge: job, exact: true }\nchecks: [{ name: t, run: "true" }]\n'
const TRAIN = printTrainBranch('0123456789abcdef')

let stage: ForgeStage
afterEach(() => stage.twin.close())

async function setJudge(result: string, job = 'judge', from = CALLER): Promise<string> {
  const caller = from.replaceAll('RESULT', result).replace('  judge:\n    runs-on', `  ${job}:\n    runs-on`)
  const files = { ...FILES, '.github/chorus.yml': CONFIG, '.github/workflows/chorus.yml': caller }
  stage = await setForgeStage({ files })
  const head = (await git(stage.repo, ['rev-parse', 'main'])).stdout.toString().trim()
  await stage.as('bob').rest.git.createRef({ ...stage.at, ref: `refs/heads/${TRAIN}`, sha: head })
  await stage.twin.quiet(20_000)
  return head
}

/** However slow this machine is, a run has not ended while that file is not there. */
function waitFor(file: string): string {
  return CALLER.replace('test RESULT != unprepared', `until test -e '${file}'; do sleep 0.05; done`)
}

/** A run is listed some time after its start. */
async function settle(): Promise<void> {
  await stage.twin.quiet(20_000)
  const list = async () => (await stage.as('bob').rest.actions.listWorkflowRunsForRepo(stage.at)).data
  const wanted = stage.repo.actions.runs.size
  await vi.waitFor(async () => expect((await list()).total_count).toBe(wanted), {
    timeout: 20_000,
    interval: 50,
  })
}

async function judgeEffect(forge: Forge, head: string, number = 1): Promise<Effect> {
  const { judge, judgeRights, repo, admission } = await observe(forge)
  const start = startJudge({ sha: head, key: judge!.key, try: number }, repo.head, judgeRights)
  return { do: 'judge', task: null, branch: 'main', admitted: admission.last, ...start }
}

async function ask(head: string, number = 1, forge = stage.forge): Promise<unknown> {
  return perform(forge, await judgeEffect(forge, head, number))
}

/** On GitHub. */
function passTime(ms: number): void {
  const { clock } = stage.twin.state
  const { now } = clock
  clock.now = () => now() + ms
}

/** One that knows nothing, for which so much time has passed. */
function later(ms: number): Forge {
  const forge = stage.another()
  forge.now = () => Date.now() + ms
  return forge
}

function runsStarted(): number {
  return [...stage.repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch').length
}

async function judgedNow(forge = stage.another()): Promise<readonly JudgedFacts[]> {
  return (await observe(forge)).trains[0]?.judged ?? []
}

test.each([
  ['passed', 'passed'],
  ['failed', 'failed'],
  ['broken', 'broken'],
  // Killed, or before it began: the machine’s matter, not the commit’s.
  ['', 'broken'],
  ['unprepared', 'broken'],
] as const)('a job that ended %s is known to be so by another process, too', async (result, verdict) => {
  const head = await setJudge(result)
  expect(await ask(head)).toMatchObject({ ok: true })
  expect(await judgedNow(stage.forge)).toMatchObject([{ try: 1 }])
  await settle()
  expect(await judgedNow()).toMatchObject([{ try: 1, verdict }])
})

test('the same content is asked about once, also by another process', async () => {
  const head = await setJudge('passed')
  await ask(head)
  await settle()
  passTime(30_000)
  expect(await ask(head, 1, later(30_000))).toMatchObject({ ok: true })
  await settle()
  expect(runsStarted()).toBe(1)
})

test('of two processes that see in the same moment that it is to be judged, one starts it', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'judged-'))
  const may = join(dir.path, 'may-begin')
  const head = await setJudge('passed', 'judge', waitFor(may))
  const crew = [stage.another(), stage.another()]
  const effects = await Promise.all(crew.map(forge => judgeEffect(forge, head)))
  const came = await Promise.all(crew.map((forge, i) => perform(forge, effects[i]!)))
  expect(came.map(one => (one.ok ? 'done' : one.fault.is)).toSorted()).toEqual(['done', 'stale'])
  expect(runsStarted()).toBe(1)
  // Whoever looks now waits for it, though no list shows it yet; and what tells so goes once a list does.
  expect(await judgedNow(later(0))).toMatchObject([{ try: 1, verdict: null }])
  await writeFile(may, '')
  await settle()
  const { judgeRights } = await observe(later(60_000))
  expect(judgeRights).toMatchObject([{ name: { sha: head, try: 1 }, open: false }])
})

test('one who had the right and died is followed by another one, when his time is over', async () => {
  const head = await setJudge('passed')
  const dying = stage.another()
  dying.octokit.hook.wrap('request', (request, options) => {
    if (options.url.endsWith('/dispatches')) throw new Error('dies here')
    return request(options)
  })
  expect(await perform(dying, await judgeEffect(dying, head))).toMatchObject({ ok: false })
  expect(await judgedNow(later(5_000))).toMatchObject([{ try: 1, verdict: null }])
  passTime(30_000)
  const crew = [later(30_000), later(30_000)]
  expect(await judgedNow(crew[0])).toEqual([])
  const effects = await Promise.all(crew.map(forge => judgeEffect(forge, head)))
  expect(await perform(crew[0]!, effects[0]!)).toMatchObject({ ok: true })
  expect(await perform(crew[1]!, effects[1]!)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(runsStarted()).toBe(1)
})

test('what a person put where the right stands puts nothing off, and what waited too long for its turn is not sent', async () => {
  const head = await setJudge('passed')
  const first = await judgeEffect(stage.forge, head)
  if (first.do !== 'judge') throw new Error(first.do)
  await stage.as('bob').rest.git.createRef({ ...stage.at, ref: first.takeover.ref, sha: head })
  const late = stage.another()
  expect(await judgedNow(late)).toEqual([])
  const effect = await judgeEffect(late, head)
  late.octokit.hook.wrap('request', (request, options) => {
    if (options.url.endsWith('/dispatches')) late.now = () => Date.now() + 6_000
    return request(options)
  })
  expect(await perform(late, effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(runsStarted()).toBe(0)
})

test('where GitHub does not start it, nobody else waits for it', async () => {
  const head = await setJudge('passed')
  const effect = await judgeEffect(stage.forge, head)
  expect(await perform(stage.forge, { ...effect, branch: 'nowhere' } as Effect)).toMatchObject({ ok: false })
  expect((await judgedNow(stage.forge))[0]?.refusal).toMatch(/./)
  expect((await observe(stage.another())).judgeRights).toEqual([])
})

test('a run that somebody else started says nothing, whatever its title', async () => {
  const head = await setJudge('passed')
  const { judge } = await observe(stage.forge)
  const title = printJudgeTitle({ sha: head, key: judge!.key, try: 1 })
  await stage.as('bob').rest.actions.createWorkflowDispatch({
    ...stage.at,
    workflow_id: 'chorus.yml',
    ref: 'main',
    inputs: { claim: head, title },
  })
  await settle()
  expect(await judgedNow()).toEqual([])
})

test('a run without that job says nothing good', async () => {
  const head = await setJudge('passed', 'other')
  await ask(head)
  await settle()
  expect(await judgedNow()).toMatchObject([{ verdict: 'broken' }])
})

test('a job that never came to its checks says nothing, also where none of its steps could say so', async () => {
  const head = await setJudge(
    'passed',
    'judge',
    CALLER.replace(/ +- id: judge[\s\S]*/, '      - run: exit 1\n'),
  )
  await ask(head)
  await settle()
  expect(await judgedNow()).toMatchObject([{ verdict: 'broken' }])
})

test('by other checks it is another judgement', async () => {
  const head = await setJudge('passed')
  const start = startJudge({ sha: head, key: '0123456789ab', try: 1 }, head, [])
  await perform(stage.forge, { do: 'judge', task: null, branch: 'main', admitted: null, ...start })
  await settle()
  expect(await judgedNow()).toEqual([])
})

test('while one is under way it is known how long such runs take here, also by another process', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'judged-'))
  const may = join(dir.path, 'may-begin')
  await writeFile(may, '')
  const head = await setJudge('passed', 'judge', waitFor(may))
  await ask(head)
  await settle()
  const run = [...stage.repo.actions.runs.values()].at(-1)!
  run.updated_at = new Date(Date.parse(run.created_at) + 12 * 60_000).toISOString()
  const next = await commitFiles(stage.twin.state, stage.repo, {
    branch: TRAIN,
    files: { 'n.txt': 'n' },
    message: 'n',
  })
  const other = stage.another()
  await rm(may)
  await ask(next, 1, other)
  expect(await judgedNow(other)).toMatchObject([{ verdict: null, usual: 12 * 60_000 }])
  await writeFile(may, '')
  await settle()
  // What is listed again and again counts once, or the time told would be another one in each look.
  for (let looks = 0; looks < 3; looks++) await judgedNow(other)
  expect([...other.memory.judging.took]).toHaveLength(2)
})
