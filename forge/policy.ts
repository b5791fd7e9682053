import type { Client } from './octokit.ts'

/** Both github.com and GHES know it; a newer one drops `merge_commit_sha`. */
export const API_VERSION = '2022-11-28'

/** For Probot's octokit: statuses that plugin-retry must leave alone. Its default repeats 405 and 409. */
export const DO_NOT_RETRY = [400, 401, 403, 404, 405, 409, 410, 422, 451]

/**
 * Pins the API version and forbids blind repetition of writes: a write whose answer was lost may have happened, and
 * only the next observation can tell. Works on any octokit; with plugin-retry, `retries: 0` is what it reads.
 */
export function requestPolicy(octokit: Client): void {
  octokit.hook.before('request', options => {
    options.headers = { ...options.headers, 'x-github-api-version': API_VERSION }
    if (options.method !== 'GET') options.request = { ...options.request, retries: 0 }
  })
}
