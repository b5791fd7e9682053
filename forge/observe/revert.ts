import { printRevertBranch } from '../../core/names.ts'
import { listReverts } from '../../core/words/rollback.ts'
import type { Instant, PullFacts, RevertFacts, Sha, TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { read, readList } from '../read.ts'
import type { FullPullWire, PullWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'
import { readCommit } from './commits.ts'
import { readMade } from './merge.ts'
import { readProposal } from './proposal.ts'
import { isHere, seenOf } from './pulls.ts'
import type { Place } from './repo.ts'

/** `since`: when it was confirmed that it is to be taken back. */
type Landed = { number: number; mergedSha: Sha | null; since: Instant }
type Setting = { place: Place; strict: boolean; conversations: boolean; required: readonly string[] }

/** What is to take back what the pull request `landed` brought; asked for only where a person has confirmed that. */
export async function readRevert(
  forge: Forge,
  landed: Landed,
  setting: Setting,
): Promise<TaskFacts['revert']> {
  const branch = printRevertBranch(landed.number)
  const base = setting.place.facts.target.branch
  const query = { head: `${forge.owner}:${branch}`, base, state: 'all', sort: 'created', direction: 'desc' }
  const shown = await readList<PullWire>(forge, '/repos/{owner}/{repo}/pulls', query)
  const ours = shown.find(
    pull =>
      isOurs(forge, pull.user) && isHere(pull) && pull.head.ref === branch && !isPast(pull, landed.since),
  )
  if (ours === undefined)
    return forge.memory.clashes.get(landed.number) === setting.place.facts.target.head ? 'clash' : null
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}'
  const { body } = await read<FullPullWire>(forge, path, { pull_number: ours.number })
  const pull = await readProposal(forge, seenOf(body), { ...setting, attempts: new Set(), sight: null })
  const own = await readOwn(forge, pull, landed.mergedSha ?? '')
  // Beneath our commit and our merges of the base there is nothing but the base.
  return { pull, ...own, own: own.own && body.commits === pull.layers.length }
}

/** Closed before somebody wanted it, it says nothing: a rollback that is ended closes what it had open. */
function isPast({ closed_at, merged_at }: PullWire, since: Instant): boolean {
  return closed_at !== null && merged_at === null && instant(closed_at) <= since
}

async function readOwn(forge: Forge, pull: PullFacts, landed: Sha): Promise<Omit<RevertFacts, 'pull'>> {
  const { layers, head, mergedSha } = pull
  // Of what has landed the layers are not asked for any more: what landed says it itself.
  const landing = mergedSha === null ? null : await readCommit(forge, mergedSha)
  const made = await readMade(forge, layers.at(-1) ?? head.sha)
  const takes = listReverts(landing?.message ?? made?.message ?? '')
  if (made === null) return { own: false, at: 0, takes }
  return { own: made.parents.length === 1 && takes.includes(landed), at: made.at, takes }
}
