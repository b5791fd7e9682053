import { createCommitOnBranch } from './change/commit.ts'
import {
  changeBlocker,
  changeIssue,
  comment,
  labelMany,
  linkSubIssue,
  newIssue,
  openIssueAgain,
  shutIssue,
  unlabelMany,
  unlinkSubIssue,
} from './change/issues.ts'
import { bringUpToDate, enableAutoMerge, merge, newPull } from './change/pulls.ts'
import { dequeuePull, enqueuePull } from './change/queue.ts'
import { createRef, deleteRef, updateManyRefs, updateRef } from './change/refs.ts'
import { hide, react, resolveThread } from './change/talk.ts'
import type { Args, FieldFunction, Fields, World } from './world.ts'

type Mutation = (world: World, input: Args) => Record<string, unknown> | Promise<Record<string, unknown>>

const MUTATIONS: Record<string, Mutation> = {
  updateRefs: updateManyRefs,
  createRef,
  updateRef,
  deleteRef,
  createCommitOnBranch,
  createIssue: newIssue,
  updateIssue: changeIssue,
  closeIssue: shutIssue,
  reopenIssue: openIssueAgain,
  addLabelsToLabelable: labelMany,
  removeLabelsFromLabelable: unlabelMany,
  addComment: comment,
  addReaction: react,
  minimizeComment: hide,
  resolveReviewThread: resolveThread,
  addSubIssue: linkSubIssue,
  removeSubIssue: unlinkSubIssue,
  addBlockedBy: (world, input) => changeBlocker(world, input, 'add'),
  removeBlockedBy: (world, input) => changeBlocker(world, input, 'remove'),
  createPullRequest: newPull,
  mergePullRequest: merge,
  updatePullRequestBranch: bringUpToDate,
  enablePullRequestAutoMerge: enableAutoMerge,
  enqueuePullRequest: enqueuePull,
  dequeuePullRequest: dequeuePull,
}

/** The root of all changes; each takes one `input` and gives its client id back. */
export function mutationRoot(world: World): Fields {
  const fields = Object.entries(MUTATIONS).map(([name, mutate]): [string, FieldFunction] => [
    name,
    async args => {
      const input = (args.input ?? {}) as Args
      const payload = await mutate(world, input)
      const typename = `${name[0]?.toUpperCase()}${name.slice(1)}Payload`
      return { __typename: typename, clientMutationId: input.clientMutationId ?? null, ...payload }
    },
  ])
  return { __typename: 'Mutation', ...Object.fromEntries(fields) }
}
