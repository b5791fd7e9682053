import { rulesFor } from '../../checks/protection.ts'
import { accountOf } from '../../emit.ts'
import type { MergeMethod } from '../../gitdata/merge.ts'
import { mergePull } from '../../pulls/merge.ts'
import { settleMergeability } from '../../pulls/mergeability.ts'
import { mergeableState } from '../../pulls/mergestate.ts'
import { createPull } from '../../pulls/pull.ts'
import { updateBranch } from '../../pulls/updatebranch.ts'
import { findNode } from '../node.ts'
import { needs } from '../permission.ts'
import { Problem, unresolvedNode } from '../problem.ts'
import type { Args, World } from '../world.ts'
import { repoOf } from './refs.ts'

type Payload = Record<string, unknown>

export function pullAt(world: World, id: unknown) {
  const found = findNode(world, String(id))
  if (found.is !== 'pull') throw unresolvedNode(String(id))
  return found
}

export async function newPull(world: World, input: Args): Promise<Payload> {
  const repo = repoOf(world, String(input.repositoryId))
  needs(world, repo, 'pull_requests', 'write')
  const headRepo = input.headRepositoryId ? repoOf(world, String(input.headRepositoryId)) : repo
  const wanted = {
    title: String(input.title),
    body: typeof input.body === 'string' ? input.body : null,
    headRepo,
    headRef: String(input.headRefName).replace(/^refs\/heads\//, ''),
    baseRef: String(input.baseRefName).replace(/^refs\/heads\//, ''),
    draft: input.draft === true,
  }
  const pull = await createPull(world.state, repo, wanted, world.call.actor)
  return { pullRequest: () => world.show.pull(world, repo, pull) }
}

export async function merge(world: World, input: Args): Promise<Payload> {
  const { repo, pull } = pullAt(world, input.pullRequestId)
  needs(world, repo, 'contents', 'write')
  const expected = typeof input.expectedHeadOid === 'string' ? input.expectedHeadOid : undefined
  if (expected !== undefined && expected !== pull.head.sha) {
    throw new Problem('STALE_DATA', 'Head branch was modified. Review and try the merge again.')
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const wish = {
    pull,
    method: String(input.mergeMethod ?? 'MERGE').toLowerCase() as MergeMethod,
    title: text(input.commitHeadline),
    message: text(input.commitBody),
    sha: expected,
  }
  await mergePull(world.state, repo, wish, world.call.actor)
  return {
    pullRequest: () => world.show.pull(world, repo, pull),
    actor: () => world.show.account(world, accountOf(world.call.actor)),
  }
}

export async function bringUpToDate(world: World, input: Args): Promise<Payload> {
  const { repo, pull } = pullAt(world, input.pullRequestId)
  needs(world, repo, 'pull_requests', 'write')
  const expected = typeof input.expectedHeadOid === 'string' ? input.expectedHeadOid : undefined
  const method = input.updateMethod === 'REBASE' ? 'rebase' : 'merge'
  await updateBranch(world.state, repo, { pull, method, expected }, world.call.actor)
  return { pullRequest: () => world.show.pull(world, repo, pull) }
}

/**
 * Refused where GitHub refuses. What GitHub would accept and carry out later is not part of the twin, and says so
 * rather than promise a merge that never comes.
 */
export async function enableAutoMerge(world: World, input: Args): Promise<Payload> {
  const { repo, pull } = pullAt(world, input.pullRequestId)
  needs(world, repo, 'pull_requests', 'write')
  if (!repo.settings.allow_auto_merge) {
    throw new Problem('UNPROCESSABLE', 'Auto merge is not allowed for this repository')
  }
  if (typeof input.expectedHeadOid === 'string' && input.expectedHeadOid !== pull.head.sha) {
    throw new Problem('STALE_DATA', 'Head sha did not match expected head sha')
  }
  await settleMergeability(world.state, repo, pull)
  const standing = mergeableState(world.state, repo, pull)
  if (standing === 'clean' || standing === 'unstable') {
    throw new Problem('UNPROCESSABLE', `Pull request Pull request is in ${standing} status`)
  }
  if (rulesFor(repo, pull.base.ref).requiredChecks.length === 0 && standing !== 'blocked') {
    throw new Problem('UNPROCESSABLE', `Pull request Pull request is in ${standing} status`)
  }
  throw new Problem(
    'NOT_IMPLEMENTED',
    '501 Mutation.enablePullRequestAutoMerge (waiting) is not part of the twin',
  )
}
