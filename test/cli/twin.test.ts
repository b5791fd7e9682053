import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../app/clock.ts'
import { createMemory, reconcile } from '../../app/reconcile.ts'
import { stepsOf } from '../../app/steps.ts'
import { printCaller, RELEASE } from '../../core/caller.ts'
import { PERMISSIONS } from '../../core/permissions.ts'
import { describeEffect } from '../../core/words/effect.ts'
import { createClient } from '../../forge/client.ts'
import { createForge } from '../../forge/forge.ts'
import { createSeals } from '../../forge/seal.ts'
import type { App, Installation } from '../../twin/apps/state.ts'
import { mintToken } from '../../twin/apps/tokens.ts'
import { listRefs } from '../../twin/gitdata/refs.ts'
import { createIssue } from '../../twin/issues/issue.ts'
import { createRepo, installApp, registerApp } from '../../twin/seed.ts'
import type { Repo } from '../../twin/state.ts'
import { createTwin, type Twin } from '../../twin/twin.ts'
import { FILES } from '../edges/forge-stage.ts'

/** The command as people run it: a process of its own, with settings in the environment, against the twin. */
let twin: Twin
let app: App
let repo: Repo
/** Set up for agents, with one issue that asks for one. */
let asking: Repo
let installation: Installation

beforeAll(async () => {
  twin = await createTwin()
  repo = await createRepo(twin.state, { owner: 'ada', name: 'engine' })
  const permissions = Object.fromEntries(
    Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level]),
  )
  app = registerApp(twin.state, { name: 'chorus', owner: 'ada', permissions, events: ['issues'] })
  asking = await createRepo(twin.state, { owner: 'ada', name: 'asking', files: FILES })
  installation = installApp(twin.state, app, 'ada', [repo, asking])
  const wanted = { title: 'Greet people', body: 'Say hello.', labels: ['agent:codex'] }
  createIssue(twin.state, asking, wanted, { is: 'user', account: asking.owner })
})

afterAll(() => twin.close())

type Ran = { code: number; stdout: string; stderr: string }

async function chorus(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const settings = {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    GHE_HOST: new URL(twin.url).host,
    GHE_PROTOCOL: 'http',
  }
  const options = { env: { PATH: process.env.PATH, ...settings, ...env } }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['cli/main.ts', ...args], options)
    return { code: 0, stdout, stderr }
  } catch (error) {
    const failed = error as Ran
    return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr }
  }
}

test('status of a repository where nobody asks for anything', async () => {
  const { code, stdout } = await chorus(['status', '--repo', 'ada/engine'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Nobody asks') })
})

test('what was used, before anything was', async () => {
  const table = await chorus(['usage', '--repo', 'ada/engine', '--by', 'epic', '--since', '2026-01-01'])
  expect(table).toMatchObject({ code: 0, stdout: 'No attempt of ada/engine is in the accounts yet.\n' })
  const log = await chorus(['usage', '--repo', 'ada/engine', '--log', '--json'])
  expect(JSON.parse(log.stdout)).toEqual({ repository: 'ada/engine', events: [] })
})

test('a dry run lists effects as JSON and does none', async () => {
  const before = await listRefs(repo, 'refs/')
  const { code, stdout } = await chorus(['dry-run', '--repo', 'ada/engine', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ repository: 'ada/engine', effects: [] })
  expect(await listRefs(repo, 'refs/')).toEqual(before)
})

/** What the controller's next pass does: of the look that begins with it, nothing more. */
async function passOnce(): Promise<string[]> {
  const { token } = mintToken(twin.state, {
    installationId: installation.id,
    permissions: installation.permissions,
    repositoryIds: null,
  })
  const octokit = createClient({ token, baseUrl: twin.apiUrl })
  const self = { id: app.id, login: `${app.slug}[bot]` }
  const seals = createSeals(app.privateKey)
  const steps = stepsOf(createForge({ octokit, owner: 'ada', repo: 'asking', app: self, seals }))
  const done: string[] = []
  let passes = 0
  const look = {
    ...steps,
    plan: (...[world, now]: Parameters<typeof steps.plan>) => {
      const planned = steps.plan(world, now)
      passes += 1
      return passes === 1 ? planned : { ...planned, effects: [] }
    },
    perform: async (effect: Parameters<typeof steps.perform>[0]) => {
      const came = await steps.perform(effect)
      done.push(came.ok ? describeEffect(effect) : `not done: ${came.fault.why}`)
      return came
    },
  }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const { signal } = new AbortController()
  await reconcile({ steps: look, clock: systemClock, log, memory: createMemory(), signal })
  return done
}

test('a dry run of an issue that asks for an agent lists just what the next pass then does', async () => {
  const before = await listRefs(asking, 'refs/')
  const { stdout } = await chorus(['dry-run', '--repo', 'ada/asking', '--json'])
  const { effects }: { effects: { do: string; words: string }[] } = JSON.parse(stdout)
  expect(effects.map(effect => effect.do)).toEqual(expect.arrayContaining(['record', 'claim']))
  expect(await listRefs(asking, 'refs/')).toEqual(before)

  expect(await passOnce()).toEqual(effects.map(effect => effect.words))
  expect((await listRefs(asking, 'refs/')).length).toBeGreaterThan(before.length)
})

test('doctor finds what is missing, and leaves no ref behind', async () => {
  const { code, stdout, stderr } = await chorus(['doctor', '--repo', 'ada/engine', '--json'])
  expect(stderr).toBe('')
  expect(code).toBe(1)
  const { findings }: { findings: { level: string; what: string }[] } = JSON.parse(stdout)
  const bad = findings.filter(finding => finding.level === 'bad').map(finding => finding.what)
  expect(bad).toEqual(['the caller workflow', 'the gate is required'])
  expect(findings).toContainEqual(expect.objectContaining({ level: 'ok', what: 'refs/chorus/ as the app' }))
  const refs = await listRefs(repo, 'refs/chorus/')
  expect(refs).toEqual([])
})

test('doctor prints the caller file where it is missing', async () => {
  const { code, stdout } = await chorus(['doctor', '--repo', 'ada/engine'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/ bad\n\n\.github\/workflows\/chorus\.yml for chorus-app\/chorus@v1/)
  expect(stdout.endsWith(`\n\n${printCaller(RELEASE)}`)).toBe(true)
})

test.each([
  [
    'no settings',
    ['status', '--repo', 'ada/engine'],
    { APP_ID: '', PRIVATE_KEY: '' },
    /APP_ID[\s\S]*PRIVATE_KEY/,
  ],
  ['a repository without the app', ['status', '--repo', 'ada/other'], {}, /not installed/],
  ['a repository that is none', ['status', '--repo', 'ada'], {}, /OWNER\/NAME/],
  ['no repository', ['doctor'], {}, /--repo OWNER\/NAME is missing/],
  ['a command that does not exist', ['docter'], {}, /did you mean "doctor"/],
  ['an import of nothing', ['import', '--dry-run'], {}, /FILE to import is missing/],
  ['a file without tasks', ['import', 'package.json', '--dry-run'], {}, /holds no tasks/],
  [
    'an option of another command',
    ['status', '--base', 'x'],
    {},
    /no option "--base" here; there are: --json, --repo/,
  ],
  ['sums by something else', ['usage', '--repo', 'ada/engine', '--by', 'moon'], {}, /one of agent, model/],
  ['a day that is none', ['usage', '--repo', 'ada/engine', '--since', 'May'], {}, /such as 2026/],
  ['a day of no month', ['metrics', '--repo', 'ada/engine', '--since', '2026-02-30'], {}, /such as 2026/],
  ['an option that does not exist', ['status', '--repos', 'x'], {}, /--repos/],
])('exit code 2 and the way to the help: %s', async (_situation, args, env, message) => {
  const { code, stdout, stderr } = await chorus(args, env)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/--help/)
})

test.each(['demo', 'local', 'status', 'usage', 'dry-run', 'validate', 'doctor', 'import', 'export'])(
  'help of %s has an example',
  async name => {
    const { code, stdout } = await chorus([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^  chorus ${name}`, 'm'))
  },
)

test('a host that refuses the key is told in one line', async () => {
  const other = registerApp(twin.state, { name: 'other', owner: 'ada', permissions: {}, events: [] })
  const { code, stderr } = await chorus(['status', '--repo', 'ada/engine'], { PRIVATE_KEY: other.privateKey })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^GitHub knows no app \d+ with this key .*on the app’s page\n$/)
})

test('where nobody answers, the command says so and what to look at', async () => {
  const { code, stdout, stderr } = await chorus(['status', '--repo', 'ada/engine'], {
    GHE_HOST: 'localhost:9',
  })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^http:\/\/localhost:9\S* cannot be reached \(.*\)\. Look at the network/)
})
