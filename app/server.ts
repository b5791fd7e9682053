import { Probot, Server } from 'probot'
import { type Chorus, createChorus } from './chorus.ts'
import type { Clock } from './clock.ts'
import type { Identity, Place } from './env.ts'
import type { Pace } from './house.ts'
import { createOctokitClass } from './octokit.ts'

// Probot takes the number 0 for "not given" and goes to 3000; Node takes this for "a free one".
const ANY_PORT = '0' as unknown as number

export type Running = { chorus: Chorus; url: string; stop(): Promise<void> }

/** For demonstrations and tests; what is left out is right for GitHub. */
export type Timing = Partial<Pace> & { clock?: Clock }

/** Probot's server with our app in it, listening. */
export async function startServer(place: Place, identity: Identity, timing: Timing = {}): Promise<Running> {
  const { clock, ...pace } = timing
  const chorus = createChorus({ ...identity, pace, ...(clock === undefined ? {} : { clock }) })
  const log = await createLog(place, identity)
  const server = new Server({
    log,
    host: place.host,
    port: place.port === 0 ? ANY_PORT : place.port,
    webhookPath: place.webhookPath,
    webhookProxy: place.webhookProxy ?? undefined,
    Probot: createProbotClass(place, identity, log),
  })
  await server.load((app, options) => chorus.load(app, options))
  await server.start()
  async function stop(): Promise<void> {
    await server.stop()
    await chorus.stop()
  }
  return { chorus, url: `http://${server.host}:${server.port}`, stop }
}

/** What makes clients of GitHub: with `redisUrl`, in step with those of every other replica of the app. */
export function createProbotClass(
  { apiUrl, redisUrl }: Pick<Place, 'apiUrl' | 'redisUrl'>,
  { appId, privateKey, webhookSecret }: Omit<Identity, 'formerKey'>,
  log: Probot['log'],
): typeof Probot {
  return Probot.defaults({
    log,
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: apiUrl,
    redisConfig: redisUrl ?? undefined,
    Octokit: createOctokitClass(redisUrl !== null),
  })
}

/** Probot makes its logger only inside of a Probot; its server alone would log at its own level. */
async function createLog(place: Place, { appId, privateKey }: Identity): Promise<Probot['log']> {
  const { logLevel, logFormat } = place
  return (await new Probot({ appId, privateKey, logLevel, logFormat }).ready()).log
}
