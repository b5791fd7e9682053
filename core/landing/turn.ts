import { GATE_NAMES } from '../gates/gate.ts'
import { printPair } from '../merge/snapshot.ts'
import type { PullFacts, World } from '../world.ts'
import type { LandingPath } from './table.ts'

/**
 * Who comes before it, of those that only wait to be judged on the newest commit, by pull request; `clashes`: one of these with which
 * it does not merge.
 */
export type Turn = { ahead: readonly number[]; clashes: number | null }

type Among = Pick<World, 'tasks' | 'trains' | 'collisions'>

/** As their own gates say it. By trains in the order of pull requests, once one is under way; one by one in that of tasks. */
export function findTurn(
  { tasks, trains, collisions }: Among,
  path: LandingPath,
  { number, head }: Pick<PullFacts, 'number' | 'head'>,
): Turn {
  const aboard = new Set(trains.flatMap(({ members }) => members ?? []))
  if (path === 'train' && aboard.size === 0) return { ahead: [], clashes: null }
  const own = tasks.findIndex(({ pull }) => pull?.number === number)
  const at = own < 0 ? tasks.length : own
  const ahead = listOpen(tasks).flatMap(({ pull, place, comes, waits }) => {
    if (pull.number === number) return []
    const isEarlier = path === 'train' ? pull.number < number : place < at
    return comes || aboard.has(pull.head.sha) || (waits && isEarlier) ? pull : []
  })
  const rival = ahead.find(other => collisions.has(printPair(other.head.sha, head.sha)))
  return { ahead: ahead.map(one => one.number), clashes: rival?.number ?? null }
}

/** An open one. `place`: of its task; `comes`: it was brought up to date for its turn; `waits`: for that. */
type Open = { pull: PullFacts; place: number; comes: boolean; waits: boolean }

/** Everybody who waits asks for all of them. */
function listOpen(tasks: World['tasks']): readonly Open[] {
  const known = seen.get(tasks)
  if (known !== undefined) return known
  const open = tasks.flatMap(({ pull }, place) => {
    if (pull?.state !== 'open') return []
    return { pull, place, comes: isOnItsWay(pull), waits: waitsFor('fresh', pull) }
  })
  seen.set(tasks, open)
  return open
}

const seen = new WeakMap<World['tasks'], readonly Open[]>()

/** Brought up to date for its turn, and its CI has not ended. */
function isOnItsWay(pull: PullFacts): boolean {
  return pull.layers.length > 1 && (pull.gate === null || waitsFor('checks', pull))
}

/** For that, and for nothing else? Its gate has a letter for each of them. */
function waitsFor(gate: 'fresh' | 'checks', { gate: said }: PullFacts): boolean {
  const letters = /^(?:@\d+ )?(?:! )?([pwr]+) /.exec(said?.key ?? '')?.[1]
  return letters === GATE_NAMES.map(name => (name === gate ? 'w' : 'p')).join('')
}
