import { timestamp } from '../../clock.ts'
import { accountOf } from '../../emit.ts'
import { readAll } from '../../gitdata/commits.ts'
import { web } from '../../issues/address.ts'
import { queueOf } from '../../queue/entries.ts'
import { queueSettings } from '../../queue/settings.ts'
import type { QueueEntry } from '../../queue/state.ts'
import { nodeId, type Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import type { FieldFunction, Fields, World } from '../world.ts'

export function showQueue(world: World, repo: Repo, branch: string): Fields | null {
  const settings = queueSettings(repo, branch)
  if (settings === null) return null
  const queue = queueOf(repo, branch)
  const minutes = (ms: number) => Math.round(ms / 60_000)
  const count = (number: number) => (Number.isFinite(number) ? number : 0)
  const entries: FieldFunction = (args, _world, info) =>
    connect(args, info, { items: queue.entries, toNode: entry => showEntry(world, repo, entry) })
  return {
    __typename: 'MergeQueue',
    id: nodeId('MQ', repo.id),
    url: `${web(world.state, repo)}/queue/${branch}`,
    resourcePath: `/${repo.owner.login}/${repo.name}/queue/${branch}`,
    repository: () => world.show.repository(world, repo),
    nextEntryEstimatedTimeToMerge: estimate(repo, branch, queue.entries.length + 1),
    configuration: {
      __typename: 'MergeQueueConfiguration',
      checkResponseTimeout: minutes(settings.timeout),
      maximumEntriesToBuild: count(settings.build),
      maximumEntriesToMerge: count(settings.most),
      mergeMethod: settings.method.toUpperCase(),
      mergingStrategy: settings.strategy,
      minimumEntriesToMerge: settings.least,
      minimumEntriesToMergeWaitTime: minutes(settings.leastWait),
    },
    entries,
  }
}

export function showEntry(world: World, repo: Repo, entry: QueueEntry): Fields {
  const pull = repo.pulls.get(entry.pull)!
  const position = queueOf(repo, pull.base.ref).entries.indexOf(entry) + 1
  const commit = async (sha: string | undefined) => {
    const [found] = sha === undefined ? [] : await readAll(repo, [sha])
    return found ? world.show.commit(world, repo, found) : null
  }
  const { group } = entry
  return {
    __typename: 'MergeQueueEntry',
    id: entry.node_id,
    position,
    state: entry.state,
    jump: entry.jump,
    solo: false,
    enqueuedAt: timestamp(entry.enqueuedAt),
    enqueuer: () => world.show.account(world, accountOf(entry.enqueuer)),
    estimatedTimeToMerge: estimate(repo, pull.base.ref, position),
    baseCommit: () => commit(group?.base),
    headCommit: () => commit(group?.head),
    mergeQueue: () => showQueue(world, repo, pull.base.ref),
    pullRequest: () => world.show.pull(world, repo, pull),
  }
}

/** Seconds, by what the last one took; unknown before one has merged. */
function estimate(repo: Repo, branch: string, position: number): number | null {
  const { took } = queueOf(repo, branch)
  return took === null ? null : Math.ceil((took / 1000) * position)
}
