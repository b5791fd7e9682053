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
  const ahead = tasks.flatMap(({ pull }, i) => {
    if (pull?.state !== 'open' || pull.number === number) return []
    const isEarlier = path === 'train' ? pull.number < number : i < at
    const comes = aboard.has(pull.head.sha) || isOnItsWay(pull) || (isEarlier && waitsFor('fresh', pull))
    return comes ? pull : []
  })
  const rival = ahead.find(other => collisions.has(printPair(other.head.sha, head.sha)))
  return { ahead: ahead.map(one => one.number), clashes: rival?.number ?? null }
}

/** Brought up to date for its turn, and its CI has not ended. */
function isOnItsWay(pull: PullFacts): boolean {
  return pull.layers.length > 1 && (pull.gate === null || waitsFor('checks', pull))
}

/** For that, and for nothing else? Its gate has a letter for each of them. */
function waitsFor(gate: 'fresh' | 'checks', { gate: said }: PullFacts): boolean {
  const letters = /^(?:@\d+ )?(?:! )?([pwr]+) /.exec(said?.key ?? '')?.[1]
  return letters === GATE_NAMES.map(name => (name === gate ? 'w' : 'p')).join('')
}
