import type { Forge } from '../forge.ts'
import type { PullStanding } from '../memory.ts'
import type { PullWire } from '../wire.ts'
import { instant } from './actor.ts'

/** GitHub dates changes by the second: what was asked in that very second may have missed one. */
const MOMENT = 5_000

type Count = { totalCount: number }
type Asked = {
  mergeable: 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN'
  comments: Count
  reviews: Count
} | null

/**
 * Whether each can be merged, and how much was said on it: not in lists, and the single REST answers change with every
 * push to the repository. One query for all whose head, text or base has moved since.
 */
export async function readStandingOf(
  forge: Forge,
  pulls: readonly PullWire[],
  tip: string,
): Promise<Map<number, PullStanding>> {
  const { standings } = forge.memory
  const stale = pulls.filter(pull => {
    const known = standings.get(String(pull.number))
    return known === undefined || known.key !== keyOf(pull, tip) || !known.settled
  })
  for (let i = 0; i < stale.length; i += 50) await ask(forge, stale.slice(i, i + 50), tip)
  return new Map(pulls.map(pull => [pull.number, standings.get(String(pull.number))!.standing]))
}

function keyOf(pull: PullWire, tip: string): string {
  return `${pull.head.sha} ${tip} ${pull.updated_at}`
}

async function ask(forge: Forge, pulls: readonly PullWire[], tip: string): Promise<void> {
  const count = (field: string) => `${field}(first: 1) { totalCount }`
  const fields = `mergeable ${count('comments')} ${count('reviews')}`
  const parts = pulls.map(({ number }) => `p${number}: pullRequest(number: ${number}) { ${fields} }`)
  const query = `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${parts.join('\n')} }
  }`
  const { repository } = await forge.octokit.graphql<{ repository: Record<string, Asked> }>(query, {
    owner: forge.owner,
    repo: forge.repo,
  })
  for (const pull of pulls) {
    const asked = repository[`p${pull.number}`] ?? null
    const standing: PullStanding = {
      mergeable: asked === null || asked.mergeable === 'UNKNOWN' ? null : asked.mergeable === 'MERGEABLE',
      comments: asked?.comments.totalCount ?? 0,
      reviews: asked?.reviews.totalCount ?? 0,
    }
    const settled = standing.mergeable !== null && forge.now() - instant(pull.updated_at) > MOMENT
    forge.memory.standings.set(String(pull.number), { key: keyOf(pull, tip), settled, standing })
  }
}
