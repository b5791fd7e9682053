import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type MergeInputs, NODE } from '../../action/inputs.ts'
import { createJobLog } from '../../action/joblog.ts'
import { keepApart } from '../../action/merging/anew.ts'
import { judgeCommit, timeFor } from '../../action/merging/judge.ts'
import { JUDGE_KEY, printJudgeTitle, writeJudgeBrief } from '../../core/landing/judgement.ts'
import { readConfig } from '../../forge/observe/config.ts'
import { gitText } from '../../twin/git.ts'
import { commitFiles, tokenFor } from '../../twin/seed.ts'
import { makeConfig } from '../make.ts'
import { findRunning } from '../running.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'
import { type Attempt, openGround, reaches } from './isolation/ground.ts'

test('the checks of one commit have a limit each, and together less than GitHub gives the job', () => {
  const checks = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `check ${i}`, run: 'true' }))
  const minutes = (count: number) =>
    timeFor(makeConfig({ limits: { minutes: 30 }, checks: checks(count) })) / 60_000
  expect([minutes(1), minutes(3), minutes(12)]).toEqual([30, 90, 340])
})

const missing = ['own user (this is not root)']
test.each([
  ['the network of the machine may be there', { user: true, network: false }, 'open', null],
  ['no network', { user: true, network: true }, 'gateway', null],
  ['our own user would judge', { user: false, network: true }, 'open', /a user of its own/],
  [
    'the network is there though it should not',
    { user: true, network: false },
    'gateway',
    /isolation.network/,
  ],
] as const)('what is judged is kept apart, or not judged: %s', (_, reached, network, why) => {
  const apart = () =>
    keepApart({ processes: true, missing, ...reached }, makeConfig({ isolation: { network } }))
  if (why === null) expect(apart).not.toThrow()
  else expect(apart).toThrow(why)
})

/** What the branch says that is judged by; the commits say other things. */
const CONFIG = `merge: { judge: job }
setup: [test ! -f unprepared]
checks:
  - { name: sound, run: test -f sound }
  - { name: whole, run: test -f whole || exec ./nowhere }
`
const EASY = 'merge: { judge: job }\nchecks: [{ name: easy, run: "true" }]\n'
const KEY = keyOf(CONFIG)

function keyOf(text: string): string {
  const config = readConfig(text)
  const brief = config.ok ? writeJudgeBrief(config.value) : null
  return createHash('sha256').update(brief!).digest('hex').slice(0, JUDGE_KEY)
}

describe('the merge job', () => {
  let stage: ForgeStage
  let base: string
  /** What this machine allows. */
  let place: Attempt
  beforeAll(async () => {
    stage = await setForgeStage({ files: { ...FILES, '.github/chorus.yml': CONFIG } })
    base = await gitText(stage.repo, ['rev-parse', 'main'])
    using ground = openGround()
    await using attempt = await ground.open({ doors: [] })
    place = attempt
  })
  afterAll(() => stage.twin.close())

  const commit = (branch: string, files: Record<string, string>) => {
    const all = { '.github/chorus.yml': EASY, ...files }
    // By its message it could be taken for a combination; it has one parent.
    return commitFiles(stage.twin.state, stage.repo, {
      branch,
      files: all,
      message: `chore: merge #5, ${branch}`,
    })
  }

  async function judge(sha: string, over: Partial<MergeInputs> = {}) {
    await using home = await mkdtempDisposable(join(tmpdir(), 'chorus-merging-'))
    const [output, summary, temp] = ['output', 'summary', 'temp'].map(name => join(home.path, name)) as [
      string,
      string,
      string,
    ]
    await mkdir(temp)
    const inputs: MergeInputs = {
      claim: sha,
      token: tokenFor(stage.twin.state, 'bob'),
      ...{ owner: 'ada', repo: 'demo', apiUrl: stage.twin.apiUrl, serverUrl: stage.twin.url },
      run: { id: 1, attempt: 1 },
      actor: { id: stage.repo.actions.runs.values().next().value?.actor.id ?? 1, login: 'bob' },
      temp,
      host: { path: env.PATH ?? '', proxy: {} },
      files: { output, summary },
      title: { sha, key: KEY, try: 1 },
      base,
      setupFailed: false,
      ...over,
    }
    const code = await judgeCommit(
      inputs,
      createJobLog(() => {}),
    ).catch((error: Error) => error.message)
    return { code, output: await readFile(output, 'utf8'), page: await readFile(summary, 'utf8') }
  }

  test.each<[string, Record<string, string>, RegExp]>([
    ['that cannot even run', { sound: '' }, /sound \| passed[\s\S]*whole \| cannot run/],
    [
      'that cannot be prepared',
      { sound: '', whole: '', unprepared: '' },
      /sound \| failed[\s\S]*whole \| failed/,
    ],
  ])('by the configuration of the branch a check is red %s, and all are told', async (name, files, page) => {
    const judged = await judge(await commit(name.replaceAll(' ', '-'), files))
    expect(judged).toMatchObject({ code: 1, output: 'outcome=failed\n', page: expect.stringMatching(page) })
    expect(judged.page).not.toContain('easy')
  })

  test('says nothing of a commit that it was not asked about, by checks that are not in force, or a second time', async () => {
    const sha = await commit('asked', { sound: '', whole: '' })
    const title = { sha, key: KEY, try: 1 }
    const { rest } = stage.as('bob')
    const run = { workflow_id: 'chorus.yml', ref: 'main' }
    const inputs = { claim: sha, title: printJudgeTitle({ ...title, try: 2 }) }
    await rest.actions.createWorkflowDispatch({ ...stage.at, ...run, inputs })
    await stage.twin.quiet(20_000)
    // A run is listed some time after its start.
    const list = () => rest.actions.listWorkflowRunsForRepo(stage.at)
    await vi.waitFor(async () => expect((await list()).data.total_count).toBe(1), {
      timeout: 20_000,
      interval: 50,
    })
    const [first] = [...stage.repo.actions.runs.values()]
    const actor = { id: first!.actor.id, login: 'bob' }
    const asked: [string, Partial<MergeInputs>][] = [
      ['title and commit', { title: { ...title, sha: base } }],
      ['chorus-setup` failed', { setupFailed: true }],
      ['started again never counts', { run: { id: 1, attempt: 2 } }],
      ['another run judges', { run: { id: first!.id + 1, attempt: 1 }, actor, title: { ...title, try: 2 } }],
      ['has changed since', { title: { ...title, key: keyOf(EASY) } }],
    ]
    for (const [why, over] of asked) {
      expect(await judge(sha, over)).toMatchObject({
        code: expect.stringContaining(why),
        output: 'outcome=broken\n',
        page: expect.stringMatching(/^### Not judged/),
      })
    }
    const own = { run: { id: first!.id, attempt: 1 }, actor, title: { ...title, try: 2 } }
    const page = expect.stringMatching(/^### Green[\s\S]*judged by itself/)
    expect(await judge(sha, own)).toMatchObject({ code: 0, output: 'outcome=passed\n', page })
  })

  /** A brief of its own, as another commit of the branch has it. */
  async function brief(branch: string, lines: string[]) {
    const text = ['merge: { judge: job }', ...lines, ''].join('\n')
    const files = { '.github/chorus.yml': text }
    const sha = await commitFiles(stage.twin.state, stage.repo, { branch, files, message: branch })
    return { base: sha, key: keyOf(text) }
  }

  test('what is judged is another user, and without the network where that is wished', async () => {
    if (!reaches(place, 'user') || !reaches(place, 'network')) return
    let visits = 0
    const machine = createServer(socket => {
      visits += 1
      // Nobody reads what it says.
      socket.on('error', () => {}).destroy()
    }).listen(0, '127.0.0.1')
    await once(machine, 'listening')
    const visit = `: < /dev/tcp/127.0.0.1/${(machine.address() as AddressInfo).port}`
    const { base, key } = await brief('closed', [
      'isolation: { network: gateway }',
      `setup: ['${visit}']`,
      'checks:',
      `  - { name: apart, run: 'test "$(id -u)" != ${process.getuid?.()}' }`,
      `  - { name: closed, run: '! (${visit})' }`,
    ])
    const sha = await commit('apart', {})
    const judged = await judge(sha, { base, title: { sha, key, try: 1 } })
    machine.close()
    expect(judged.page).toMatch(/apart \| passed[\s\S]*closed \| passed/)
    expect([judged.code, visits]).toEqual([0, 2])
  })

  test('as the user that the runner knows nothing is judged', async () => {
    const own = vi.spyOn(process, 'getuid').mockReturnValue(1000)
    const judged = await judge(await commit('alone', { sound: '', whole: '' })).finally(() =>
      own.mockRestore(),
    )
    expect(judged).toMatchObject({
      code: expect.stringContaining('a user of its own'),
      output: 'outcome=broken\n',
      page: expect.stringMatching(/^### Not judged/),
    })
  })

  test('told to end, it ends what it judges, and says nothing of the commit', async () => {
    if (!reaches(place, 'user')) return
    await using home = await mkdtempDisposable(join(tmpdir(), 'chorus-merging-'))
    const word = `78${process.pid}`
    const { base, key } = await brief('slow', [
      `checks: [{ name: slow, run: 'echo begun; setsid sleep ${word}' }]`,
    ])
    const sha = await commit('slow-one', {})
    const [output, summary] = ['output', 'summary'].map(name => join(home.path, name)) as [string, string]
    const child = spawn(NODE, [fileURLToPath(new URL('../../action/merge/index.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: env.PATH,
        INPUT_CLAIM: sha,
        INPUT_TITLE: printJudgeTitle({ sha, key, try: 1 }),
        INPUT_TOKEN: tokenFor(stage.twin.state, 'bob'),
        GITHUB_REPOSITORY: 'ada/demo',
        GITHUB_API_URL: stage.twin.apiUrl,
        GITHUB_SERVER_URL: stage.twin.url,
        GITHUB_RUN_ID: '1',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_ACTOR_ID: '1',
        GITHUB_ACTOR: 'bob',
        GITHUB_SHA: base,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: home.path,
      },
    })
    const ended = once(child, 'close')
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
    })
    try {
      await vi.waitFor(() => expect(said).toContain('begun'), { timeout: 30_000, interval: 20 })
      expect(findRunning(word)).not.toEqual([])
      child.kill('SIGTERM')
      await vi.waitFor(() => expect(findRunning(word)).toEqual([]), { timeout: 10_000, interval: 20 })
      expect(await ended).toEqual([1, null])
    } finally {
      child.kill('SIGKILL')
    }
    expect(await readFile(output, 'utf8')).toBe('outcome=broken\n')
    expect(await readFile(summary, 'utf8')).toMatch(/^### Not judged[\s\S]*told to end/)
  })
})
