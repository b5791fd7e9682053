import type { Sum, Totals } from '../accounts/usage.ts'
import { chooseAgent } from '../agents/route.ts'
import { readWork } from '../agents/work.ts'
import type { Backlog, BacklogTask } from '../backlog/contract.ts'
import { findCriticalPath, readWaits } from '../backlog/graph.ts'
import type { Config } from '../config/config.ts'

/** What the work of a backlog may take, from what attempts of the same agents took before. */
export type Forecast = {
  /** Who would do each task by the rules, by its id; null where nobody may. */
  agents: ReadonlyMap<string, string | null>
  /** For all tasks of agents with a past; null where it does not tell. */
  usd: number | null
  /** Of these agents at work: all tasks together, and from the first to the last. Of CI and of people's time nothing is known. */
  seconds: number | null
  span: number | null
  /** What reviews by agents, and thinking tasks over, took for each task that was done; null where nothing tells. */
  reviews: Beside | null
  rebases: Beside | null
  /** Attempts that the figures come from. */
  attempts: number
  /** Agents that have no past to tell from, and how many tasks are theirs. */
  unknown: ReadonlyMap<string, number>
}

export type Beside = { usd: number | null; seconds: number }

/** @param totals what the ledger has counted so far. */
export function forecast({ tasks }: Pick<Backlog, 'tasks'>, config: Config, totals: Totals): Forecast {
  const agents = new Map(tasks.map(task => [task.id, agentFor(task, config, totals)]))
  const given = [...agents.values()].filter(agent => agent !== null)
  const pasts = new Map([...new Set(given)].map(name => [name, pastOf(totals.agents[name])]))
  const known = given.flatMap(agent => pasts.get(agent) ?? [])
  const unknown = Map.groupBy(given, agent => (pasts.get(agent) == null ? agent : ''))
  unknown.delete('')
  const path = findCriticalPath(readWaits(tasks), id => pasts.get(agents.get(id) ?? '')?.seconds ?? 0).hours
  const seconds = known.length === 0 ? null : known.reduce((sum, past) => sum + past.seconds, 0)
  return {
    agents,
    usd: known.reduce<number | null>(
      (sum, { usd }) => (sum === null || usd === null ? null : sum + usd),
      known.length === 0 ? null : 0,
    ),
    seconds,
    // No shorter than the longest way, nor than all of it shared among those who work at a time.
    span: seconds === null ? null : Math.max(path, seconds / config.limits.parallel),
    reviews: besideOf('review', tasks.length, totals),
    rebases: besideOf('rebase', tasks.length, totals),
    attempts: [...pasts].reduce(
      (sum, [name, past]) => sum + (past === null ? 0 : totals.agents[name]!.attempts),
      0,
    ),
    unknown: new Map([...unknown].map(([agent, tasks]) => [agent, tasks.length])),
  }
}

/** Nothing that failed elsewhere just now, and nothing that was tried: as a fresh task would be given away. */
function agentFor({ agent, type }: BacklogTask, config: Config, totals: Totals): string | null {
  if (agent !== undefined) return Object.hasOwn(config.agents, agent) ? agent : null
  const task = { claims: [], reports: new Map() }
  const record = { approval: null, assigned: null, voidThrough: 0, countFrom: 0 }
  const work = readWork([], type)
  return chooseAgent({ config, task, record, work, totals, unwell: () => new Map() })?.agent ?? null
}

/** For one task that succeeds, with the attempts that it took until then. */
type Past = { usd: number | null; seconds: number }

/** Null where none has succeeded yet. */
function pastOf(sum: Sum | undefined): Past | null {
  if (sum === undefined || sum.done === 0) return null
  const priced = sum.attempts - sum.unpriced
  const tries = sum.attempts / sum.done
  return { usd: priced <= 0 ? null : (sum.cost_usd / priced) * tries, seconds: sum.seconds / sum.done }
}

/** As much for each task as it was for each that was done until now. */
function besideOf(kind: 'review' | 'rebase', tasks: number, { kinds }: Totals): Beside | null {
  const done = kinds.work?.done ?? 0
  const past = kinds[kind]
  if (done === 0 || past === undefined) return null
  const share = tasks / done
  return { usd: past.unpriced > 0 ? null : past.cost_usd * share, seconds: past.seconds * share }
}
