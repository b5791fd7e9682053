import { type GuestFacts, LAND_LABEL } from '../../core/landing/guest.ts'
import { OWN_BRANCHES, parseBranch } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { read, readList } from '../read.ts'
import type { FullPullWire, PullWire, TimelineWire } from '../wire.ts'
import { actorOf, isOurs } from './actor.ts'
import { readProposal } from './proposal.ts'
import { isHere, seenOf } from './pulls.ts'
import type { Place } from './repo.ts'
import { storyOf } from './timeline.ts'

/**
 * Open pull requests of others that carry the label, or a command: whether somebody who may push asked for them to land is for
 * the plan to say. None from branches that tasks and Chorus itself use. `held`: heads that are ours, whoever shows them.
 */
export function findGuests(
  forge: Forge,
  others: readonly PullWire[],
  held: ReadonlySet<Sha>,
): readonly PullWire[] {
  const { commanded, landed, enqueued } = forge.memory
  return others.filter(pull => {
    if (isOurs(forge, pull.user) || held.has(pull.head.sha) || landed.get(pull.number) === true) return false
    if (isHere(pull) && (parseBranch(pull.head.ref) !== null || pull.head.ref.startsWith(OWN_BRANCHES)))
      return false
    const isAsked = pull.labels.some(({ name }) => name === LAND_LABEL) || commanded.get(pull.number) === true
    // With the label off it is still where we put it.
    return isAsked || enqueued.has(pull.number)
  })
}

type Setting = { place: Place; strict: boolean; conversations: boolean; required: readonly string[] }

export async function readGuests(
  forge: Forge,
  guests: readonly PullWire[],
  setting: Setting,
): Promise<GuestFacts[]> {
  const found = await Promise.all(guests.map(guest => readGuest(forge, guest, setting)))
  return found.filter(({ pull }) => pull.state === 'open')
}

async function readGuest(forge: Forge, { number }: PullWire, setting: Setting): Promise<GuestFacts> {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/timeline'
  const [{ body }, events] = await Promise.all([
    read<FullPullWire>(forge, '/repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: number }),
    readList<TimelineWire>(forge, path, { issue_number: number }),
  ])
  // Taken out again, it needs a stranger's gate anew.
  forge.memory.gated.delete(body.head.sha)
  return {
    pull: await readProposal(forge, seenOf(body), { ...setting, attempts: new Set(), sight: null }),
    author: actorOf(forge, { user: body.user }),
    here: isHere(body),
    timeline: storyOf(forge, events).timeline,
  }
}
