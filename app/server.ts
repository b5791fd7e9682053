import { Probot, ProbotOctokit, Server } from 'probot'
import { type Chorus, createChorus, type Pace } from './chorus.ts'
import type { Identity, Place } from './env.ts'

export type Running = { chorus: Chorus; url: string; stop(): Promise<void> }

/** Probot's server with our app in it, listening. `pace` is for demonstrations; the default is right for GitHub. */
export async function startServer(place: Place, identity: Identity, pace?: Partial<Pace>): Promise<Running> {
  const chorus = createChorus({ ...identity, ...(pace === undefined ? {} : { pace }) })
  const server = new Server({
    host: place.host,
    port: place.port,
    webhookPath: place.webhookPath,
    webhookProxy: place.webhookProxy ?? undefined,
    Probot: Probot.defaults({
      appId: identity.appId,
      privateKey: identity.privateKey,
      secret: identity.webhookSecret,
      baseUrl: place.apiUrl,
      logLevel: place.logLevel,
      redisConfig: place.redisUrl ?? undefined,
      Octokit: unthrottled(place.redisUrl !== null),
    }),
  })
  await server.load((app, options) => chorus.load(app, options))
  await server.start()
  async function stop(): Promise<void> {
    await server.stop()
    await chorus.stop()
  }
  return { chorus, url: `http://${server.host}:${server.port}`, stop }
}

/**
 * Probot's throttling (one write a second) makes way for our pacing, except where replicas share theirs through Redis:
 * being in step matters more than speed there.
 */
type Defaults = { throttle?: object }

export function unthrottled(shared: boolean): typeof ProbotOctokit {
  return ProbotOctokit.defaults((options: Defaults) => ({
    ...options,
    throttle: { ...options.throttle, enabled: shared },
  }))
}
