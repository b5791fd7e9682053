import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullStanding } from '../memory.ts'
import type { CheckRunSeen, PullWire } from '../wire.ts'
import { instant } from './actor.ts'
import { rememberBegun, runsUnderWay } from './begun.ts'
import { isBusy, readCheckRuns } from './checks.ts'
import { ROLLUP, type Rollup, type RollupWire, readRollup } from './rollup.ts'

/** GitHub dates changes by the second: what was asked in that very second may have missed one. */
const MOMENT = 5_000

/**
 * What the list of pull requests does not tell of one: whether it can be merged, how much was said on it, and the check
 * runs of its head. `statuses`: does the head have commit statuses? Null: not asked just now.
 */
export type Sight = { standing: PullStanding; runs: CheckRunSeen[]; statuses: boolean | null }

type Count = { totalCount: number }
type Asked = {
  mergeable: 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN'
  comments: Count
  reviews: Count
} | null

/**
 * By number. Lists do not tell it, and the single REST answers change with every push to the repository: one query for all
 * whose head, text or base has moved since, which brings their check runs along. Of the others these are asked for by
 * REST, where an unchanged answer is free.
 */
export async function readSights(
  forge: Forge,
  pulls: readonly PullWire[],
  tip: Sha,
): Promise<Map<number, Sight>> {
  const { standings } = forge.memory
  const begun = new Map(pulls.map(pull => [pull, runsUnderWay(forge, pull.head.sha)]))
  const stale = pulls.filter(pull => isStale(forge, { pull, tip, runs: begun.get(pull) ?? null }))
  const asked = forge.now()
  const rollups = new Map<number, Rollup | null>()
  for (let i = 0; i < stale.length; i += 50) {
    for (const [number, rollup] of await ask(forge, stale.slice(i, i + 50), tip)) rollups.set(number, rollup)
  }
  const sights = pulls.map(async pull => {
    const { number, head } = pull
    const rollup = rollups.get(number)
    const runs = begun.get(pull) ?? rollup?.runs ?? (await readCheckRuns(forge, head.sha))
    rememberBegun(forge, { head: head.sha, runs, asked })
    const { standing } = standings.get(String(number))!
    return [number, { standing, runs, statuses: rollup?.statuses ?? null }] as const
  })
  return new Map(await Promise.all(sights))
}

/** `runs`: those known to be under way. Null: they have to be asked for, which may as well be done by the same query. */
type One = { pull: PullWire; tip: Sha; runs: readonly CheckRunSeen[] | null }

/**
 * While its checks run nothing lands: a word that was possibly missed, and what GitHub says of a merge, may wait until they have
 * ended. Where it conflicts GitHub runs none.
 */
function isStale(forge: Forge, { pull, tip, runs }: One): boolean {
  const known = forge.memory.standings.get(String(pull.number))
  if (known === undefined || known.key !== keyOf(pull, tip)) return true
  return !known.settled && (runs === null || !isBusy(forge, runs))
}

function keyOf(pull: PullWire, tip: Sha): string {
  return `${pull.head.sha} ${tip} ${pull.updated_at}`
}

type Answer = { repository: Record<string, unknown> }

async function ask(forge: Forge, pulls: readonly PullWire[], tip: Sha): Promise<[number, Rollup | null][]> {
  const count = (field: string) => `${field}(first: 1) { totalCount }`
  const fields = `mergeable ${count('comments')} ${count('reviews')}`
  const parts = pulls.map(
    ({ number, head }) => `p${number}: pullRequest(number: ${number}) { ${fields} }
    h${number}: object(oid: "${head.sha}") { ... on Commit { ${ROLLUP} } }`,
  )
  const query = `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${parts.join('\n')} }
  }`
  const { owner, repo } = forge
  const { repository } = await forge.octokit.graphql<Answer>(query, { owner, repo })
  return pulls.map(pull => {
    remember(forge, pull, { tip, asked: (repository[`p${pull.number}`] ?? null) as Asked })
    const head = (repository[`h${pull.number}`] ?? null) as { statusCheckRollup?: RollupWire } | null
    // Not there yet: left to the single read, which says so.
    return [pull.number, head === null ? null : readRollup(head.statusCheckRollup ?? null)]
  })
}

function remember(forge: Forge, pull: PullWire, { tip, asked }: { tip: Sha; asked: Asked }): void {
  const before = forge.memory.standings.get(String(pull.number))
  const unsure = (before?.head === pull.head.sha ? before.standing.unsure : null) ?? forge.now()
  const mergeable = asked === null || asked.mergeable === 'UNKNOWN' ? null : asked.mergeable === 'MERGEABLE'
  const standing: PullStanding = {
    mergeable,
    unsure: mergeable === null ? unsure : null,
    comments: asked?.comments.totalCount ?? 0,
    reviews: asked?.reviews.totalCount ?? 0,
  }
  const settled = mergeable !== null && forge.now() - instant(pull.updated_at) > MOMENT
  const known = { key: keyOf(pull, tip), head: pull.head.sha, settled, standing }
  forge.memory.standings.set(String(pull.number), known)
}
