import type { Effect } from './effect.ts'
import { judgeCi } from './gates/checks.ts'
import type { Ci } from './gates/counted.ts'
import { isUnderWay } from './gates/running.ts'
import { isInherited } from './gates/verdict.ts'
import { readJudgement } from './landing/judgement.ts'
import { listCame } from './landing/pace.ts'
import type { TrainFacts } from './landing/trainfacts.ts'
import { type Outcome, planMerges } from './merge/planmerges.ts'
import { POLICIES, together } from './merge/policy.ts'
import { EVERYTHING, type Item, type Run } from './merge/snapshot.ts'
import { readWindow } from './merge/window.ts'
import type { Move } from './move.ts'
import type { Instant, PullFacts, World } from './world.ts'

/**
 * A proposal that passes every gate, but perhaps is behind the base, or was not judged yet by the merge job; `act`: what it would
 * do if it were alone.
 */
export type Ready = { move: Move; pull: PullFacts; act: Extract<Effect, { do: 'land' | 'update' | 'judge' }> }

export function findReady(moves: readonly Move[]): Ready[] {
  return moves.flatMap(move => {
    const act = move.acts.find(one => one.do === 'land' || one.do === 'update' || one.do === 'judge')
    if (act === undefined || move.state.is !== 'proposed') return []
    const { pull, verdicts } = move.state
    // Judged again by itself, it is not ready yet.
    if (verdicts.all.some(line => isInherited(line.verdict))) return []
    // What people have still to look at, and what is being looked at by itself, goes with nobody.
    const isForOthers = verdicts.all.every(line => line.verdict.is === 'pass' || line.gate === 'checks')
    if (act.do === 'judge' && (!isForOthers || isBySelf(pull))) return []
    return [{ move, pull, act }]
  })
}

/** Brought up to date or judged already: red with others, its own pull request is where its agent looks. */
function isBySelf({ layers, judged }: PullFacts): boolean {
  return layers.length > 1 || judged.length > 0
}

/** Combinations under way at once: each is a pull request that people see. */
const AT_ONCE = 4

/**
 * What the merge planner makes of it. A single proposal is no train: what is judged of it alone is its own pull request,
 * which counts when it is up to date.
 */
export function planTrains(world: World, ready: readonly Ready[], now: Instant): Outcome {
  const most = world.config.ok ? world.config.value.merge.together : 1
  const policy = { ...POLICIES.train, batch: { most, scarce: null }, window: together(most) }
  const current = ready.filter(({ pull, act }) => pull.current === true && act.do === 'land')
  return planMerges({
    policy,
    queue: ready.map(one => itemOf(one, world.trains)),
    landed: [],
    runs: [
      ...world.trains.flatMap(train => runOf(world, train, now) ?? []),
      ...current.map(({ pull }): Run => ({ id: '', members: [pull.head.sha], after: 0, state: 'passed' })),
    ],
    slots: AT_ONCE,
    window: readWindow(policy, listCame(world.tasks, now)),
    collisions: world.collisions,
    coupled: new Set(),
    frozen: false,
  })
}

/** Who is in a train that is under way keeps his place; then who is up to date, as his landing needs no CI; then by age. */
function itemOf({ move, pull }: Ready, trains: readonly TrainFacts[]): Item {
  const key = pull.head.sha
  const longest = trains
    .map(train => train.members ?? [])
    .reduce((best, members) => (members.length > best.length ? members : best), [])
  const place = longest.indexOf(key)
  const rank = place >= 0 ? place - 2e9 : pull.current === true ? pull.number - 1e9 : pull.number
  return { id: move.facts.task.id, key, parents: [], surface: [EVERYTHING], rank, failures: 0 }
}

function runOf(world: World, train: TrainFacts, now: Instant): Run | null {
  const state = judgeTrain(world, train, now)
  return state === null ? null : { id: train.branch, members: train.members ?? [], after: 0, state }
}

/**
 * So long after the last check began, with none under way, nothing more is expected to come: a required check was cancelled,
 * or never reports. Less would give up between two jobs of which one waits for the other. Milliseconds.
 */
const SILENT = 60 * 60_000

/** Nothing but that: it says nothing of who is to blame, and to look for that by halves might take as long each time. */
function isOutOfTime(ci: Ci): boolean {
  const ended = ci.checks.filter(({ conclusion }) => conclusion !== 'timed_out')
  return judgeCi({ ...ci, checks: ended }).is !== 'refuse'
}

/** `broken`: its CI has come to no end, and will come to none by itself. Null: not a word about what would land now. */
export function judgeTrain(world: World, train: TrainFacts, now: Instant): Run['state'] | null {
  const { members, pull, checks, judged, at } = train
  if (members === null || members.length === 0 || pull === null || !world.config.ok) return null
  const { rules, config } = world
  const ci = { rules, config: config.value, checks, judged, reds: 1, since: at, now }
  const { is } = judgeCi(ci)
  if (is === 'pass') return 'passed'
  if (is === 'refuse') return isOutOfTime(ci) ? 'broken' : 'failed'
  if (config.value.merge.judge === 'job') {
    const judgement = readJudgement({ judged, reds: 1, now })
    if (judgement.is === 'silent') return 'broken'
    if (judgement.is !== 'passed') return 'running'
  }
  const heard = Math.max(at, ...checks.map(check => check.startedAt))
  return isUnderWay(checks, at, now) || now - heard < SILENT ? 'running' : 'broken'
}
