import type { Actor, Repo, TwinState } from '../state.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Permission name to the level a token must hold. */
export type Needs = Record<string, 'read' | 'write' | 'admin'>

export type Call = {
  state: TwinState
  method: Method
  /** The requested path below the API's root, as it was sent: `/repos/o/r/issues`. */
  path: string
  params: Record<string, string>
  query: URLSearchParams
  headers: Record<string, string>
  /** Parsed JSON; `{}` when the request had no body. */
  body: Record<string, unknown>
  actor: Actor
}

/** A call on a route below /repos/{owner}/{repo}, after visibility and permission were checked. */
export type RepoCall = Call & { repo: Repo }

export type Answer = {
  status: number
  body?: unknown
  headers?: Record<string, string>
  /** Bytes instead of JSON (logs, archives). */
  raw?: Buffer
}

export type Route = {
  method: Method
  /** As in GitHub's OpenAPI description; `{path+}` at the end takes slashes too. */
  path: string
  /** Any one of these suffices; an empty list means metadata: read. Absent: no repository permission is asked. */
  needs?: Needs[]
  /** Counts as content creation for the secondary limits. */
  creates?: boolean
  handle(call: RepoCall): Answer | Promise<Answer>
}

/** Thrown anywhere below a handler; becomes GitHub's error document. */
export class HttpError extends Error {
  readonly status: number
  readonly errors: unknown[] | undefined
  readonly headers: Record<string, string>
  constructor(status: number, message: string, errors?: unknown[], headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

export function ok(body: unknown): Answer {
  return { status: 200, body }
}

export function created(body: unknown): Answer {
  return { status: 201, body }
}

export const noContent: Answer = { status: 204 }

export function notFound(): HttpError {
  return new HttpError(404, 'Not Found')
}

/** 422 with GitHub's usual list of what is wrong where. */
export function invalid(
  resource: string,
  field: string,
  code: string,
  message = 'Validation Failed',
): HttpError {
  return new HttpError(422, message, [{ resource, field, code }])
}
