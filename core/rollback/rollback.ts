import { showsPlan } from '../attempt/attempt.ts'
import type { Effect } from '../effect.ts'
import type { Ledger, TaskRecord } from '../ledger.ts'
import { printRevertBranch } from '../names.ts'
import type { Command } from '../people/command.ts'
import type { Held } from '../people/orders.ts'
import * as words from '../words/rollback.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { findBehind, isLanded } from './behind.ts'
import { keepHotfixes } from './hotfix.ts'
import { isNeedless } from './needless.ts'
import { isReverted } from './reverted.ts'

/**
 * A bad landing is taken back together with all that landed on top of it: the newest first, each by a pull request of its own that
 * passes the gates, and only what a person has seen listed and confirmed. What builds on it waits meanwhile; then its issue is
 * open again, and blocks them as it did before it landed.
 */
export type Rollback = NonNullable<TaskRecord['rollback']>
type Listed = Rollback['pulls'][number]

/** What taking that landing back means now, newest landing first; the bad one, on which the others build, is the last. */
export function listLandings(tasks: readonly TaskFacts[], bad: TaskFacts): Listed[] {
  const top = findBehind(tasks, bad.issue.number).filter(isLanded)
  // A landing closes its issue. Who landed in the same second builds on what is nearer to the bad one.
  const newest = top
    .map((task, near) => ({ task, near, at: task.issue.closedAt ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => b.at - a.at || b.near - a.near)
  return [...newest.map(({ task }) => task), bad].map(({ issue, pull }) => ({
    issue: issue.number,
    pull: pull!.number,
  }))
}

/** Who would wait while that landing is taken back. */
export function listOpenBehind(tasks: readonly TaskFacts[], bad: TaskFacts): number[] {
  const open = findBehind(tasks, bad.issue.number).filter(one => one.issue.state === 'open' && !isLanded(one))
  return open.map(({ issue }) => issue.number).toSorted((a, b) => a - b)
}

/** So long a closed issue is in view, with what landed for it. Milliseconds. */
const IN_VIEW = 7 * 86_400_000

/** Others may have landed on top of it that are not in view any more. */
export function isOld({ issue }: TaskFacts, now: Instant): boolean {
  return now - (issue.closedAt ?? now) > IN_VIEW
}

type Rolling = Extract<Command, { say: 'rollback' }>

/** Why this does nothing as things are; null when it does something. */
export function explainRollback(
  { step }: Rolling,
  { task, at, tasks }: { task: TaskFacts; at: Instant; tasks: readonly TaskFacts[] },
): string | null {
  const known = task.record?.rollback ?? null
  if (step === 'unclear') return words.UNCLEAR
  if (step === 'cancel') return known === null ? words.NOTHING_PROPOSED : null
  if (!isLanded(task)) return words.NOT_LANDED
  if (isUnderWay(task)) return words.UNDER_WAY
  const now = listLandings(tasks, task)
  const plan = tasks.find(one => now.some(({ issue }) => issue === one.issue.number) && showsPlan(one))
  if (plan !== undefined) return words.explainPlan(plan.issue.number)
  if (step === 'propose') return null
  // In the same comment nobody has read yet what it means.
  if (known === null || known.at > at) return words.NOTHING_PROPOSED
  return JSON.stringify(known.pulls) === JSON.stringify(now) ? null : words.CHANGED
}

/** Confirmed, and not all of it taken back yet; with that its issue is to be open again. */
export function isUnderWay({ issue, pull, record }: TaskFacts): boolean {
  if (record === null || !isConfirmed(record.rollback)) return false
  return isAbout(record.rollback, { issue, pull, record })
}

function isAbout(
  { pulls }: Rollback,
  { issue, pull, record }: Pick<TaskFacts, 'issue' | 'pull' | 'record'>,
): boolean {
  return pulls.some(one => one.pull === pull?.number) || isToReopen({ issue, record })
}

function isConfirmed(rollback: TaskRecord['rollback']): rollback is Rollback {
  return rollback !== null && rollback.confirmed !== null
}

/** Its landing was taken back since it was closed. */
export function isToReopen({ issue, record }: Pick<TaskFacts, 'issue' | 'record'>): boolean {
  if (record === null || record.undone === null || issue.state === 'open') return false
  return (issue.closedAt ?? 0) <= record.undone.at
}

/** Pull requests that somebody wants taken back, or wanted once, and when that was last confirmed. */
export function listConfirmed({ records }: Pick<Ledger, 'records'>): ReadonlyMap<number, Instant> {
  const confirmed = new Map<number, Instant>()
  for (const { rollback, cancelled } of records.values()) {
    for (const one of [rollback, cancelled].filter(isConfirmed)) {
      const { at } = one.confirmed!
      for (const { pull } of one.pulls) confirmed.set(pull, Math.max(at, confirmed.get(pull) ?? 0))
    }
  }
  return confirmed
}

/** Issues that stay in view until all that was confirmed is taken back, however long that waits. */
export function listInvolved(record: TaskRecord): number[] {
  const known = findConfirmed(record)
  if (known === null || record.undone?.pull === known.pulls.at(-1)?.pull) return []
  return known.pulls.map(({ issue }) => issue)
}

/** What is taken back, or was until somebody ended that. */
function findConfirmed({ rollback, cancelled }: TaskRecord): Rollback | null {
  return isConfirmed(rollback) ? rollback : cancelled
}

/**
 * What the rollbacks that are under way mean to each task, by issue. `heard`: the record of a task with what was said since, by its
 * place: who has just ended it sees nothing of it land any more. What had landed by then is known to be gone all the same.
 */
export function readRollbacks(
  { tasks, ledger, app }: World,
  heard: (place: number) => TaskRecord | null,
): ReadonlyMap<number, Held> {
  const held = new Map<number, Held>()
  for (const record of ledger.records.values()) {
    const { issue, cancelled } = record
    const rollback = findConfirmed(record)
    // Most passes end here: tasks at rest are not to be looked at.
    const place = rollback === null ? -1 : tasks.findIndex(one => one.issue.number === issue)
    const bad = tasks[place]
    if (rollback === null || bad === undefined || !isAbout(rollback, bad)) continue
    const goesOn = rollback !== cancelled && isConfirmed(heard(place)?.rollback ?? null)
    const meant = goesOn ? tasks : tasks.filter(one => isReverted(one, issue, { tasks }))
    holdAll(held, meant, { bad, rollback, botId: app.botId })
  }
  return held
}

type Rolled = { bad: TaskFacts; rollback: Rollback; botId: number }

function holdAll(
  held: Map<number, Held>,
  tasks: readonly TaskFacts[],
  { bad, rollback, botId }: Rolled,
): void {
  const { pulls, confirmed } = rollback
  const because = bad.issue.number
  const behind = findBehind(tasks, because)
  const isListed = ({ pull }: TaskFacts) => pulls.some(one => one.pull === pull!.number)
  const foreign = [bad, ...behind].find(task => isLanded(task) && !isListed(task))
  const unseen = pulls.find(one => !tasks.some(({ issue }) => issue.number === one.issue))
  // Exactly what was confirmed, whatever became of the links since.
  const isThere = ({ pull: number }: Listed) =>
    tasks.some(task => isLanded(task) && task.pull!.number === number)
  const there = pulls.filter(isThere)
  // What this app found is red together, and only green without all of it: the last that was found takes the others along.
  const along = confirmed!.by.id === botId
  const [next, ...later] = along ? there.toReversed() : there
  if (next !== undefined) {
    const said = { is: 'undoing', ...confirmed!, because, along: false } as const
    const trouble =
      foreign !== undefined
        ? words.explainForeign(because, foreign.issue.number)
        : unseen && words.explainUnseen(because, unseen.issue)
    held.set(next.issue, { ...said, why: trouble ?? words.explainTurn(because), turn: trouble === undefined })
    for (const one of later) {
      const why = along ? words.explainAlong(because) : words.explainLater(because, next.pull)
      held.set(one.issue, { ...said, why, turn: false, along })
    }
  }
  for (const task of behind) {
    if (isLanded(task) || held.has(task.issue.number)) continue
    held.set(task.issue.number, { is: 'stopped', why: words.explainBuilt(because) })
  }
}

/** The task without a pull request whose landing was taken back: it says nothing of the task any more. */
export function forgetUndone<T extends Pick<TaskFacts, 'pull' | 'revert'>>(
  task: T,
  record: TaskRecord | null,
): T {
  const undone = record?.undone?.pull
  return undone === undefined || task.pull?.number !== undone ? task : { ...task, pull: null, revert: null }
}

/** What is due about bad landings beyond what becomes of each task. */
export function mendLandings(world: World, held: ReadonlyMap<number, Held>): Effect[] {
  return [...keepHotfixes(world), ...dropReverts(world, held)]
}

/** Branches of reverts that nobody wants (any more), which closes their pull requests. Where some record cannot be read, nobody knows who wants what. */
function dropReverts(world: World, held: ReadonlyMap<number, Held>): Effect[] {
  const { reverts, tasks, ledger } = world
  if (reverts.size === 0 || ledger.broken.records.size > 0) return []
  const wanted = tasks
    .filter(task => {
      const order = held.get(task.issue.number)
      return order?.is === 'undoing' && !order.along && !isNeedless(task, world)
    })
    .map(({ pull }) => pull?.number)
  return [...reverts]
    .filter(([pull]) => !wanted.includes(pull))
    .map(([pull, sha]) => ({ do: 'drop-branch', task: null, branch: printRevertBranch(pull), sha }))
}
