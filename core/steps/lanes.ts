import type { Effect } from '../effect.ts'
import type { IntegrationFacts } from '../landing/integration.ts'
import { readLanding } from '../landing/landing.ts'
import { type Outcome, planMerges } from '../merge/planmerges.ts'
import { POLICIES } from '../merge/policy.ts'
import { EVERYTHING, type Item, type Run, type Snapshot } from '../merge/snapshot.ts'
import type { Move } from '../move.ts'
import type { TaskId } from '../names.ts'
import { isManifest } from '../paths/manifest.ts'
import { scopesMeet } from '../paths/overlap.ts'
import { type Coupling, escapePattern } from '../schedule/scope.ts'
import { findReady, type Ready } from '../train.ts'
import type { World } from '../world.ts'
import { keepAlone } from './train.ts'

/** Where pull requests that have nothing to do with one another land side by side. */
export function runsLanes({ rules, repo: { methods }, config }: World): boolean {
  return config.ok && readLanding({ rules, methods, merge: config.value.merge }).path === 'lanes'
}

/**
 * Who may land now lands; who touches what has landed since its CI ran is brought up to date first, which runs its CI on that; the
 * others wait for those ahead of them in their lane.
 */
export function steerLanes(
  effects: readonly Effect[],
  moves: readonly Move[],
  world: World,
): readonly Effect[] {
  const ready = findReady(moves)
  const { land, start } = planLanes(world, ready)
  // Our squashed promotion comes back first: what lands on top of it then stands on the default branch.
  const free = world.integration?.lacks !== 'squashed'
  const landing = new Set<TaskId>((free ? land : []).flatMap(({ members }) => members.map(item => item.id)))
  // A run judges one pull request: who would be judged together with one ahead waits until that has landed.
  const alone = new Set(start.flatMap(({ members }) => (members.length === 1 ? members[0]!.id : [])))
  const updates = ready.flatMap(({ move, pull }): Effect[] =>
    alone.has(move.facts.task.id)
      ? [{ do: 'update', task: move.facts.task.id, pull: pull.number, head: pull.head.sha }]
      : [],
  )
  const isReady = (task: TaskId) => ready.some(({ move }) => move.facts.task.id === task)
  // Who is judged again as the branch was red has nothing to do with who is ahead.
  const renewed = effects.filter(
    effect => effect.do === 'update' && effect.task !== null && !isReady(effect.task),
  )
  const own = effects.filter(effect => effect.do !== 'update' || effect.task === null)
  return [...keepAlone(own, landing), ...renewed, ...updates]
}

/** What the merge planner makes of it: the same that `chorus simulate merge --policy lanes` replays. */
export function planLanes(world: World, ready: readonly Ready[]): Outcome {
  const { integration, ledger } = world
  const { couplings } = ledger.controls
  const landed = (integration?.landed ?? []).map(one => ({
    key: one.sha,
    surface: surfaceOf(one.files, couplings),
  }))
  const snapshot: Snapshot = {
    policy: POLICIES.lanes,
    queue: ready.map(one => itemOf(one, couplings)),
    landed,
    runs: integration === null ? [] : ready.flatMap(one => runOf(one, integration)),
    slots: Number.POSITIVE_INFINITY,
    window: POLICIES.lanes.window.start,
    collisions: world.collisions,
    coupled: new Set(),
    frozen: false,
  }
  return planMerges(snapshot)
}

function itemOf({ move, pull }: Ready, couplings: readonly Coupling[]): Item {
  const files =
    pull.changes?.flatMap(({ path, previous }) => (previous === null ? path : [path, previous])) ?? null
  const surface = surfaceOf(files, couplings)
  return { id: move.facts.task.id, key: pull.head.sha, parents: [], surface, rank: pull.number, failures: 0 }
}

/** Its own CI has judged it on what was landed when it left the branch, or was last brought up to date. */
function runOf({ pull }: Ready, { landed, from }: IntegrationFacts): Run[] {
  const after = pull.mergeBase === from ? 0 : landed.findIndex(one => one.sha === pull.mergeBase) + 1
  if (after === 0 && pull.mergeBase !== from) return []
  return [{ id: String(pull.number), members: [pull.head.sha], after, state: 'passed' }]
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
