import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionsInstallation } from '../../apps/app.ts'
import { mintToken } from '../../apps/tokens.ts'
import { runtimeToken } from '../artifacts/backend.ts'
import { eventOf } from '../contexts.ts'
import type { Job } from '../state.ts'
import type { Action } from './action.ts'
import type { Entry, One } from './entry.ts'
import type { Frame } from './frame.ts'
import type { Control } from './job.ts'
import { createLog, type Log } from './log.ts'
import { tokenPermissions } from './permissions.ts'
import type { Work } from './work.ts'

/** A post step, with the frame it came from. */
export type Post = { name: string; condition: string; frame: Frame; run(): Promise<boolean> }

/** A job's place on its runner: folders, token, environment, log, and how far it is. */
export type Desk = {
  entry: Entry
  one: One
  job: Job
  control: Control
  dir: string
  workspace: string
  temp: string
  home: string
  tools: string
  tracking: string
  token: string
  runtimeToken: string
  log: Log
  /** `env:` of workflow and job, and what steps added through GITHUB_ENV. */
  env: Record<string, string>
  /** Folders that steps added through GITHUB_PATH, newest first. */
  paths: string[]
  /** Remote actions by what `uses:` says. */
  actions: Map<string, Action>
  posts: Post[]
  failed: boolean
  /** Runs the steps of a composite action: handed in, because steps use actions that have steps. */
  runFrame(frame: Frame): Promise<void>
  revoke(): void
}

/** Lays out the folders as on a hosted runner and mints the job's token with just its permissions. */
export function openDesk({ entry, one, job, control }: Work, runFrame: Desk['runFrame']): Desk {
  const { live, scope, spec } = entry
  const { engine, repo, run, state } = live
  const dir = join(engine.dir, 'jobs', `${job.id}-${run.run_attempt}`)
  const workspace = join(dir, 'work', repo.name, repo.name)
  const folders = {
    workspace,
    temp: join(dir, 'work', '_temp'),
    home: join(dir, 'home'),
    tools: engine.tools ?? join(dir, 'tools'),
  }
  for (const folder of [...Object.values(folders), join(folders.temp, '_runner_file_commands')]) {
    mkdirSync(folder, { recursive: true })
  }
  const event = JSON.stringify(eventOf({ engine, repo, run }))
  mkdirSync(join(folders.temp, '_github_workflow'))
  writeFileSync(join(folders.temp, '_github_workflow', 'event.json'), event)
  const minted = mintToken(state, {
    installationId: actionsInstallation(state, repo.owner.login).id,
    permissions: tokenPermissions(scope.plan.permissions.get(spec.key) ?? {}),
    repositoryIds: [repo.id],
    job: { repoId: repo.id, runId: run.id, jobId: job.id },
    lifeMs: 6 * 3_600_000,
  })
  const runtime = runtimeToken(state, { run, job })
  const log = createLog(state.clock.now)
  for (const secret of [minted.token, runtime, ...Object.values(scope.secrets)]) log.mask(secret)
  return {
    entry,
    one,
    job,
    control,
    dir,
    ...folders,
    tracking: `github_${randomUUID()}`,
    token: minted.token,
    runtimeToken: runtime,
    log,
    env: {},
    paths: [],
    actions: new Map(),
    posts: [],
    failed: false,
    runFrame,
    revoke: () => {
      state.apps.tokens.delete(minted.token)
    },
  }
}
