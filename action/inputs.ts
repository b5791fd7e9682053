import { join } from 'node:path'
import { execPath } from 'node:process'
import { SECRET_SLOTS } from '../core/caller.ts'
import type { Parsed, Problem } from '../core/contract/problem.ts'
import { type JudgeName, parseJudgeTitle } from '../core/landing/judgement.ts'
import { PLANNING_ROLES, type Planner, type PlanningRole } from '../core/planning/document.ts'
import type { GitHost } from './git.ts'

/** The only reader of the environment on a runner. What is missing or malformed is told all at once. */

export type JobInputs = {
  /** Commit with the ticket: the only thing that a dispatch says. */
  claim: string
  /** The job's own GITHUB_TOKEN. */
  token: string
  owner: string
  repo: string
  apiUrl: string
  serverUrl: string
  run: { id: number; attempt: number }
  /** Who dispatched: the app's bot. */
  actor: { id: number; login: string }
  /** A directory of this job alone. */
  temp: string
  host: GitHost
  /** Files that the runner reads after the step; null outside a runner. */
  files: { output: string | null; summary: string | null }
}

export type WorkInputs = JobInputs & {
  /** Real keys by the name of their secret; those that are not set are left out. */
  keys: Readonly<Record<string, string>>
  /** Where programs of agents are kept. */
  cache: string
  /** The repository's own setup, which ran before us, has failed. */
  setupFailed: boolean
  /** What npm has to see to find packages. */
  npm: Readonly<Record<string, string>>
}

export type DeliverInputs = JobInputs & {
  artifact: { id: number; digest: string } | null
  /** The hand-over itself, in parts, on hosts without artifacts. */
  inline: readonly string[]
  workResult: string
}

/** `claim` is the commit to judge. */
export type MergeInputs = JobInputs & {
  /** Of the run: which commit, by what, and how often it was asked. */
  title: JudgeName
  /** The commit of the default branch that this run is of: its configuration says what to judge by. */
  base: string
  setupFailed: boolean
}

/** What each planner's job named; for the synthesis. */
export type PlanInputs = WorkInputs & {
  role: PlanningRole
  documents: Readonly<Record<Planner, Pick<DeliverInputs, 'artifact' | 'inline'>>>
}

const INLINE_SHAPE = /^[A-Za-z0-9+/=]+$/
const INLINE = Array.from({ length: 6 }, (_, at) => `INPUT_INLINE-${at + 1}`)

type Environment = Readonly<Record<string, string | undefined>>

export function readWorkInputs(env: Environment = process.env): Parsed<WorkInputs> {
  const reader = createReader(env)
  const job = readJob(reader)
  // Not judged here: a broken one is no matter of the agents that do not use it.
  const keys = SECRET_SLOTS.map(name => [name, reader.optional(name, /^/)] as const)
  const cache = reader.optional('RUNNER_TOOL_CACHE', /^\/./) || job.temp
  return reader.finish({
    ...job,
    keys: Object.fromEntries(keys.filter(([, key]) => key !== '')),
    cache: join(cache, 'chorus'),
    setupFailed: readSetup(reader),
    npm: { ...job.host.proxy, ...pick(env, /^(?:HOME|NODE_EXTRA_CA_CERTS|npm_config_\w+)$/i) },
  })
}

function pick(env: Environment, names: RegExp): Record<string, string> {
  const found = Object.entries(env).filter(([name]) => names.test(name))
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

export function readPlanInputs(env: Environment = process.env): Parsed<PlanInputs> {
  const reader = createReader(env)
  const role = reader.need('INPUT_ROLE', new RegExp(`^(?:${PLANNING_ROLES.join('|')})$`)) as PlanningRole
  const read = (planner: Planner) => {
    const prefix = `INPUT_${planner.toUpperCase()}-`
    const inline = reader.optional(`${prefix}INLINE`, INLINE_SHAPE)
    return { artifact: readArtifactName(reader, prefix), inline: inline === '' ? [] : [inline] }
  }
  const documents = { spec: read('spec'), architecture: read('architecture'), qa: read('qa') }
  const work = readWorkInputs(env)
  const own = reader.finish({ role, documents })
  if (!work.ok) return work
  return own.ok ? { ok: true, value: { ...work.value, ...own.value } } : own
}

export function readMergeInputs(env: Environment = process.env): Parsed<MergeInputs> {
  const reader = createReader(env)
  const job = readJob(reader)
  const title = parseJudgeTitle(
    reader.need('INPUT_TITLE', /^chorus merge [0-9a-f]{40} [0-9a-f]{12} #[1-9][0-9]?$/),
  )
  return reader.finish({
    ...job,
    title: title ?? { sha: '', key: '', try: 0 },
    base: reader.need('GITHUB_SHA', /^[0-9a-f]{40}$/),
    setupFailed: readSetup(reader),
  })
}

/** How the repository's own setup ended, which ran before us. */
function readSetup(reader: Reader): boolean {
  return reader.optional('INPUT_SETUP', /^(?:success|failure|cancelled|skipped)$/) === 'failure'
}

function readArtifactName(reader: Reader, prefix: string): DeliverInputs['artifact'] {
  const id = reader.optional(`${prefix}ARTIFACT-ID`, /^[1-9][0-9]{0,17}$/)
  const digest = reader.optional(`${prefix}ARTIFACT-DIGEST`, /^(?:sha256:)?[0-9a-f]{64}$/)
  return id === '' || digest === '' ? null : { id: Number(id), digest: digest.replace('sha256:', '') }
}

export function readDeliverInputs(env: Environment = process.env): Parsed<DeliverInputs> {
  const reader = createReader(env)
  const artifact = readArtifactName(reader, 'INPUT_')
  const parts = INLINE.map(name => reader.optional(name, INLINE_SHAPE))
  const inline = parts.filter(part => part !== '')
  const workResult = reader.need('INPUT_WORK-RESULT', /^(?:success|failure|cancelled|skipped)$/)
  return reader.finish({ ...readJob(reader), artifact, inline, workResult })
}

/** What the scripted agent is told: the same variables as every agent, and nothing else. */
export type ScriptedInputs = {
  prompt: string
  out: string
  agent: string
  attempt: number
  loop: number
  env: Record<string, string>
}

export function readScriptedInputs(env: Environment = process.env): Parsed<ScriptedInputs> {
  const reader = createReader(env)
  return reader.finish({
    prompt: reader.need('CHORUS_PROMPT', /^\/./),
    out: reader.need('CHORUS_OUT', /^\/./),
    agent: reader.need('CHORUS_AGENT', /^[a-z0-9-]{1,32}$/),
    attempt: Number(reader.need('CHORUS_ATTEMPT', /^[1-9][0-9]{0,5}$/)),
    loop: Number(reader.need('CHORUS_LOOP', /^[1-9][0-9]{0,5}$/)),
    env: Object.fromEntries(
      Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
  })
}

/** The node that runs us: agents of ours run on the same one. */
export const NODE = execPath

function readJob(reader: Reader): JobInputs {
  const [owner = '', repo = ''] = reader.need('GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/).split('/')
  const number = /^[1-9][0-9]{0,17}$/
  return {
    claim: reader.need('INPUT_CLAIM', /^[0-9a-f]{40}$/),
    token: reader.need('INPUT_TOKEN', /^\S+$/),
    owner,
    repo,
    apiUrl: reader.need('GITHUB_API_URL', /^https?:\/\/\S+$/),
    serverUrl: reader.need('GITHUB_SERVER_URL', /^https?:\/\/\S+$/),
    run: {
      id: Number(reader.need('GITHUB_RUN_ID', number)),
      attempt: Number(reader.need('GITHUB_RUN_ATTEMPT', number)),
    },
    actor: {
      id: Number(reader.need('GITHUB_ACTOR_ID', number)),
      login: reader.need('GITHUB_ACTOR', /^[\w.-]+(?:\[bot\])?$/),
    },
    temp: reader.need('RUNNER_TEMP', /^\/./),
    host: { path: reader.optional('PATH', /^[^\0]*$/), proxy: readProxy(reader) },
    files: {
      output: reader.optional('GITHUB_OUTPUT', /./) || null,
      summary: reader.optional('GITHUB_STEP_SUMMARY', /./) || null,
    },
  }
}

const PROXY = ['http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO']

function readProxy(reader: Reader): Record<string, string> {
  const found = PROXY.flatMap(name => {
    const value = reader.optional(name, /./) || reader.optional(name.toUpperCase(), /./)
    return value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}

type Reader = {
  need(name: string, shape: RegExp): string
  optional(name: string, shape: RegExp): string
  finish<T>(value: T): Parsed<T>
}

function createReader(env: Environment): Reader {
  const problems: Problem[] = []
  function read(name: string, shape: RegExp, needed: boolean): string {
    const value = (env[name] ?? '').trim()
    if (value === '' && !needed) return ''
    if (shape.test(value)) return value
    // Not the value itself: it could be a secret in the wrong place.
    const path = name.startsWith('INPUT_') ? name.slice('INPUT_'.length).toLowerCase() : name
    problems.push({ path, message: value === '' ? 'is missing' : `does not have the form ${shape.source}` })
    return ''
  }
  return {
    need: (name, shape) => read(name, shape, true),
    optional: (name, shape) => read(name, shape, false),
    finish: value => (problems.length === 0 ? { ok: true, value } : { ok: false, problems }),
  }
}
