import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { parse } from 'yaml'
import type { Clock as AppClock } from '../../app/clock.ts'
import type { Pace } from '../../app/house.ts'
import { LIMITS, type Limits } from '../../app/pacing.ts'
import { type Running, startServer } from '../../app/server.ts'
import { printCaller } from '../../core/caller.ts'
import { CALLER_PATH, CONFIG_PATH } from '../../core/names.ts'
import { ROOT } from '../../scripts/folders.ts'
import { readRelease } from '../../scripts/release.ts'
import type { App } from '../apps/state.ts'
import { git } from '../git.ts'
import { GITHUB_LIMITS, type LimitSettings } from '../http/limits.ts'
import {
  addCollaborator,
  commitFiles,
  createRepo,
  createUser,
  installApp,
  registerApp,
  tokenFor,
} from '../seed.ts'
import type { Repo, Role } from '../state.ts'
import { createTwin, type Twin, type TwinOptions } from '../twin.ts'

/** A GitHub with Chorus on it: the action's own repository, one target repository, people, and the app running. */
export type Stage = {
  twin: Twin
  app: App
  repo: Repo
  /** Running controllers; stories start more, or end some. */
  controllers: Running[]
  /** REST as that person. */
  as(login: string): Octokit
  startController(how?: ControllerWish): Promise<Running>
  /** Resolves when neither GitHub nor any controller has anything left to do. */
  quiet(): Promise<void>
  close(): Promise<void>
}

/** `apiUrl`: where it finds GitHub, when not at the twin itself. */
export type ControllerWish = { apiUrl?: string }

export type StageOptions = TwinOptions & {
  /** Beside the configuration and the caller file. */
  files: Record<string, string>
  /** A git directory whose HEAD the repository starts from, without its own workflows. */
  from?: string
  /** Text of .github/chorus.yml. */
  config: string
  owner?: string
  name?: string
  people?: Record<string, Role>
  pace?: Partial<Pace>
  /** The controllers' own time; the twin has its own. */
  time?: AppClock
  logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  /** Start without the app: stories that begin with something missing. */
  controllers?: number
  /** Replaces the caller file's text; null leaves it out. */
  caller?: string | null
}

/** Where the caller file of a repository on the twin gets its jobs from. */
export const SOURCE = { owner: 'chorus-app', name: 'chorus', ref: 'v1' }

/**
 * A stage is faster than GitHub: its lists lag for milliseconds, its runners start at once. What GitHub allows in a minute
 * is allowed in six seconds, on both sides: by the real minute a story of three attempts would wait most of its time.
 */
const HASTE = 10

export const STAGE_PACE: Partial<Pace> = {
  settle: [80, 1000],
  sweepEvery: 20_000,
  limits: hastenPacing(LIMITS, HASTE),
}

export function hastenPacing(limits: Limits, haste: number): Limits {
  const { restPoints, graphqlPoints, contentMinute, contentHour } = limits
  const hasten = <T extends { span: number }>(window: T) => ({ ...window, span: window.span / haste })
  return {
    ...limits,
    restPoints: hasten(restPoints),
    graphqlPoints: hasten(graphqlPoints),
    contentMinute: hasten(contentMinute),
    contentHour: hasten(contentHour),
  }
}

export function hastenLimits(limits: LimitSettings, haste: number): Partial<LimitSettings> {
  return {
    pointsPerMinute: limits.pointsPerMinute * haste,
    graphqlPointsPerMinute: limits.graphqlPointsPerMinute * haste,
    contentPerMinute: limits.contentPerMinute * haste,
    contentPerHour: limits.contentPerHour * haste,
  }
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const twin = await createTwin({
    ...options,
    limits: { ...hastenLimits(GITHUB_LIMITS, HASTE), ...options.limits },
  })
  await publishAction(twin)
  const repo = await createTarget(twin, options)
  const app = await register(twin)
  installApp(twin.state, app, repo.owner.login)
  const controllers: Running[] = []
  const stage: Stage = {
    twin,
    app,
    repo,
    controllers,
    as: login =>
      new Octokit({
        auth: tokenFor(twin.state, login),
        baseUrl: twin.apiUrl,
        log: silent,
        retry: { enabled: false },
      }),
    startController: how => startController(stage, options, how),
    quiet: () => untilQuiet(stage),
    close: async () => {
      for (const controller of controllers) await controller.stop()
      await twin.close()
    },
  }
  for (let n = 0; n < (options.controllers ?? 1); n++) await stage.startController()
  return stage
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function publishAction(twin: Twin): Promise<void> {
  const { owner, name, ref } = SOURCE
  await createRepo(twin.state, { owner, name, files: await readRelease(), tag: ref })
}

async function createTarget(twin: Twin, options: StageOptions): Promise<Repo> {
  const owner = options.owner ?? 'acme'
  createUser(twin.state, owner, { type: 'Organization' })
  const ours = setUp(options)
  const wanted = { owner, name: options.name ?? 'greeter' }
  const repo =
    options.from === undefined
      ? await createRepo(twin.state, { ...wanted, files: { ...options.files, ...ours } })
      : await copyRepo(twin, { ...wanted, from: options.from, ours })
  for (const [login, role] of Object.entries(options.people ?? {}))
    addCollaborator(twin.state, repo, login, role)
  return repo
}

/** What a maintainer adds to a repository: configuration and caller file. */
function setUp(options: StageOptions): Record<string, string> {
  const source = { source: `${SOURCE.owner}/${SOURCE.name}`, ref: SOURCE.ref }
  const caller = options.caller === undefined ? printCaller(source) : options.caller
  return { [CONFIG_PATH]: options.config, ...(caller === null ? {} : { [CALLER_PATH]: caller }) }
}

type Copy = { owner: string; name: string; from: string; ours: Record<string, string> }

/** Its own workflows stay out: they were written for another place, and nobody asked for them to run. */
async function copyRepo(twin: Twin, { owner, name, from, ours }: Copy): Promise<Repo> {
  const repo = await createRepo(twin.state, { owner, name, files: {} })
  const branch = `refs/heads/${repo.default_branch}`
  await git(repo, ['fetch', '--quiet', from, `+HEAD:${branch}`])
  const listed = await git(repo, ['ls-tree', '-r', '--name-only', '-z', branch, '.github/workflows/'])
  const theirs = listed.stdout.toString().split('\0').filter(Boolean)
  const files = { ...Object.fromEntries(theirs.map(path => [path, null])), ...ours }
  await commitFiles(twin.state, repo, {
    branch: repo.default_branch,
    files,
    message: 'Set up for this run [skip ci]',
  })
  return repo
}

/** With exactly the permissions and events of app.yml. */
async function register(twin: Twin): Promise<App> {
  const manifest = parse(await readFile(join(ROOT, 'app.yml'), 'utf8'))
  return registerApp(twin.state, {
    name: 'chorus',
    owner: 'chorus-app',
    permissions: manifest.default_permissions,
    events: manifest.default_events,
  })
}

async function startController(
  stage: Stage,
  options: StageOptions,
  how: ControllerWish = {},
): Promise<Running> {
  const { app, twin } = stage
  const running = await startServer(
    {
      host: '127.0.0.1',
      port: 0,
      logLevel: options.logLevel ?? 'fatal',
      webhookPath: '/api/github/webhooks',
      logFormat: 'json',
      webhookProxy: null,
      redisUrl: null,
      apiUrl: how.apiUrl ?? twin.apiUrl,
    },
    { appId: app.id, privateKey: app.privateKey, formerKey: null, webhookSecret: app.webhookSecret },
    { ...STAGE_PACE, ...options.pace, ...(options.time === undefined ? {} : { clock: options.time }) },
  )
  stage.controllers.push(running)
  app.webhookUrl = `${running.url}/api/github/webhooks`
  return running
}

/** Both sides wait for one another, so it is quiet only when two rounds in a row found nothing new. */
async function untilQuiet({ twin, controllers }: Stage): Promise<void> {
  for (let calm = 0; calm < 2; ) {
    const before = twin.requests.length
    await twin.quiet()
    for (const controller of controllers) await controller.chorus.idle()
    calm = twin.requests.length === before ? calm + 1 : 0
  }
}
