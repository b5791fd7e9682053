import type { Effect } from '../effect.ts'
import { touchedPaths } from '../gates/paths.ts'
import { findInLanes, surfaceOf } from '../landing/lanes.ts'
import { findPlace, printPlace, printTook, withoutExpected } from '../landing/place.ts'
import { isNear as touchesSame } from '../merge/edges.ts'
import type { Move } from '../move.ts'
import type { TaskId } from '../names.ts'
import { findReady, type Ready } from '../train.ts'
import { writeAboard, writeBehind, writeTurn } from '../words/behind.ts'
import type { GateText } from '../words/gate.ts'
import type { World } from '../world.ts'

/**
 * Who could land but for others of its lane says so: every gate passes, so nothing else writes what its gate says, and that would
 * still be what it waited for before.
 * @param kept what is left of `planned`
 */
export function tellBehind(
  planned: readonly Effect[],
  kept: readonly Effect[],
  { world, moves }: { world: World; moves: readonly Move[] },
): Effect[] {
  const [could, lands] = [landingOf(planned), landingOf(kept)]
  const goes = new Set([...lands, ...kept.flatMap(effect => (effect.do === 'update' ? effect.pull : []))])
  if (could.every(pull => goes.has(pull))) return []
  const ready = findInLanes(moves)
  const waiting = ready.filter(({ pull: { number } }) => could.includes(number) && !goes.has(number))
  return waiting.flatMap(one => tell(one, explain(one, { ready, lands, world })))
}

/**
 * The same of one that could land but for a train that goes first. Its gate may even be green, where a process did not live to end a
 * landing: then anybody who may push could merge it.
 */
export function tellTurn(
  planned: readonly Effect[],
  kept: readonly Effect[],
  { world, moves }: { world: World; moves: readonly Move[] },
): Effect[] {
  const could = landingOf(planned)
  // What lands now puts all others behind: they come to their turn with the next look.
  if (could.length === 0 || landingOf(kept).length > 0) return []
  const ready = findReady(moves)
  const aboard = new Set(world.trains.flatMap(({ members }) => members ?? []))
  const first = ready.flatMap(({ pull }) => (aboard.has(pull.head.sha) ? pull.number : []))
  const waiting = ready.filter(({ pull }) => could.includes(pull.number))
  return waiting.flatMap(one => tell(one, explainTurn(one, { first, world })))
}

/** A longer train that is begun beside the first may take along who was judged alone. Null where nobody goes first. */
function explainTurn(
  one: Ready,
  { first, world }: { first: readonly number[]; world: World },
): GateText | null {
  const ahead = first.filter(number => number !== one.pull.number)
  return explainPlace(one, world) ?? (ahead.length === 0 ? null : writeTurn(ahead))
}

function landingOf(effects: readonly Effect[]): number[] {
  return effects.flatMap(effect => (effect.do === 'land' ? effect.pull : []))
}

/** `lands`: pull requests that land now. */
type Around = { ready: readonly Ready[]; lands: readonly number[]; world: World }

function tell({ pull, move }: Ready, text: GateText | null): Effect[] {
  if (text === null) return []
  const key = `behind: ${withoutExpected(text.summary).length} ${text.title}`
  const said = pull.gate?.conclusion === null ? pull.gate.key : null
  if (said !== null && withoutExpected(said) === withoutExpected(key)) return []
  const check = pull.gate?.conclusion === null ? pull.gate.id : null
  const task: TaskId | null = move.facts.task.id
  return [{ do: 'gate', task, pull: pull.number, head: pull.head.sha, check, conclusion: null, key, ...text }]
}

/** Null where it stands in no combination that is being judged. */
function explainPlace({ pull }: Ready, { trains }: World): GateText | null {
  const place = findPlace(trains, pull.head.sha)
  return place === null ? null : writeAboard(printPlace(place, pull))
}

/** Null where it comes to its turn with the next look. */
function explain(one: Ready, { ready, lands, world }: Around): GateText | null {
  const { pull } = one
  const place = explainPlace(one, world)
  if (place !== null) return place
  const ahead = ready.filter(other => other.pull.number < pull.number && isNear(other.pull, pull, world))
  if (ahead.length === 0 || ahead.some(other => lands.includes(other.pull.number))) return null
  const theirs = new Set(ahead.flatMap(other => pathsOf(other.pull) ?? []))
  const shared = (pathsOf(pull) ?? []).filter(path => theirs.has(path))
  return writeBehind({ ahead: ahead.map(other => other.pull.number), shared, took: printTook(pull) })
}

function isNear(a: Ready['pull'], b: Ready['pull'], { ledger }: World): boolean {
  const [ours, theirs] = [a, b].map(pull => ({
    surface: surfaceOf(pathsOf(pull), ledger.controls.couplings),
  }))
  return touchesSame(ours!, theirs!)
}

function pathsOf({ changes }: Ready['pull']): string[] | null {
  return changes === null ? null : touchedPaths(changes)
}
