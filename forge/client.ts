import { Octokit } from '@octokit/rest'
import { requestPolicy, retryReads } from './policy.ts'

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
