import { afterEach, expect, test, vi } from 'vitest'
import type { JudgedFacts } from '../../core/check.ts'
import type { Effect } from '../../core/effect.ts'
import { printJudgeTitle } from '../../core/landing/judgement.ts'
import { printCallerHeader, printTrainBranch } from '../../core/names.ts'
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

async function ask(head: string, number = 1, forge = stage.forge): Promise<unknown> {
  const { judge } = await observe(forge)
  const title = printJudgeTitle({ sha: head, key: judge!.key, try: number })
  const effect: Effect = { do: 'judge', task: null, head, title, branch: 'main' }
  return perform(forge, effect)
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
  expect(await ask(head, 1, stage.another())).toMatchObject({ ok: true })
  await settle()
  expect([...stage.repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch')).toHaveLength(
    1,
  )
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
  const title = printJudgeTitle({ sha: head, key: '0123456789ab', try: 1 })
  await perform(stage.forge, { do: 'judge', task: null, head, title, branch: 'main' })
  await settle()
  expect(await judgedNow()).toEqual([])
})

test('while one is under way it is known how long such runs take here, also by another process', async () => {
  const head = await setJudge('passed')
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
  await ask(next, 1, other)
  expect(await judgedNow(other)).toMatchObject([{ verdict: null, usual: 12 * 60_000 }])
  await settle()
  // What is listed again and again counts once, or the time told would be another one in each look.
  for (let looks = 0; looks < 3; looks++) await judgedNow(other)
  expect([...other.memory.judging.took]).toHaveLength(2)
})
