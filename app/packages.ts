import type { Problem } from '../core/contract/problem.ts'
import type { Place } from './env.ts'

/** Packages that Probot loads only for some settings, and that are not among our dependencies. */
const OPTIONAL = {
  redisUrl: ['REDIS_URL', 'ioredis'],
  webhookProxy: ['WEBHOOK_PROXY_URL', 'smee-client'],
} as const

/** Settings that ask for a package which is not installed: better told at the start than found in a stack trace. */
export function findMissingPackages(place: Place): Problem[] {
  return (['redisUrl', 'webhookProxy'] as const).flatMap(setting => {
    const [variable, name] = OPTIONAL[setting]
    if (place[setting] === null || isInstalled(name)) return []
    return [{ path: variable, message: `needs the package ${name}, which is not installed: npm i ${name}` }]
  })
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
