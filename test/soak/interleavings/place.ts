import { createHash, createPrivateKey } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import { BROKEN_STEP, JUDGE_STEP } from '../../../core/landing/judgement.ts'
import { CALLER_VERSION, printCallerHeader, RECEIPT_TITLE, type TaskId } from '../../../core/names.ts'
import { createClient } from '../../../forge/client.ts'
import { createForge, type Forge } from '../../../forge/forge.ts'
import { createSeals } from '../../../forge/seal.ts'
import { startActions } from '../../../twin/actions/engine/engine.ts'
import type { App } from '../../../twin/apps/state.ts'
import { mintToken } from '../../../twin/apps/tokens.ts'
import { createRepo, installApp, registerApp, tokenFor } from '../../../twin/seed.ts'
import type { Repo } from '../../../twin/state.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'
import { PERMISSIONS } from '../../edges/forge-stage.ts'
import { openTime, type Time } from '../../stories/time.ts'
import { type Gate, openGate } from './gate.ts'
import { HEAR, type Line, openLine } from './line.ts'
import { openTimeline, type Timeline } from './timeline.ts'

/**
 * A small repository on a twin, where nothing happens by itself but what GitHub does. Its time stands still until somebody lets it
 * pass, and nothing in it is by chance but what the seed says: the same acts give the same commits.
 */
export type Place = AsyncDisposable & {
  time: Time
  timeline: Timeline
  /** Between two acts: a moment passes, what GitHub thought about is decided, and all that follows from it happens. */
  rest(): Promise<void>
  twin: Twin
  repo: Repo
  app: App
  /** Another one of the same owner, where the app does nothing. */
  elsewhere: Repo
  at: { owner: string; repo: string }
  /** Who lets runs begin, and who tells them how they end. */
  gate: Gate
  line: Line
  /** How many things have happened of which GitHub tells. */
  happened(): number
  /** When the last of them did. */
  happenedAt(): number
  /** A controller's, which remembers nothing; `name` is what the timeline calls it. */
  forge(name?: string): Forge
  /** The owner, who may do everything. */
  ada: Octokit
  as(login: string): Octokit
  /** What an attempt adds to its own file. */
  adds(task: TaskId): Record<string, string>
}

export type PlaceWish = {
  seed: number
  /** Attempts at once. */
  parallel: number
  /** What CI has to say; `ci` when absent. */
  checks?: readonly string[]
  /** More of the repository's configuration, as YAML. */
  config?: string
  adds?: Place['adds']
}

/**
 * A run does nothing but wait until it hears how it ends; whoever tells it pushes what it hands over. One of the merge job ends well,
 * finds it red, or is killed, before it judges, while it does, or after it.
 */
const WORKFLOW = `${printCallerHeader(CALLER_VERSION)}
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
    if: startsWith(inputs.title, 'chorus merge ')
    runs-on: ubuntu-latest
    steps:
      - run: |
          ${HEAR}
          echo "word=$word" >> "$GITHUB_ENV"
          [ "$word" != killed-before ] || kill -9 $$
      - id: judge
        name: ${JUDGE_STEP}
        run: |
          [ "$word" != killed-judging ] || kill -9 $$
          [ "$word" != failed ] || { echo outcome=failed >> "$GITHUB_OUTPUT"; exit 1; }
          echo outcome=passed >> "$GITHUB_OUTPUT"
      - run: '[ "$word" != killed-after ] || kill -9 $$'
      - name: ${BROKEN_STEP}
        if: \${{ failure() && steps.judge.outputs.outcome != 'failed' }}
        run: exit 1
  deliver:
    if: "!startsWith(inputs.title, 'chorus merge ')"
    runs-on: ubuntu-latest
    steps:
      - run: |
          ${HEAR}
          [ "$word" = receipt ] && echo "::notice title=${RECEIPT_TITLE}::$receipt"
`

const MANY = 1_000_000
const ENOUGH = {
  primary: MANY,
  user: MANY,
  contentPerMinute: MANY,
  contentPerHour: MANY,
  pointsPerMinute: MANY,
  graphqlPointsPerMinute: MANY,
}
/** Milliseconds. */
const MOMENT = 100
/** Whoever reads later than that sees what was written. Milliseconds. */
export const LONGEST_LAG = 2_000
/** Of virtual time, which a world may use up by the hour. */
const A_WEEK = 7 * 24 * 3_600_000

export async function openPlace({
  seed,
  parallel,
  checks = ['ci'],
  config: more = '',
  adds = () => ({}),
}: PlaceWish): Promise<Place> {
  const line = await openLine()
  const time = openTime({ still: true })
  const timeline = openTimeline(time.now)
  const thoughts = holdThoughts()
  const twin = await createTwin({ seed, lag: { maxMs: LONGEST_LAG }, limits: ENOUGH, pause: thoughts.pause })
  const { state } = twin
  const at = { owner: 'ada', repo: 'demo' }
  const config = `default_agent: codex\nlimits: { parallel: ${parallel}, attempts: 20 }\ngates: { checks: [${checks}] }\n${more}`
  const repo = await createRepo(state, {
    owner: at.owner,
    name: at.repo,
    files: {
      'AGENTS.md': '# How to work here\n',
      '.github/chorus.yml': config,
      '.github/workflows/chorus.yml': WORKFLOW,
    },
  })
  const elsewhere = await createRepo(state, { owner: at.owner, name: 'elsewhere', files: {} })
  const app = registerApp(state, { name: 'chorus', permissions: PERMISSIONS, events: [], owner: at.owner })
  const { id: installationId } = installApp(state, app, at.owner, [repo])
  const { token } = mintToken(state, {
    installationId,
    permissions: PERMISSIONS,
    repositoryIds: null,
    lifeMs: A_WEEK,
  })
  repo.actions.variables.set('LINE', `${line.port}`)
  let [happened, happenedAt] = [0, time.now()]
  state.listeners.push(() => {
    happened += 1
    happenedAt = time.now()
  })
  const reach = leadTo(twin)
  const as = (login: string) => {
    const octokit = new Octokit({ auth: tokenFor(state, login), baseUrl: API, log: silent })
    octokit.hook.before('request', options => {
      const { url, method, body } = octokit.request.endpoint(options)
      if (method !== 'GET')
        timeline.note(`${login} ${method} ${new URL(url).pathname} ${JSON.stringify(body)}`)
    })
    return reach(octokit)
  }
  const seals = createSeals(writeKey(seed))
  const gate = openGate()
  startActions(state).slots = gate
  return {
    time,
    timeline,
    rest() {
      time.pass(MOMENT)
      return thoughts.decide(() => twin.settled(['soon', 'thought']))
    },
    twin,
    repo,
    app,
    elsewhere,
    at,
    adds,
    line,
    gate,
    happened: () => happened,
    happenedAt: () => happenedAt,
    forge: (name = 'a runner') =>
      createForge({
        octokit: reach(createClient({ token, baseUrl: API })),
        ...at,
        app: { id: app.id, login: `${app.slug}[bot]` },
        seals,
        now: time.now,
        log: timeline.log(name),
      }),
    ada: as(at.owner),
    as,
    async [Symbol.asyncDispose]() {
      await thoughts.decide(() => twin.close())
      await line[Symbol.asyncDispose]()
      time[Symbol.dispose]()
    },
  }
}

/** What GitHub thinks about is not decided before somebody wants that. */
function holdThoughts(): { pause(): Promise<void>; decide(until: () => Promise<void>): Promise<void> } {
  let held = Promise.withResolvers<void>()
  return {
    pause: () => held.promise,
    async decide(until) {
      held.resolve()
      await until()
      held = Promise.withResolvers()
    },
  }
}

/** The same wherever the system lets the twin listen: its address is in texts, and so in commits. */
const ADDRESS = 'http://github.test'
const API = `${ADDRESS}/api/v3`

function leadTo({ state, url }: Twin): (octokit: Octokit) => Octokit {
  state.url = ADDRESS
  // Issues move away, and GitHub says where to: that is followed as fetch does it, but there.
  const reach: typeof fetch = async (address, wish = {}) => {
    const answer = await fetch(`${address}`.replace(ADDRESS, url), { ...wish, redirect: 'manual' })
    const to = answer.headers.get('location')
    if (answer.status !== 301 || to === null) return answer
    return reach(to, wish.method === 'POST' ? { ...wish, method: 'GET', body: null } : wish)
  }
  return octokit => {
    octokit.hook.before('request', options => {
      options.request = { ...options.request, fetch: reach }
    })
    return octokit
  }
}

/** An Ed25519 key (RFC 8410) that is the same each time. */
function writeKey(seed: number): string {
  const secret = createHash('sha256').update(`place ${seed}`).digest()
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }
