import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startActions } from '../../twin/actions/engine/engine.ts'
import { createRepo, installApp, registerApp, tokenFor } from '../../twin/seed.ts'
import { createTwin, type Twin } from '../../twin/twin.ts'
import { addressOf, createClient, type Door } from './client.ts'
import { openCredentials } from './credentials.ts'
import type { Ground } from './site.ts'
import { plantWorkflows } from './workflows.ts'

const PERMISSIONS = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'write',
  statuses: 'write',
} as const

const EVENTS = ['issues', 'sub_issues', 'issue_dependencies', 'push', 'create', 'delete', 'check_run']

export type Opened = { ground: Ground; twin: Twin | null; close(): Promise<void> }

/** A twin of our own, with a sandbox repository in it and an app whose webhooks somebody takes. */
export async function openTwinGround(seed = 1): Promise<Opened> {
  const ear = createServer((req, res) => {
    req.resume()
    res.end()
  })
  await new Promise<void>(resolve => ear.listen(0, '127.0.0.1', () => resolve()))
  const twin = await createTwin({
    seed,
    limits: { contentPerMinute: 10_000, contentPerHour: 10_000, pointsPerMinute: 100_000 },
  })
  startActions(twin.state)
  const owner = 'sandbox-owner'
  const repo = await createRepo(twin.state, { owner, name: 'sandbox' })
  await createRepo(twin.state, { owner: 'somebody-else', name: 'hidden', private: true })
  const app = registerApp(twin.state, {
    name: 'Conformance',
    permissions: PERMISSIONS,
    events: EVENTS,
    webhookUrl: `http://127.0.0.1:${(ear.address() as AddressInfo).port}/`,
    owner,
  })
  installApp(twin.state, app, owner, [repo])
  const ground = await openGround({
    door: { address: addressOf(twin.url), repository: `${owner}/sandbox`, paceMs: 0 },
    keys: { id: app.id, privateKey: app.privateKey },
    ownerToken: tokenFor(twin.state, owner),
    hidden: 'somebody-else/hidden',
    now: () => twin.state.clock.now(),
    advance: ms => twin.state.clock.advance(ms),
    patience: { everyMs: 25, forMs: 60_000 },
  })
  const close = async () => {
    await twin.close()
    ear.close()
    ear.closeAllConnections()
  }
  return { ground, twin, close }
}

/** A repository that somebody set aside for this, on a GitHub that we did not start. Reads APP_ID, PRIVATE_KEY, OWNER_TOKEN, HIDDEN_REPOSITORY. */
export async function openRemoteGround(
  host: string,
  repository: string,
  environment: NodeJS.ProcessEnv,
): Promise<Opened> {
  const must = (name: string) => {
    const value = environment[name]
    if (!value) throw new Error(`${name} is not set`)
    return value
  }
  const ground = await openGround({
    door: { address: addressOf(host), repository, paceMs: 1000 },
    keys: { id: Number(must('APP_ID')), privateKey: must('PRIVATE_KEY').replaceAll('\\n', '\n') },
    ownerToken: must('OWNER_TOKEN'),
    hidden: environment.HIDDEN_REPOSITORY ?? null,
    now: Date.now,
    advance: null,
    patience: { everyMs: 3000, forMs: 300_000 },
  })
  return { ground, twin: null, close: async () => {} }
}

async function openGround(wish: {
  door: Door
  keys: { id: number; privateKey: string }
  ownerToken: string
  hidden: string | null
  now: () => number
  advance: ((ms: number) => void) | null
  patience: Ground['patience']
}): Promise<Ground> {
  const { door, now } = wish
  const credentials = await openCredentials(door, wish.keys, now)
  const owner = createClient(door, async () => `token ${wish.ownerToken}`)
  const repo = await owner.get<{ id: number; default_branch: string }>('.')
  const ground: Ground = {
    door,
    appId: wish.keys.id,
    privateKey: wish.keys.privateKey,
    credentials,
    owner,
    nobody: createClient(door, async () => ''),
    repositoryId: repo.id,
    defaultBranch: repo.default_branch,
    hidden: wish.hidden,
    stamp: Date.now().toString(36),
    advance: wish.advance,
    now,
    patience: wish.patience,
  }
  await plantWorkflows(ground)
  return ground
}
