import { REDS_ALONE } from '../gates/checks.ts'
import { isUnderWay } from '../gates/running.ts'
import { isInherited as isInheritedVerdict } from '../gates/verdict.ts'
import { type Outcome, planMerges } from '../merge/planmerges.ts'
import { fixed, POLICIES, type Policy } from '../merge/policy.ts'
import { EVERYTHING, type Item, type Run } from '../merge/snapshot.ts'
import type { Move } from '../move.ts'
import { isManifest } from '../paths/manifest.ts'
import { scopesMeet } from '../paths/overlap.ts'
import { type Coupling, escapePattern } from '../schedule/scope.ts'
import { findReady, judgeTrain, type Ready } from '../train.ts'
import type { Instant, PullFacts, Sha, World } from '../world.ts'
import { readJudgement } from './judgement.ts'
import { readLanding } from './landing.ts'
import { inheritsRed, readRedness } from './redbase.ts'
import type { TrainFacts } from './trainfacts.ts'

/** Where pull requests that have nothing to do with one another land side by side. */
export function runsLanes({
  rules,
  repo: { methods },
  config,
}: Pick<World, 'rules' | 'repo' | 'config'>): boolean {
  return config.ok && readLanding({ rules, methods, merge: config.value.merge }).path === 'lanes'
}

/** Whom the merge job has still to judge by itself is not ready for more, as one whose first CI is at work. */
export function findInLanes(moves: readonly Move[]): Ready[] {
  return findReady(moves).filter(({ act }) => act.do !== 'judge')
}

/** In the way of those behind, though it cannot land at this moment: its own CI is at work anew, or GitHub is still thinking. */
export type Judging = Pick<Ready, 'move' | 'pull'>

/** Judgements under way at once: combinations, which people see as pull requests, and what was brought up to date. */
export const LANES_AT_ONCE = 10

/** So long after it was brought up to date its CI may begin; later it is in nobody's way. Milliseconds. */
const BEGINS = 15 * 60_000

/** So long GitHub may think whether it merges: some it never tells until somebody pushes. Milliseconds. */
const THINKS = 15 * 60_000

export function findJudging(
  moves: readonly Move[],
  { judge }: Pick<World, 'judge'>,
  now: Instant,
): Judging[] {
  return moves.flatMap(move => {
    if (move.state.is !== 'proposed') return []
    const { pull, verdicts } = move.state
    const closed = verdicts.all.filter(({ verdict }) => verdict.is !== 'pass')
    const isSoon = closed.every(
      ({ gate, verdict }) =>
        verdict.is === 'wait' &&
        ((gate === 'conflict' && isThinking(pull, now)) ||
          (gate === 'checks' && !isInheritedVerdict(verdict) && isAnew(pull, judge, now))),
    )
    return isSoon && closed.length > 0 ? [{ move, pull }] : []
  })
}

function isThinking({ mergeable, unsure }: PullFacts, now: Instant): boolean {
  return mergeable === null && now - (unsure ?? now) < THINKS
}

/** Brought up to date by us, and its CI, or the merge job, is at work or about to begin. */
function isAnew({ checks, judged, gate, layers }: PullFacts, judge: World['judge'], now: Instant): boolean {
  const since = gate?.at ?? now
  if (layers.length === 1) return false
  if (now - since < BEGINS || isUnderWay(checks, since, now)) return true
  const { is } = readJudgement({ judged, reds: REDS_ALONE, now })
  return judge !== null && (is === 'due' || is === 'running')
}

type Queued = { ready: readonly Ready[]; judging: readonly Judging[]; now: Instant }

/** What the merge planner makes of it: the same that `chorus simulate merge --policy lanes` replays. */
export function planLanes(world: World, { ready, judging, now }: Queued): Outcome {
  const { couplings } = world.ledger.controls
  const policy = policyOf(world, now)
  const reds = new Set(listReds(world, now).flatMap(({ members }) => members ?? []))
  const waiting = new Set(judging.map(({ pull }) => pull.head.sha))
  return planMerges({
    policy,
    queue: [...ready, ...judging].map(one => itemOf(one, { couplings, reds })),
    landed: listLanded(world, couplings),
    runs: [
      ...ready.flatMap(one => runOf(one, world, 'passed')),
      ...judging.flatMap(one => runOf(one, world, 'running')),
      ...world.trains.flatMap(train => trainRun(train, { world, waiting, now })),
    ],
    slots: LANES_AT_ONCE,
    window: policy.window.start,
    collisions: world.collisions,
    coupled: new Set(),
    frozen: false,
  })
}

/** Where nothing new is combined, everybody is planned by himself, however many wait; what is under way stays. */
function policyOf(world: World, now: Instant): Policy {
  const most = world.config.ok ? world.config.value.merge.together : 1
  const { lanes } = POLICIES
  const scarce = combines(world, now) ? lanes.batch.scarce : Number.POSITIVE_INFINITY
  return { ...lanes, batch: { most, scarce }, window: fixed(most) }
}

/** Nobody knows whether another one would come to an end; and on a red branch all would be red. Then it is one by one. */
export function combines(world: World, now: Instant): boolean {
  const isBroken = world.trains.some(train => judgeTrain(world, train, now) === 'broken')
  return world.combines && !isBroken && readRedness(world, now) === null
}

/** Under the heads that combinations know; what somebody pushed, or landed by several commits, under its own name. */
function listLanded({ integration, tasks }: World, couplings: readonly Coupling[]) {
  const heads = new Map(
    tasks.flatMap(({ pull }) =>
      pull?.state === 'merged' && pull.mergedSha !== null ? [[pull.mergedSha, pull.head.sha] as const] : [],
    ),
  )
  return (integration?.landed ?? []).map(({ sha, files }) => ({
    key: heads.get(sha) ?? sha,
    surface: surfaceOf(files, couplings),
  }))
}

type Known = { couplings: readonly Coupling[]; reds: ReadonlySet<Sha> }

/** What was red, with others or by itself, is looked at alone: nobody is made to stand on it meanwhile. */
function itemOf({ move, pull }: Judging, { couplings, reds }: Known): Item {
  const [, ...before] = pull.layers
  const wasRed = before.some(head => reds.has(head)) || isRedOnce(pull)
  return {
    id: move.facts.task.id,
    key: pull.head.sha,
    parents: [],
    surface: surfaceOf(filesOf(pull), couplings),
    rank: pull.number,
    failures: wasRed ? 1 : 0,
  }
}

/** And asked again, or about to be. */
function isRedOnce({ checks, judged, layers }: PullFacts): boolean {
  const isRed = checks.some(({ conclusion, job }) => conclusion === 'failure' || (job?.tries ?? 1) > 1)
  return layers.length > 1 && (isRed || judged.some(({ verdict }) => verdict === 'failed'))
}

/** Combinations that are red, and not because the branch was. */
export function listReds(world: World, now: Instant): readonly TrainFacts[] {
  return world.trains.filter(
    train => judgeTrain(world, train, now) === 'failed' && !isInherited(train, world, now),
  )
}

function filesOf({ changes }: PullFacts): readonly string[] | null {
  return changes?.flatMap(({ path, previous }) => (previous === null ? path : [path, previous])) ?? null
}

/** Its own CI judges it on what was landed when it left the branch, or was last brought up to date. */
function runOf({ pull }: Judging, { integration }: World, state: Run['state']): Run[] {
  const after = placeOf(integration, pull.mergeBase)
  return after === null ? [] : [{ id: String(pull.number), members: [pull.head.sha], after, state }]
}

type Seen = { world: World; waiting: ReadonlySet<Sha>; now: Instant }

/** Green, it is awaited until the CI that its members had of their own has ended, as without that none of them may land. */
function trainRun(train: TrainFacts, { world, waiting, now }: Seen): Run[] {
  const { branch, members, base } = train
  const after = placeOf(world.integration, base)
  const state = judgeTrain(world, train, now)
  if (members === null || after === null || state === null || isInherited(train, world, now)) return []
  const isEarly = state === 'passed' && members.some(head => waiting.has(head))
  return [{ id: branch, members, after, state: isEarly ? 'running' : state }]
}

/** Red as the branch was: it says nothing about its members. */
export function isInherited(train: TrainFacts, world: World, now: Instant): boolean {
  if (world.integration === null || judgeTrain(world, train, now) !== 'failed') return false
  const { branch } = world.integration
  return inheritsRed({ base: { branch }, mergeBase: train.base, layers: [train.head] }, world, now) !== null
}

/** How many had landed on that commit; null where it is out of sight. */
function placeOf(integration: World['integration'], commit: Sha | null): number | null {
  if (integration === null || commit === null) return null
  const place = integration.landed.findIndex(({ sha }) => sha === commit) + 1
  return place > 0 || commit === integration.from ? place : null
}

/**
 * Files; what many files depend on has to do with all. Two patterns of which experience says that who writes the one writes the
 * other too are one place.
 */
export function surfaceOf(
  files: readonly string[] | null,
  couplings: readonly Coupling[],
): readonly string[] {
  if (files === null || files.some(isManifest)) return [EVERYTHING]
  const written = files.map(escapePattern)
  const coupled = couplings.flatMap(([a, b], i) =>
    scopesMeet(written, [a, b]) === null ? [] : `coupled ${i}`,
  )
  return [...files, ...coupled]
}
