import { rulesFor } from '../../checks/protection.ts'
import { commitsBetween, readAll } from '../../gitdata/commits.ts'
import { filesBetween } from '../../gitdata/diff.ts'
import { readRef } from '../../gitdata/refs.ts'
import { repoOf } from '../../pulls/json.ts'
import { startMergeability } from '../../pulls/mergeability.ts'
import { mergeableState } from '../../pulls/mergestate.ts'
import { linkedIssues } from '../../pulls/pull.ts'
import type { Pull } from '../../pulls/state.ts'
import { entryOf } from '../../queue/entries.ts'
import type { Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'
import { sharedFields } from './issue.ts'
import { reviewFields } from './review.ts'

export function showPull(world: World, repo: Repo, pull: Pull): Fields {
  const { state, show } = world
  const issue = repo.issues.get(pull.number)
  const shared = issue ? sharedFields(world, repo, issue) : {}
  return {
    ...shared,
    __typename: 'PullRequest',
    id: pull.node_id,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    permalink: shared.url,
    state: pull.merged ? 'MERGED' : (issue?.state.toUpperCase() ?? 'CLOSED'),
    isDraft: pull.draft,
    merged: pull.merged,
    mergedAt: pull.merged_at,
    mergedBy: () => (pull.merged_by ? show.account(world, pull.merged_by) : null),
    mergeCommit: () => commitOrNull(world, repo, pull.mergeCommitSha),
    potentialMergeCommit: () => commitOrNull(world, repo, pull.testMergeSha),
    mergeable: () => {
      startMergeability(state, repo, pull)
      return pull.mergeable === null ? 'UNKNOWN' : pull.mergeable ? 'MERGEABLE' : 'CONFLICTING'
    },
    mergeStateStatus: () => {
      startMergeability(state, repo, pull)
      return mergeableState(state, repo, pull).toUpperCase()
    },
    canBeRebased: pull.mergeable === true,
    maintainerCanModify: pull.maintainerCanModify,
    isInMergeQueue: entryOf(repo, pull.number) !== null,
    isMergeQueueEnabled: rulesFor(repo, pull.base.ref).mergeQueue,
    mergeQueue: () => show.queue(world, repo, pull.base.ref),
    mergeQueueEntry: () => {
      const found = entryOf(repo, pull.number)
      return found && show.entry(world, repo, found.entry)
    },
    autoMergeRequest: null,
    additions: pull.stats.additions,
    deletions: pull.stats.deletions,
    changedFiles: pull.stats.changed_files,
    totalCommentsCount: () => [...repo.comments.values()].filter(each => each.issue === pull.number).length,
    statusCheckRollup: () => show.rollup(world, repo, pull.head.sha),
    ...sideFields(world, repo, pull),
    ...pullLists(world, repo, pull),
    ...reviewFields(world, repo, pull),
  }
}

function sideFields(world: World, repo: Repo, pull: Pull): Record<string, unknown> {
  const { show } = world
  const home = repoOf(world.state, repo, pull.head.repoId)
  const refOf = async (where: Repo | null, name: string) => {
    const ref = `refs/heads/${name}`
    if (!where || (await readRef(where, ref)) === null) return null
    return show.ref(world, where, ref)
  }
  return {
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    headRef: () => refOf(home, pull.head.ref),
    headRepository: () => home && show.repository(world, home),
    headRepositoryOwner: () => home && show.account(world, home.owner),
    isCrossRepository: pull.head.repoId !== repo.id,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    baseRef: () => refOf(repo, pull.base.ref),
    baseRepository: () => show.repository(world, repo),
  }
}

function pullLists(world: World, repo: Repo, pull: Pull): Record<string, FieldFunction> {
  return {
    commits: async (args, _world, info) => {
      const items = await commitsBetween(repo, pull.base.sha, pull.head.sha)
      return connect(args, info, {
        items: items.slice(0, 250),
        toNode: commit => ({
          __typename: 'PullRequestCommit',
          id: `PRC_${Buffer.from(`${pull.id}:${commit.sha}`).toString('base64url')}`,
          commit: () => world.show.commit(world, repo, commit),
          pullRequest: () => showPull(world, repo, pull),
        }),
      })
    },
    files: async (args, _world, info) => {
      const items = await filesBetween(repo, pull.base.sha, pull.head.sha)
      return connect(args, info, {
        items: items.slice(0, 3000),
        toNode: file => ({
          __typename: 'PullRequestChangedFile',
          path: file.filename,
          additions: file.additions,
          deletions: file.deletions,
          changeType: file.status === 'removed' ? 'DELETED' : file.status.toUpperCase(),
          viewerViewedState: 'UNVIEWED',
        }),
      })
    },
    closingIssuesReferences: (args, _world, info) => {
      const items = linkedIssues(repo, pull)
        .map(number => repo.issues.get(number))
        .filter(issue => issue !== undefined)
      return connect(args, info, { items, toNode: issue => world.show.issue(world, repo, issue) })
    },
  }
}

async function commitOrNull(world: World, repo: Repo, sha: string | null): Promise<Fields | null> {
  const [commit] = sha === null ? [] : await readAll(repo, [sha])
  return commit ? world.show.commit(world, repo, commit) : null
}
