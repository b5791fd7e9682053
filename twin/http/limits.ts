import type { Clock } from '../clock.ts'
import type { Actor } from '../state.ts'
import { type Answer, HttpError } from './route.ts'

export type LimitSettings = {
  /** Requests an hour of an installation, a person, a job's GITHUB_TOKEN, nobody in particular. */
  primary: number
  user: number
  job: number
  anonymous: number
  contentPerMinute: number
  contentPerHour: number
  pointsPerMinute: number
  graphqlPointsPerMinute: number
  concurrent: number
  /** Secondary limits answer 403 or 429. */
  secondaryStatus: 403 | 429
  /** Seconds that a secondary refusal asks to wait. */
  retryAfter: number
}

export const GITHUB_LIMITS: LimitSettings = {
  primary: 5000,
  user: 5000,
  job: 1000,
  anonymous: 60,
  contentPerMinute: 80,
  contentPerHour: 500,
  pointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  concurrent: 100,
  secondaryStatus: 403,
  retryAfter: 60,
}

export type Resource = 'core' | 'graphql'
export type Asked = { resource: Resource; write: boolean; creates: boolean }

type Bucket = { used: number; resetAt: number }
type Spent = { at: number; points: number }
type Meter = {
  buckets: Record<Resource, Bucket>
  points: Record<Resource, Spent[]>
  created: number[]
  underWay: number
}

export type Limits = {
  settings: LimitSettings
  /** Takes one request from the actor's allowance. Throws HttpError 403/429 when there is none left. */
  admit(actor: Actor, asked: Asked): void
  /** Gives it back: an answer 304 is free. */
  refund(actor: Actor, resource: Resource): void
  begin(actor: Actor): void
  end(actor: Actor): void
  headers(actor: Actor, resource: Resource): Record<string, string>
  show(actor: Actor): Record<string, unknown>
}

const MINUTE = 60_000
const HOUR = 3_600_000

export function createLimits(clock: Clock, settings: Partial<LimitSettings> = {}): Limits {
  const meters = new Map<string, Meter>()
  const limits: Limits = {
    settings: { ...GITHUB_LIMITS, ...settings },
    admit: (actor, asked) => {
      const meter = meterOf(meters, actor, clock.now())
      const bucket = meter.buckets[asked.resource]
      const left = limitOf(limits.settings, actor) - bucket.used
      if (left <= 0) throw primaryRefusal(actor, limits.headers(actor, asked.resource))
      bucket.used += 1
      checkSecondary(meter, limits.settings, clock.now(), asked)
    },
    refund: (actor, resource) => {
      const bucket = meterOf(meters, actor, clock.now()).buckets[resource]
      bucket.used = Math.max(0, bucket.used - 1)
    },
    begin: actor => {
      const meter = meterOf(meters, actor, clock.now())
      meter.underWay += 1
      if (meter.underWay > limits.settings.concurrent) throw secondaryRefusal(limits.settings)
    },
    end: actor => {
      meterOf(meters, actor, clock.now()).underWay -= 1
    },
    headers: (actor, resource) => {
      const shown = shownBucket(limits, meterOf(meters, actor, clock.now()), actor, resource)
      const named = Object.entries({ ...shown, resource })
      return Object.fromEntries(named.map(([key, value]) => [`x-ratelimit-${key}`, String(value)]))
    },
    show: actor => {
      const meter = meterOf(meters, actor, clock.now())
      const core = shownBucket(limits, meter, actor, 'core')
      const graphql = shownBucket(limits, meter, actor, 'graphql')
      return {
        resources: { core, graphql, search: { ...core, limit: 30, used: 0, remaining: 30 } },
        rate: core,
      }
    },
  }
  return limits
}

function shownBucket(limits: Limits, meter: Meter, actor: Actor, resource: Resource) {
  const limit = limitOf(limits.settings, actor)
  const { used, resetAt } = meter.buckets[resource]
  return { limit, used, remaining: Math.max(0, limit - used), reset: Math.floor(resetAt / 1000) }
}

function checkSecondary(meter: Meter, settings: LimitSettings, now: number, asked: Asked): void {
  const points = meter.points[asked.resource]
  const perMinute = asked.resource === 'core' ? settings.pointsPerMinute : settings.graphqlPointsPerMinute
  while (points[0] && points[0].at <= now - MINUTE) points.shift()
  while (meter.created[0] !== undefined && meter.created[0] <= now - HOUR) meter.created.shift()
  const spent = points.reduce((sum, one) => sum + one.points, 0)
  const lastMinute = meter.created.filter(at => at > now - MINUTE).length
  const cost = asked.write ? 5 : 1
  const tooMuch = lastMinute >= settings.contentPerMinute || meter.created.length >= settings.contentPerHour
  if (spent + cost > perMinute || (asked.creates && tooMuch)) throw secondaryRefusal(settings)
  points.push({ at: now, points: cost })
  if (asked.creates) meter.created.push(now)
}

function meterOf(meters: Map<string, Meter>, actor: Actor, now: number): Meter {
  const key = meterKey(actor)
  const meter = meters.get(key) ?? freshMeter(now)
  meters.set(key, meter)
  for (const bucket of Object.values(meter.buckets)) {
    if (bucket.resetAt <= now) Object.assign(bucket, { used: 0, resetAt: now + HOUR })
  }
  return meter
}

function freshMeter(now: number): Meter {
  const bucket = () => ({ used: 0, resetAt: now + HOUR })
  return {
    buckets: { core: bucket(), graphql: bucket() },
    points: { core: [], graphql: [] },
    created: [],
    underWay: 0,
  }
}

function meterKey(actor: Actor): string {
  if (actor.is === 'anonymous') return 'anonymous'
  if (actor.is === 'user') return `user ${actor.account.id}`
  if (actor.is === 'app') return `app ${actor.appId}`
  return actor.job ? `job ${actor.job.repoId}` : `installation ${actor.installationId}`
}

function limitOf(settings: LimitSettings, actor: Actor): number {
  if (actor.is === 'anonymous') return settings.anonymous
  if (actor.is === 'user') return settings.user
  if (actor.is === 'installation' && actor.job) return settings.job
  return settings.primary
}

function primaryRefusal(actor: Actor, headers: Record<string, string>): HttpError {
  const whom = actor.is === 'installation' ? `installation ID ${actor.installationId}` : meterKey(actor)
  return new HttpError(403, `API rate limit exceeded for ${whom}.`, undefined, headers)
}

function secondaryRefusal(settings: LimitSettings): HttpError {
  const text = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
  return new HttpError(settings.secondaryStatus, text, undefined, {
    'retry-after': String(settings.retryAfter),
  })
}

/** GraphQL says it with status 200. */
export function graphqlRefusal(error: HttpError): Answer {
  if (!error.message.startsWith('API rate limit'))
    return { status: error.status, body: { message: error.message }, headers: error.headers }
  return {
    status: 200,
    body: { errors: [{ type: 'RATE_LIMITED', message: error.message }] },
    headers: error.headers,
  }
}
