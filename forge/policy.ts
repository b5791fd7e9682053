import { FaultError } from './fault.ts'
import type { Client } from './octokit.ts'

/** Both github.com and GHES know it; a newer one drops `merge_commit_sha`. */
export const API_VERSION = '2022-11-28'
/** For lists in which what it drops only makes an unchanged answer look new. GHES does not know it. */
export const LATER_VERSION = '2026-03-10'
export const VERSION = 'x-github-api-version'

/**
 * Pins the API version and forbids blind repetition of writes: a write whose answer was lost may have happened, and
 * only the next observation can tell. Works on any octokit; `retries: 0` is for plugin-retry, where a host brings it.
 * What a write has to `check` is asked when it is sent, after all waiting: hooks that Octokit's own plugins put there, such as the
 * throttling that replicas share, run later than ours.
 */
export function requestPolicy(octokit: Client): void {
  octokit.hook.before('request', options => {
    options.headers = { [VERSION]: API_VERSION, ...options.headers }
    if (options.method !== 'GET') options.request = { ...options.request, retries: 0 }
    const check = options.request?.check
    if (check !== undefined)
      options.request = { ...options.request, fetch: checkFirst(check, options.request) }
  })
  octokit.hook.error('request', error => {
    throw error.cause instanceof FaultError ? error.cause : error
  })
}

function checkFirst(check: () => void, { fetch }: { fetch?: typeof globalThis.fetch } = {}): typeof fetch {
  return (...asked) => {
    check()
    return (fetch ?? globalThis.fetch)(...asked)
  }
}

const DELAYS = [500, 2_000]

/** Reads may be asked again after a 5xx or a lost connection; writes never (see above). */
export function retryReads(octokit: Client): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let turn = 0; ; turn++) {
      try {
        return await request(options)
      } catch (error) {
        const delay = DELAYS[turn]
        if (options.method !== 'GET' || delay === undefined || !mayPass(error)) throw error
        await new Promise(resolve => setTimeout(resolve, delay))
      }
    }
  })
}

/** Octokit reports a lost connection as status 500. */
function mayPass(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && Number(error.status) >= 500
}
