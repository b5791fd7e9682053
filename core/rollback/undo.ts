import { newestClaim } from '../attempt/attempt.ts'
import type { Config } from '../config/config.ts'
import type { Folding } from '../fold.ts'
import type { Proposal, Verdicts } from '../gates/gate.ts'
import { judge } from '../gates/registry.ts'
import { emptyRecord, type TaskRecord } from '../ledger.ts'
import type { Undoing } from '../people/orders.ts'
import type { Projection } from '../project.ts'
import type { TaskState } from '../state.ts'
import { explainBlocking } from '../words/ask.ts'
import { explainConfig } from '../words/config.ts'
import { explainControls } from '../words/ledger.ts'
import {
  explainClash,
  explainRevertClosed,
  HOST_SILENT,
  REVERT_IS_MADE,
  REVERT_IS_NEEDLESS,
} from '../words/rollback.ts'
import type { PullFacts, RevertFacts, Sha, TaskFacts, World } from '../world.ts'
import { sendBack } from './culprit.ts'
import { isNeedless } from './needless.ts'
import { isReverted } from './reverted.ts'
import { findRivals } from './rivals.ts'

/** One landing on its way back. */

type State = Extract<TaskState, { is: 'undoing' }>

export function foldUndoing(facts: Folding, landed: { pull: PullFacts; sha: Sha }, order: Undoing): State {
  const state = { is: 'undoing', ...landed, order } as const
  const { config, world } = facts
  const { controls } = world.ledger.broken
  if (controls !== null) return { ...state, why: explainControls(controls), revert: 'none' }
  if (!config.ok) return { ...state, why: explainConfig(config.problems), revert: 'none' }
  if (!order.turn) return { ...state, why: order.why, revert: 'none' }
  if (isNeedless(facts.task, world)) return { ...state, why: REVERT_IS_NEEDLESS, revert: 'none' }
  const { revert } = facts.task
  if (landed.pull.mergedSha === null) return { ...state, why: HOST_SILENT, revert: 'none' }
  if (revert === null) return { ...state, why: REVERT_IS_MADE, revert: 'missing' }
  if (revert === 'clash') return { ...state, why: clashOf(facts), revert: 'none' }
  if (revert.pull.state !== 'open') return { ...state, why: explainRevertClosed(revert.pull), revert: 'none' }
  const verdicts = judge(proposalOf(facts, config.value, { revert, order }))
  return { ...state, why: writeVerdicts(revert.pull, verdicts), revert: { pull: revert.pull, verdicts } }
}

function clashOf({ world, task, record }: Folding): string {
  const along = (record.rollback?.pulls ?? []).map(({ pull }) => pull)
  const isListed = ({ pull }: TaskFacts) =>
    pull === task.pull ||
    (task.revert === 'clash' && isOurs(record, world) && along.includes(pull?.number ?? 0))
  const pulls = world.tasks.filter(isListed).flatMap(({ pull }) => pull ?? [])
  const shas = pulls.flatMap(({ mergedSha }) => mergedSha ?? [])
  return explainClash(
    pulls.map(({ number }) => number),
    findRivals(world.integration?.landed ?? [], shas),
  )
}

function isOurs({ rollback }: TaskRecord, { app }: World): boolean {
  return rollback?.confirmed?.by.id === app.botId
}

function writeVerdicts({ number }: PullFacts, { blocking }: Verdicts): string {
  return blocking === null ? `#${number} passes every gate` : `#${number}: ${explainBlocking(blocking)}`
}

/** Judged by itself: what was said of the landing, or approved for it, counts for nothing here. */
function proposalOf(
  { world, now, frozen, task }: Folding,
  config: Config,
  { revert, order }: { revert: RevertFacts; order: Undoing },
): Proposal {
  return {
    app: world.app,
    now,
    frozen,
    repo: world.repo,
    rules: world.rules,
    config,
    files: world.files,
    task,
    record: emptyRecord(task.issue.number),
    spec: null,
    pull: revert.pull,
    claim: null,
    attempt: null,
    voucher: 'unknown',
    reviewed: { is: 'unasked', why: 'not asked of a revert' },
    place: null,
    revert,
    guest: null,
    inherits: () => null,
    turn: () => ({ ahead: [], clashes: null }),
    rival: () => null,
    requester: { ...order.by, kind: 'person' },
    standing: actor => world.standings.get(actor.id) ?? 'none',
  }
}

/** Once its revert has landed the task is as if it had never: to be begun afresh when a person says so, or once by itself where nobody did. */
export function takeUndone(
  task: TaskFacts,
  projection: Projection,
  { order: { by, at, because }, world, now }: Pick<Folding, 'world' | 'now'> & { order: Undoing },
): Projection {
  const { pull } = task
  if (pull === null || !isReverted(task, because, world)) return projection
  const newest = newestClaim(task)?.attempt ?? 0
  const { revisions } = projection.record
  // With lanes its issue may have been closed since, by a promotion that was under way when somebody confirmed this.
  const gone = world.integration === null ? at : now
  const again = by.id === world.app.botId ? sendBack(task, projection.record, world, now) : null
  const record: TaskRecord = {
    ...projection.record,
    undone: { by, at: gone, pull: pull.number, because },
    stopped: again === null ? { by, at: gone } : null,
    revisions: again === null ? revisions : [...revisions, again],
    voidThrough: newest,
    countFrom: newest,
  }
  return { ...projection, record, changed: true }
}
