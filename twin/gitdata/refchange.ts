import { HttpError } from '../http/route.ts'

export const ZERO = '0'.repeat(40)

export type RefChange = {
  /** Fully qualified. */
  ref: string
  /** What it must point to now; null: it must not exist. Left out: whatever it is. */
  before?: string | null | undefined
  /** null deletes. */
  after: string | null
  force: boolean
  /** A merge whose conditions were judged already: branch rules are not asked again. */
  merge?: boolean
  /** Announce nothing: GitHub does so when a push moves more than three tags. */
  quiet?: boolean
}

export type RefProblem =
  | 'exists'
  | 'missing'
  | 'stale'
  | 'not_fast_forward'
  | 'no_object'
  | 'name'
  | 'blocked'
  | 'workflows'

/** Why a ref did not move; 422 for REST (403 for missing permission), an error of HTTP 200 for GraphQL. */
export class RefError extends HttpError {
  readonly kind: RefProblem
  readonly ref: string
  constructor(kind: RefProblem, ref: string, message: string) {
    super(kind === 'workflows' ? 403 : 422, message)
    this.kind = kind
    this.ref = ref
  }
}

/** A change that was looked at: what it moves from, and whether that rewinds. */
export type RefMove = {
  ref: string
  before: string | null
  after: string | null
  forced: boolean
  merge: boolean
  quiet: boolean
}
