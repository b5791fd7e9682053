import { GATE_CHECK } from '../core/names.ts'

/** Every failure from outside, named by the next move. The only place where status codes and error texts are read. */
export type Fault =
  /**
   * Nothing happened; the same may be tried again, after so many milliseconds when GitHub said so. With `only`, nothing else
   * has to wait.
   */
  | { is: 'again'; after: number | null; why: string; only?: 'content' | 'landing' }
  /** The world moved, or it is unclear whether the write happened: observe anew. */
  | { is: 'stale'; why: string }
  /** A person has to grant or set something. */
  | { is: 'denied'; permission: string | null; why: string }
  /** Ours: a programming error or data that makes no sense. */
  | { is: 'broken'; why: string; cause: unknown }

/** Thrown inside forge where an answer is fine by HTTP and still means one of the four. */
export class FaultError extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.why)
    this.name = 'FaultError'
    this.fault = fault
  }
}

export function fail(fault: Fault): never {
  throw new FaultError(fault)
}

/** The status of an octokit REST error; null for anything else. */
export function statusOf(error: unknown): number | null {
  return isRequestError(error) ? error.status : null
}

/** Nobody answered at all: no network, a name that nobody knows, nobody at the port. */
export function isUnanswered(error: unknown): boolean {
  return isNetworkError(error) || (isRequestError(error) && error.response === undefined)
}

/** An answer to a write that does not tell whether it was done. */
export function isUnclear(error: unknown): boolean {
  return isNetworkError(error) || (statusOf(error) ?? 0) >= 500
}

/** Of a GraphQL mutation of several fields, which are done one after the other: nothing failed but some of these. */
export function failedOnlyAt(error: unknown, fields: readonly string[]): boolean {
  if (!isGraphqlError(error) || (error.errors ?? []).length === 0) return false
  return error.errors!.every(({ path }) => fields.includes(String(path?.[0])))
}

export function toFault(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault
  if (isGraphqlError(error)) return ofGraphql(error)
  if (isRequestError(error)) return ofRequest(error)
  if (isNetworkError(error)) return { is: 'stale', why: `the connection failed: ${error.message}` }
  return { is: 'broken', why: error instanceof Error ? error.message : String(error), cause: error }
}

type Headers = Record<string, string | number | undefined>
type RequestError = Error & {
  status: number
  request?: { method?: string; url?: string }
  response?: { headers?: Headers; data?: unknown }
}
type GraphqlError = Error & {
  request: { query?: string }
  headers: Headers
  errors?: { type?: string; message?: string; path?: (string | number)[] }[]
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error
}

function isGraphqlError(error: unknown): error is GraphqlError {
  return error instanceof Error && error.name === 'GraphqlResponseError'
}

function isNetworkError(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const name = error instanceof Error ? error.name : ''
  return /^(E[A-Z]+|UND_ERR_.*)$/.test(code) || name === 'AbortError' || name === 'TimeoutError'
}

function ofRequest(error: RequestError): Fault {
  const headers = error.response?.headers ?? {}
  const why = `${error.request?.method ?? ''} ${pathOf(error.request?.url)}: ${error.message}`.trim()
  const limit = limitOf(error, headers)
  if (limit !== null) return { ...limit, why }
  switch (error.status) {
    case 401:
      return { is: 'denied', permission: null, why: `${why} (token expired, or the app was uninstalled)` }
    case 403:
      return { is: 'denied', permission: permissionOf(headers, error.message), why }
    case 404:
    case 410:
      // Hidden or gone; the next observation tells which.
      return { is: 'stale', why }
    case 405:
      return ofMergeRefusal(error.message, why)
    case 409:
      return { is: 'stale', why }
    case 422:
      return ofUnprocessable(error.message, why)
    case 400:
    case 406:
    case 415:
      return { is: 'broken', why, cause: error }
  }
  if (error.status < 500) return { is: 'broken', why, cause: error }
  // A lost answer to a write may hide that it was done. GraphQL goes by POST even for reads: taken as a write.
  return error.request?.method === 'GET' ? { is: 'again', after: null, why } : { is: 'stale', why }
}

/** Primary and secondary limits come as 403 or 429. Null when it is neither. */
function limitOf(
  error: Error & { status?: number },
  headers: Headers,
): { is: 'again'; after: number } | null {
  if (error.status !== 403 && error.status !== 429) return null
  if (headers['retry-after'] !== undefined) {
    return { is: 'again', after: Number(headers['retry-after']) * 1000 }
  }
  if (Number(headers['x-ratelimit-remaining']) === 0) return { is: 'again', after: untilReset(headers) }
  if (error.status === 429 || /secondary rate limit|abuse detection/i.test(error.message)) {
    return { is: 'again', after: 60_000 }
  }
  return null
}

/** Against the server's own clock, so that ours may be wrong. */
function untilReset(headers: Headers): number {
  const reset = Number(headers['x-ratelimit-reset']) * 1000
  const date = Date.parse(String(headers.date ?? ''))
  const wait = Number.isNaN(date) ? 60_000 : reset - date
  return Number.isFinite(wait) ? Math.max(1_000, wait) : 60_000
}

function permissionOf(headers: Headers, message: string): string | null {
  const accepted = headers['x-accepted-github-permissions']
  if (accepted !== undefined) return String(accepted)
  return /`?workflows`? permission/.test(message) ? 'workflows=write' : null
}

export type MergeRefusal = { why: string; behind: boolean; passing: boolean }

/**
 * GitHub does not see our green yet, which it took right before; or merges something else here. And nothing besides. What rulesets
 * say ends with an empty line.
 */
const PASSING = new RegExp(
  `^(?:Repository rule violations found\\s+)?Required status check "${GATE_CHECK}" is (?:expected|in progress|pending|queued)\\.?\\s*$|^merge already in progress`,
  'i',
)

/**
 * Why GitHub does not merge a pull request, where the same call would be refused again; null for any other error.
 * `behind`: its branch has to be brought up to date first. `passing`: it is over in a moment.
 */
export function mergeRefusal(error: unknown): MergeRefusal | null {
  if (!isRequestError(error) || ![403, 405].includes(error.status)) return null
  // A limit, and a base that moved just now, are over in a moment. A right may come back, too, but nobody knows when.
  if (toFault(error).is === 'again') return null
  // Octokit puts the address of its documentation behind GitHub's words.
  const why = error.message.replace(/ - https:\S+$/, '')
  const passing = PASSING.test(why)
  return { why, passing, behind: /out of date|out-of-date|up to date|up-to-date|behind the base/i.test(why) }
}

function ofMergeRefusal(message: string, why: string): Fault {
  // GitHub computes mergeability anew after each move of the base; a moment later the same call is fine.
  if (/base branch was modified/i.test(message)) return { is: 'again', after: 4_000, why, only: 'landing' }
  return { is: 'stale', why }
}

function ofUnprocessable(message: string, why: string): Fault {
  if (/without `?workflows`? permission/i.test(message)) {
    return { is: 'denied', permission: 'workflows=write', why }
  }
  if (/unexpected inputs|does not have 'workflow_dispatch'|workflow is disabled/i.test(message)) {
    return { is: 'denied', permission: null, why }
  }
  return { is: 'stale', why }
}

function ofGraphql(error: GraphqlError): Fault {
  const first = error.errors?.[0]
  const why = `GraphQL: ${(error.errors ?? []).map(each => each.message ?? each.type).join('; ')}`
  switch (first?.type) {
    case 'RATE_LIMITED':
      return { is: 'again', after: untilReset(error.headers), why }
    case 'FORBIDDEN':
    case 'INSUFFICIENT_SCOPES':
      return { is: 'denied', permission: permissionOf({}, why), why }
    case 'NOT_FOUND':
    case 'STALE_DATA':
    case 'UNPROCESSABLE':
      return { is: 'stale', why }
  }
  if (/secondary rate limit/i.test(why)) return { is: 'again', after: 60_000, why }
  if (/not accessible by integration|without `?workflows`? permission/i.test(why)) {
    return { is: 'denied', permission: permissionOf({}, why), why }
  }
  if (/something went wrong|timeout|couldn't respond/i.test(why)) return { is: 'stale', why }
  if (/expected .*(oid|head|branch)|already exists|fast.?forward|is at |reference/i.test(why)) {
    return { is: 'stale', why }
  }
  return { is: 'broken', why, cause: error }
}

function pathOf(url: string | undefined): string {
  return url?.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, '') ?? ''
}
