export type ProblemType =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'UNPROCESSABLE'
  | 'STALE_DATA'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'EXCESSIVE_PAGINATION'
  | 'INVALID_CURSOR_ARGUMENTS'
  | 'NOT_IMPLEMENTED'
  | 'INSUFFICIENT_SCOPES'

/** What GraphQL answers, with HTTP 200, beside the field that could not be had. */
export class Problem extends Error {
  readonly type: ProblemType
  constructor(type: ProblemType, message: string) {
    super(message)
    this.type = type
  }
}

export function unresolvedNode(id: string): Problem {
  return new Problem('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)
}
