import type { GraphQLResolveInfo } from 'graphql'
import type { CheckRun, CheckSuite } from '../checks/state.ts'
import type { Commit } from '../gitdata/commit.ts'
import type { Call } from '../http/route.ts'
import type { Issue, IssueComment, Label } from '../issues/state.ts'
import type { Pull, Review } from '../pulls/state.ts'
import type { QueueEntry } from '../queue/state.ts'
import type { Account, Repo, TwinState } from '../state.ts'

/** A GraphQL object: field name to value, or to a function of the field's arguments. What is not listed is not served. */
export type Fields = { __typename: string; [field: string]: unknown }

export type Args = Record<string, unknown>
export type FieldFunction = (args: Args, world: World, info: GraphQLResolveInfo) => unknown

/** How each kind of thing looks; kept together because they lead to one another. */
export type Show = {
  account(world: World, account: Account): Fields
  repository(world: World, repo: Repo): Fields
  issue(world: World, repo: Repo, issue: Issue): Fields
  pull(world: World, repo: Repo, pull: Pull): Fields
  /** The pull request or the issue behind a number. */
  numbered(world: World, repo: Repo, issue: Issue): Fields
  comment(world: World, repo: Repo, comment: IssueComment): Fields
  label(world: World, repo: Repo, label: Label): Fields
  review(world: World, repo: Repo, of: { pull: Pull; review: Review }): Fields
  ref(world: World, repo: Repo, ref: string): Fields
  commit(world: World, repo: Repo, commit: Commit): Fields
  /** Any git object, by revision; null when there is none. */
  object(world: World, repo: Repo, rev: string): Promise<Fields | null>
  checkRun(world: World, repo: Repo, run: CheckRun): Fields
  checkSuite(world: World, repo: Repo, suite: CheckSuite): Fields
  rollup(world: World, repo: Repo, sha: string): Fields | null
  /** Null where the branch has no merge queue. */
  queue(world: World, repo: Repo, branch: string): Fields | null
  entry(world: World, repo: Repo, entry: QueueEntry): Fields
}

/** One request: who asks, of which state. */
export type World = { state: TwinState; call: Call; show: Show }
