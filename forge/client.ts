import { Octokit } from '@octokit/rest'
import type { Client } from './octokit.ts'
import { requestPolicy } from './policy.ts'

export type { Client } from './octokit.ts'

export type ClientSettings = {
  /** REST root, as in GITHUB_API_URL; absent: api.github.com. */
  baseUrl?: string
  userAgent?: string
} & (
  | { token: string }
  /** An octokit auth strategy with its options, for an App. */
  | { authStrategy: (options: never) => unknown; auth: object }
)

/** An octokit for runners and the command line, under the same request policy as the app's. */
export function createClient(settings: ClientSettings): Octokit {
  const octokit = new Octokit({
    ...('token' in settings
      ? { auth: settings.token }
      : { authStrategy: settings.authStrategy, auth: settings.auth }),
    ...(settings.baseUrl === undefined ? {} : { baseUrl: settings.baseUrl.replace(/\/$/, '') }),
    userAgent: settings.userAgent ?? 'chorus',
    // Refusals are judged in fault.ts; octokit's own log would print them twice.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  })
  requestPolicy(octokit)
  retryReads(octokit)
  return octokit
}

const DELAYS = [500, 2_000]

/** Reads may be asked again after a 5xx or a lost connection; writes never (policy.ts says why). */
function retryReads(octokit: Client): void {
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
