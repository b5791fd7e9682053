import type { GuestFacts } from '../../core/landing/guest.ts'
import { emptyRecord } from '../../core/ledger.ts'
import { listUnhandled } from '../../core/people/conversation.ts'
import { isUnderWay } from '../../core/rollback/rollback.ts'
import { type Actor, type Instant, STANDINGS, type Standing, type TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { onceInLook } from '../look.ts'
import { readMaybe } from '../read.ts'
import type { StandingWire } from '../wire.ts'
import { LAG } from './issues.ts'

/** Who showed: under what name, when last, and whether an open task runs on their word. */
type Person = { id: number; login: string; last: Instant; vouches: boolean }

/** How long the standing of somebody is believed who did nothing since. */
const BYSTANDING = 5 * 60_000

/**
 * The standing of everybody whose word or hand shows on an open task, by account id. Apps have none. Whoever vouches for a
 * task (its requester, who approved it) is asked about in every look: landing needs somebody who may push now. So is whoever did something since we
 * asked. Of the others, hundreds in a lively repository, an older answer is as good: what they did was judged by it.
 */
export async function readStandings(
  forge: Forge,
  tasks: readonly TaskFacts[],
  guests: readonly GuestFacts[],
): Promise<Map<number, Standing>> {
  const people = new Map<number, Person>()
  for (const shown of [...tasks.flatMap(showing), ...guests.flatMap(showingGuest)]) {
    const known = people.get(shown.id)
    people.set(shown.id, {
      ...shown,
      last: Math.max(shown.last, known?.last ?? 0),
      vouches: shown.vouches || known?.vouches === true,
    })
  }
  const standings = await Promise.all(
    [...people.values()].map(async person => [person.id, await standingOf(forge, person)] as const),
  )
  return new Map(standings)
}

/** What they were when they said that, or a little later. */
export async function standingThen(forge: Forge, { id, login }: Actor, at: Instant): Promise<Standing> {
  return standingOf(forge, { id, login, last: at, vouches: false })
}

async function standingOf(forge: Forge, person: Person): Promise<Standing> {
  const { id, login } = person
  const { bystanders } = forge.memory
  const key = `${id} ${login}`
  const known = bystanders.get(key)
  const now = forge.now()
  const settled = known !== undefined && now - known.at < BYSTANDING && known.at - person.last > LAG
  if (settled && !person.vouches) return known.standing
  const standing = await onceInLook(forge, `standing of ${key}`, () => readStanding(forge, id, login))
  bystanders.set(key, { at: now, standing })
  return standing
}

/** Whoever wrote it, asked for it to land, or approves it, vouches for it. */
function showingGuest({ author, timeline, pull }: GuestFacts): Person[] {
  const acting = [...timeline, ...pull.reviews]
  return [{ by: author, at: 0 }, ...acting].flatMap(({ by, at }) => act(by, at, true))
}

function act(by: Actor | null, at: Instant, vouches = false): Person[] {
  return by === null || by.kind !== 'person' || by.id === 0
    ? []
    : [{ id: by.id, login: by.login, last: at, vouches }]
}

/** Logins seen on GitHub come last, so that they win over one that was written down long ago. */
function showing(task: TaskFacts): Person[] {
  const { issue, record, pull, planned } = task
  const vouch = ({ id, login }: { id: number; login: string }): Person => ({
    id,
    login,
    last: 0,
    vouches: true,
  })
  const vouching = [
    ...(record?.approval ? [vouch(record.approval.by)] : []),
    ...(record?.below ? [vouch(record.below.by)] : []),
    ...(planned === null ? [] : [vouch(planned.by)]),
    ...(record?.revisions ?? []).flatMap(({ by }) => (by === null ? [] : vouch(by))),
  ]
  const undoing = isUnderWay(task) ? [vouch(record!.rollback!.confirmed!.by)] : []
  const reverting = task.revert === null || task.revert === 'clash' ? [] : task.revert.pull.reviews
  const judging = [...undoing, ...reverting.flatMap(({ by, state, at }) => act(by, at, state === 'approved'))]
  // When all is over, only who says something is told so; what has just landed may still have something to teach.
  if (issue.state === 'closed' && pull?.state !== 'open') {
    const speaking = listUnhandled(task, record ?? emptyRecord(issue.number))
    const fresh = pull?.state === 'merged' && record?.logged !== 'merged'
    return [...(fresh ? vouching : []), ...judging, ...speaking.flatMap(({ by, at }) => act(by, at))]
  }
  return [
    ...vouching,
    ...judging,
    ...act(issue.author, issue.createdAt),
    ...(issue.edits ?? []).flatMap(edit => act(edit.by, edit.at)),
    ...issue.timeline.flatMap(fact => act(fact.by, fact.at)),
    ...(pull?.reviews ?? []).flatMap(({ by, state, at }) => act(by, at, state === 'approved')),
    ...(pull?.comments ?? []).flatMap(comment => act(comment.by, comment.at)),
  ]
}

/** A login can be given up and taken by another: the id must be the one that acted. */
async function readStanding(forge: Forge, id: number, login: string): Promise<Standing> {
  const path = '/repos/{owner}/{repo}/collaborators/{username}/permission'
  const wire = await readMaybe<StandingWire>(forge, path, { username: login })
  if (wire === null || wire.user?.id !== id) return 'none'
  return roleOf(wire)
}

/** A custom role counts as the base role it was made from. */
function roleOf(wire: StandingWire): Standing {
  return (
    STANDINGS.find(known => known === wire.role_name) ??
    STANDINGS.find(known => known === wire.permission) ??
    'none'
  )
}
