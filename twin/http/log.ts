import type { Actor, TwinState } from '../state.ts'

/** One request that the twin answered, for benches and for saying what did not happen. */
export type RequestRecord = {
  /** Milliseconds by the twin's clock. */
  at: number
  method: string
  /** Path and query as sent. */
  path: string
  /** The route's template; `/graphql`, `/git-upload-pack` and the like for what is not REST. */
  route: string
  status: number
  /** `app 12`, `installation 34 (slug)`, `job 56`, a login, or `anonymous`. */
  actor: string
  /** Whether it took from the primary rate limit. */
  counted: boolean
  /** Whether it counts as content creation. */
  creates: boolean
  /** For GraphQL: names of the fields asked for at the top, as far as the text shows. */
  operation?: string
}

export function actorName(state: TwinState, actor: Actor): string {
  if (actor.is === 'anonymous') return 'anonymous'
  if (actor.is === 'user') return actor.account.login
  if (actor.is === 'app') return `app ${actor.appId}`
  if (actor.job) return `job ${actor.job.jobId}`
  return `installation ${actor.installationId} (${state.apps.apps.get(actor.appId)?.slug ?? actor.appId})`
}
