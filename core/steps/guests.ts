import type { Effect } from '../effect.ts'
import { emptyTask } from '../emptytask.ts'
import type { Folding } from '../fold.ts'
import { findOverdue, readTold } from '../gates/escalation.ts'
import type { Proposal } from '../gates/gate.ts'
import { judge } from '../gates/registry.ts'
import { findInvitation, type Guest, type GuestFacts } from '../landing/guest.ts'
import { findPlace } from '../landing/place.ts'
import { inheritsRed } from '../landing/redbase.ts'
import { findTurn } from '../landing/turn.ts'
import { emptyRecord } from '../ledger.ts'
import type { Move } from '../move.ts'
import { NOT_ASKED } from '../people/above.ts'
import type { Ruling } from '../people/ruling.ts'
import type { TaskState } from '../state.ts'
import {
  explainTarget,
  FROM_FORK,
  NOBODY_ASKED,
  writeGuestMerge,
  writeRefusedEmergency,
  writeUninvited,
} from '../words/guest.ts'
import type { Instant, IssueFacts, Standing, TaskFacts, World } from '../world.ts'
import { callPeople } from './call.ts'
import { holdPull, judgeGuest } from './gate.ts'
import { explainStop } from './promote.ts'
import { isPutIn, isQueued } from './queue.ts'

/** `stopped`: why nothing at all happens now; null when nobody stopped it. */
type Shared = Pick<Folding, 'world' | 'now' | 'frozen' | 'unwell'> & { stopped: string | null }

/** `moves`: of pull requests of people's own that they asked Chorus to land; `effects`: about those that stay theirs. */
export type Guests = { moves: readonly Move[]; effects: readonly Effect[] }

export function judgeGuests(world: World, ruling: Ruling, now: Instant): Guests {
  const { frozen } = ruling
  const stopped = explainStop(world, ruling)
  const shared = { world, now, frozen, stopped, unwell: () => new Map() }
  const moves: Move[] = []
  const effects: Effect[] = []
  for (const guest of world.guests) {
    const invited = findInvitation(guest, actor => world.standings.get(actor.id) ?? 'none')
    const why = explainUninvited(guest, invited, world)
    if (why !== null) effects.push(...(takeOut(guest, world) ?? waveOn(guest, why)))
    else if (world.config.ok) moves.push(moveOf(guest, invited!, shared))
  }
  return { moves, effects }
}

/** Guests are looked after like tasks from where pull requests get in each other's way. */
export function withGuests(world: World, { moves }: Guests): World {
  if (moves.length === 0) return world
  return { ...world, tasks: [...world.tasks, ...moves.map(({ facts }) => facts.task)] }
}

function explainUninvited(
  { pull, here }: GuestFacts,
  invited: Guest | null,
  { repo: { target } }: World,
): string | null {
  if (!here) return FROM_FORK
  if (pull.base.branch !== target.branch) return explainTarget(pull.base.branch, target.branch)
  return invited === null ? NOBODY_ASKED : null
}

/** Nobody asks for it any more: out of GitHub's merge queue first, as there it would land. Null where it is not, or a person put it in. */
function takeOut({ pull }: GuestFacts, world: World): Effect[] | null {
  if (!isQueued(world, pull) || !isPutIn(pull.gate)) return null
  return [{ do: 'dequeue', task: null, pull: pull.number }]
}

/** People's pull requests are never held: green, once for each reason. */
function waveOn({ pull }: GuestFacts, why: string): Effect[] {
  const key = `stranger ${why}`.slice(0, 250)
  if (pull.gate?.conclusion === 'success' && pull.gate.key === key) return []
  const { number, head, gate } = pull
  const said = { check: gate?.id ?? null, conclusion: 'success' as const, key, ...writeUninvited(why) }
  return [{ do: 'gate', task: null, pull: number, head: head.sha, ...said }]
}

function moveOf(guest: GuestFacts, invited: Guest, shared: Shared): Move {
  const { pull } = guest
  const facts = foldingOf(withTold(taskOf(guest, invited), shared.world), shared)
  const idle = { facts, record: null, events: [], usage: [], learnings: [], display: NO_DISPLAY }
  if (shared.stopped !== null) {
    const state: TaskState = { is: 'waiting', on: 'stopped', why: shared.stopped }
    return { ...idle, state, acts: holdPull(facts, state) }
  }
  const proposal = proposalOf(facts, guest, invited)
  const verdicts = judge(proposal)
  const state: TaskState = {
    is: 'proposed',
    attempt: 0,
    pull,
    verdicts,
    review: NO_REVIEW,
    payer: { by: invited.by, epic: null },
  }
  const acts = judgeGuest(facts, {
    pull,
    verdicts,
    words: () => writeGuestMerge(pull, invited, guest.author),
    aside: writeRefusedEmergency(invited),
  })
  const calls = callPeople(facts, findOverdue(facts, state, proposal))
  return { ...idle, state, acts: [...acts, ...calls] }
}

const NO_DISPLAY = { effects: [], saying: null, answer: null }

const NO_REVIEW = { is: 'unasked', why: 'agents do not review people’s own pull requests' } as const

function withTold(task: TaskFacts, { config, app }: World): TaskFacts {
  if (task.pull === null || task.record === null || !config.ok) return task
  return { ...task, record: { ...task.record, escalated: readTold(task.pull, config.value.gates, app) } }
}

/** GitHub numbers pull requests and issues in one row, so its id is no other task's. */
function taskOf({ pull, author, timeline }: GuestFacts, { emergency }: Guest): TaskFacts {
  const issue: IssueFacts = {
    number: pull.number,
    id: pull.id,
    url: pull.url,
    title: pull.title,
    body: pull.body,
    state: 'open',
    stateReason: null,
    author,
    labels: pull.labels,
    container: false,
    subIssues: { total: 0, completed: 0 },
    parent: null,
    createdAt: 0,
    closedAt: null,
    timeline,
  }
  return {
    ...emptyTask(issue),
    pull,
    record: {
      ...emptyRecord(pull.number),
      // Nothing is remembered of people's pull requests: it is for whatever stands there.
      landing: emergency === null ? null : { is: 'emergency', ...emergency, head: null, why: '' },
    },
  }
}

function foldingOf(task: TaskFacts, { world, now, frozen, unwell }: Shared): Folding {
  return {
    world,
    now,
    frozen,
    unwell,
    config: world.config,
    task,
    record: task.record ?? emptyRecord(task.issue.number),
    approved: true,
    spec: () => ({ ok: false, problems: [] }),
    intent: { is: 'none' },
    asked: NOT_ASKED,
    above: null,
    assignedAbove: () => null,
    blocked: null,
    nearly: [],
    untold: [],
  }
}

/** Who wrote it asked for the work: their own approval does not count. */
function proposalOf({ world, now, frozen, task, record }: Folding, guest: GuestFacts, by: Guest): Proposal {
  if (!world.config.ok) throw new Error('a proposal is judged only when the configuration can be read')
  const { app, repo, rules, files, trains, standings } = world
  return {
    app,
    now,
    frozen,
    repo,
    rules,
    config: world.config.value,
    files,
    task,
    record,
    spec: null,
    pull: guest.pull,
    claim: null,
    attempt: null,
    voucher: 'unknown',
    reviewed: NO_REVIEW,
    place: findPlace(trains, guest.pull.head.sha),
    revert: null,
    guest: by,
    inherits: () => inheritsRed(guest.pull, world, now),
    turn: path => findTurn(world, path, guest.pull),
    rival: () => null,
    requester: guest.author,
    standing: (actor): Standing => standings.get(actor.id) ?? 'none',
  }
}
