import type { GuestFacts } from '../../core/landing/guest.ts'
import { type EntryFacts, MERGE_QUEUE_BRANCHES, type QueueFacts } from '../../core/landing/queuefacts.ts'
import type { Rules } from '../../core/landing/rules.ts'
import type { PullFacts, Sha, TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { RefWire } from '../wire.ts'
import { instant } from './actor.ts'
import { readCheckRuns } from './checks.ts'
import { isGate, newestGate } from './gate.ts'

type EntryWire = {
  state: EntryFacts['state']
  estimatedTimeToMerge: number | null
  headCommit: { oid: Sha; committedDate: string } | null
  pullRequest: { number: number } | null
}
type Answer = {
  repository: Record<string, unknown> & {
    mergeQueue: {
      configuration: { checkResponseTimeout: number | null } | null
      entries: { nodes: EntryWire[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
    } | null
  }
}

type Given = {
  rules: Rules
  branch: string
  tasks: readonly TaskFacts[]
  guests: readonly GuestFacts[]
}

/**
 * GitHub tells of it by GraphQL only, where nothing is free. So it is asked only when something may be in it: a group's branch
 * is there, something was in it at the last look, or we put something in. And once, to know whether there is one at all.
 */
export async function readQueue(
  forge: Forge,
  { rules, branch, tasks, guests }: Given,
): Promise<QueueFacts | null> {
  if (!rules.queue) return null
  const prefix = `heads/${MERGE_QUEUE_BRANCHES}${branch}/`
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+prefix}'
  const groups = await readList<RefWire>(forge, path, { prefix })
  const shown = [...listOpen(tasks), ...guests.map(({ pull }) => pull)]
  const added = shown
    .filter(({ gate }) => gate?.key.startsWith('queue ') === true)
    .map(({ number }) => number)
  const known = forge.memory.queue
  const isIdle = groups.length === 0 && added.length === 0 && forge.memory.enqueued.size === 0
  if (known !== null && isIdle && (known.facts?.entries.length ?? 0) === 0) return known.facts
  const open = new Set(shown.map(({ number }) => number))
  const facts = await ask(forge, branch, { added, open })
  forge.memory.queue = { facts }
  return facts
}

/** Our pull requests, those that take something back as well. */
function listOpen(tasks: readonly TaskFacts[]): PullFacts[] {
  const pulls = tasks.flatMap(({ pull, revert }) => [
    pull,
    revert === 'clash' ? null : (revert?.pull ?? null),
  ])
  return pulls.flatMap(pull => (pull?.state === 'open' ? pull : []))
}

const REMOVED = `timelineItems(last: 1, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
  nodes { ... on RemovedFromMergeQueueEvent { reason } }
}`

/** By number. `added`: their gate says that we put them in. */
type Pulls = { added: readonly number[]; open: ReadonlySet<number> }

async function ask(forge: Forge, branch: string, { added, open }: Pulls): Promise<QueueFacts | null> {
  const { owner, repo } = forge
  const parts = added.map(number => `p${number}: pullRequest(number: ${number}) { ${REMOVED} }`)
  const nodes: EntryWire[] = []
  const removals = new Map<number, string | null>()
  for (let after: string | null = null; ; ) {
    const query = printQuery(after === null ? parts : [])
    const answer: Answer = await forge.octokit.graphql(query, { owner, repo, branch, after })
    const { mergeQueue, ...more } = answer.repository
    if (mergeQueue === null) return null
    nodes.push(...mergeQueue.entries.nodes)
    for (const number of added) {
      const removal = removalOf(more[`p${number}`])
      if (removal !== null) removals.set(number, removal.reason ?? null)
    }
    const { hasNextPage, endCursor } = mergeQueue.entries.pageInfo
    after = hasNextPage ? endCursor : null
    if (after !== null) continue
    const entries = await Promise.all(nodes.map(entry => readEntry(forge, entry)))
    const minutes = mergeQueue.configuration?.checkResponseTimeout ?? USUAL_MINUTES
    return { timeout: minutes * 60_000, entries: withOwn(forge, entries, open), removals }
  }
}

/** @param parts more of the repository to ask for in the same breath */
function printQuery(parts: readonly string[]): string {
  return `query($owner: String!, $repo: String!, $branch: String!, $after: String) {
    repository(owner: $owner, name: $repo) {
      mergeQueue(branch: $branch) {
        configuration { checkResponseTimeout }
        entries(first: 100, after: $after) {
          nodes { state estimatedTimeToMerge headCommit { oid committedDate } pullRequest { number } }
          pageInfo { hasNextPage endCursor }
        }
      }
      ${parts.join('\n')}
    }
  }`
}

/** What GitHub's form proposes. */
const USUAL_MINUTES = 60

async function readEntry(forge: Forge, entry: EntryWire): Promise<EntryFacts> {
  const pull = entry.pullRequest?.number ?? 0
  const { headCommit: head } = entry
  const runs = head === null ? [] : await readCheckRuns(forge, head.oid)
  return {
    pull,
    head: forge.memory.enqueued.get(pull)?.head ?? null,
    state: entry.state,
    expected: entry.estimatedTimeToMerge,
    group:
      head === null
        ? null
        : {
            head: head.oid,
            at: instant(head.committedDate),
            reports: runs.filter(run => !isGate(forge, run)).length,
            gate: newestGate(forge, { head: head.oid, runs }),
          },
  }
}

/** A replica may not show for so long what was put in. Milliseconds. */
const LAG = 20_000

/** What this process put in a moment ago is in it, whatever a lagging answer says. */
function withOwn(forge: Forge, entries: readonly EntryFacts[], open: Pulls['open']): EntryFacts[] {
  const { enqueued } = forge.memory
  const own = [...enqueued].flatMap(([pull, { head, at }]) => {
    if (entries.some(entry => entry.pull === pull)) return []
    if (open.has(pull) && forge.now() - at < LAG)
      return [{ pull, head, state: 'QUEUED' as const, expected: null, group: null }]
    enqueued.delete(pull)
    return []
  })
  return [...entries, ...own]
}

function removalOf(asked: unknown): { reason?: string | null } | null {
  const { timelineItems } = (asked ?? {}) as { timelineItems?: { nodes: { reason?: string | null }[] } }
  return timelineItems?.nodes[0] ?? null
}
