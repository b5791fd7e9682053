import { checkVoucher } from './attempt/attempt.ts'
import type { Folding } from './fold.ts'
import type { Proposal } from './gates/gate.ts'
import { findPlace } from './landing/place.ts'
import { type Inherited, inheritsRed, isMending, readRedness } from './landing/redbase.ts'
import { findRival } from './landing/rival.ts'
import { findTurn } from './landing/turn.ts'
import { judgeReview } from './review/standing.ts'
import type { PullFacts, TaskFacts } from './world.ts'

/** All that gates may ask of a pull request that shows an attempt. Only where configuration and task can be read. */
export function proposalOf(facts: Folding, pull: PullFacts, attempt: number): Proposal {
  const { world, now, config, task, record, unwell } = facts
  const spec = facts.spec()
  if (!config.ok || !spec.ok)
    throw new Error('a proposal is judged only when configuration and task can be read')
  const claim = task.claims.find(one => one.attempt === attempt) ?? null
  const { app, repo } = world
  return {
    app,
    now,
    frozen: facts.frozen,
    repo,
    rules: world.rules,
    config: config.value,
    files: world.files,
    task,
    record,
    spec: spec.value,
    pull,
    claim,
    attempt: task.attempts.get(attempt) ?? null,
    voucher: checkVoucher(task, attempt, { app, defaultBranch: repo.defaultBranch }),
    reviewed: judgeReview({ now, app, repo, config: config.value, task, record, pull, claim, unwell }),
    place: findPlace(world.trains, pull.head.sha),
    revert: null,
    guest: null,
    inherits: () => inheritsOf(task, pull, { world, now }),
    turn: path => findTurn(world, path, pull),
    rival: () => findRival(world.tasks, { task, pull, since: claim?.at ?? 0 }),
    requester: record.approval === null ? null : { ...record.approval.by, kind: 'person' },
    standing: actor => world.standings.get(actor.id) ?? 'none',
  }
}

/** What is there to mend the branch is judged with what it mends: red then, it has not. */
function inheritsOf(
  task: TaskFacts,
  pull: PullFacts,
  { world, now }: Pick<Folding, 'world' | 'now'>,
): Inherited | null {
  const inherited = inheritsRed(pull, world, now)
  if (inherited !== 'red') return inherited
  return isMending(task, world, readRedness(world, now)!) ? 'own' : 'red'
}
