import type { GateFact, Refused } from '../../core/check.ts'
import { mayBeFlake } from '../../core/gates/flake.ts'
import type { Author } from '../../core/landing/authors.ts'
import type { Actor, FileChange, PullFacts, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { once, read, readList } from '../read.ts'
import type { CommentWire, IssueWire } from '../wire.ts'
import { actorOf, instant, isOurs } from './actor.ts'
import { readChanges } from './changes.ts'
import { readChecks } from './checks.ts'
import { countUnresolved } from './conversations.ts'
import { LAG } from './issues.ts'
import { judgedOf } from './judged.ts'
import { readLayers } from './layers.ts'
import { readRefusal, takesNoReview } from './refusal.ts'
import type { Place } from './repo.ts'
import { readReviews } from './reviews.ts'
import type { Sight } from './sights.ts'
import { commentOf } from './timeline.ts'

type Setting = {
  place: Place
  strict: boolean
  /** Do the rules want every conversation to be resolved? */
  conversations: boolean
  /** Names of checks that count, wherever they come from. */
  required: readonly string[]
  attempts: ReadonlySet<Sha>
  /** Null where the list of open ones did not show it. */
  sight: Sight | null
}

/** A pull request of ours with all that a gate may ask; a closed one without what no longer matters. */
export async function readProposal(
  forge: Forge,
  seen: PullSeen,
  { place, strict, conversations, required, attempts, sight }: Setting,
): Promise<PullFacts> {
  const { pull } = seen
  const facts = factsOf(forge, seen, place)
  if (facts.state === 'merged') return { ...facts, comments: await readAfterwards(forge, pull.number) }
  const [reviews, comments] = await Promise.all([readReviews(forge, seen), readComments(forge, seen)])
  if (facts.state === 'closed') {
    return { ...facts, reviews, comments, closedBy: await readCloser(forge, pull.number) }
  }
  const tip = facts.base.sha
  const layers = await readLayers(forge, pull.head.sha, attempts)
  const [{ checks, gate }, compared, unresolved] = await Promise.all([
    readChecks(forge, pull.head.sha, { required, sight, again: mayBeFlake({ ...facts, layers }) }),
    readChanges(forge, { pull, tip, strict }),
    conversations ? countUnresolved(forge, pull.number) : null,
  ])
  const { mergeBase, authors, changes, current } = compared
  const refusal = readRefusal(forge, pull, seen.reviews)
  const unreviewable = takesNoReview(forge, pull)
  const judged = { refusal, unreviewable, unresolved, reviews, comments, checks, gate }
  return { ...facts, ...judged, layers, mergeBase, authors, changes, current }
}

function factsOf(forge: Forge, seen: PullSeen, place: Place): PullFacts {
  const { pull, merged } = seen
  const onTarget = pull.base.ref === place.facts.target.branch
  return {
    number: pull.number,
    id: pull.id,
    url: pull.html_url,
    state: merged ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    title: pull.title,
    body: pull.body ?? '',
    draft: pull.draft ?? false,
    labels: pull.labels.map(label => label.name),
    awaited: awaitedOf(pull),
    ours: isOurs(forge, pull.user),
    head: { sha: pull.head.sha, branch: pull.head.ref },
    layers: [pull.head.sha],
    // GitHub's own `base.sha` is where the base was when the head last moved.
    base: { branch: pull.base.ref, sha: onTarget ? place.facts.target.head : pull.base.sha },
    mergeable: seen.mergeable,
    unsure: seen.unsure,
    mergedSha: seen.mergedSha,
    ...NOTHING_YET,
    judged: seen.merged || pull.state !== 'open' ? [] : judgedOf(forge, pull.head.sha),
  }
}

/** GitHub takes people off this list once they have reviewed. */
function awaitedOf({ requested_reviewers, requested_teams }: PullSeen['pull']): string[] {
  const people = (requested_reviewers ?? []).map(one => `@${one.login}`)
  return [...people, ...(requested_teams ?? []).map(team => `the team ${team.slug}`)]
}

const NOTHING_YET = {
  refusal: null as Refused | null,
  unreviewable: false,
  unresolved: null as number | null,
  closedBy: null as Actor | null,
  unjudged: null as Actor | null,
  mergeBase: null as Sha | null,
  authors: [] as readonly Author[],
  changes: null as FileChange[] | null,
  checks: [],
  reviews: [],
  comments: [],
  gate: null as GateFact | null,
  current: null as boolean | null,
}

async function readComments(
  forge: Forge,
  { pull, comments: count }: PullSeen,
): Promise<PullFacts['comments']> {
  return count === 0 ? [] : listComments(forge, pull.number)
}

/** What is said after the landing, as far as it is in the list of what was closed lately; asked once for each change. */
async function readAfterwards(forge: Forge, number: number): Promise<PullFacts['comments']> {
  const listed = forge.memory.closedIssues.get(number)
  if (listed === undefined || listed.comments === 0) return []
  const load = () => listComments(forge, number)
  // Lists may lag behind one another: what was asked a moment after the change may lack it.
  if (forge.now() - instant(listed.updated_at) < LAG) return load()
  return once(forge, `said on ${number} until ${listed.updated_at}`, load)
}

async function listComments(forge: Forge, number: number): Promise<PullFacts['comments']> {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
  const comments = await readList<CommentWire>(forge, path, { issue_number: number })
  return comments.map(comment => commentOf(forge, comment))
}

async function readCloser(forge: Forge, number: number): Promise<Actor | null> {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}'
  const { body } = await read<IssueWire>(forge, path, { issue_number: number })
  const closer = body.closed_by ?? null
  return closer === null ? null : actorOf(forge, { user: closer })
}
