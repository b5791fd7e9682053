import { improve } from '../../../core/schedule/improve.ts'
import { scheduleByRank } from '../../../core/schedule/parallel.ts'
import { makeProject, type Project } from '../../../core/schedule/project.ts'
import { rankForward } from '../../../core/schedule/rank.ts'
import type { Figure } from '../figure.ts'
import type { TextFile } from './files.ts'

/** What is to be reached, in percent above the best known; by set. */
const GOALS: Readonly<Record<string, { rule: number; improved: number }>> = {
  j30: { rule: 4.4, improved: 0.5 },
  j60: { rule: 5.5, improved: 1.2 },
  j120: { rule: 9.9, improved: 3.7 },
}

const TRIES = 200
const SEED = 1

export type Instance = { set: string; name: string; project: Project; best: number }

/** Instances in the `.sm` format of PSPLIB whose best known makespan some `.csv` file tells (set, instance, makespan). */
export function readInstances(files: readonly TextFile[]): Instance[] {
  const best = new Map<string, { set: string; makespan: number }>()
  for (const { name, text } of files) {
    if (!name.endsWith('.csv')) continue
    for (const line of text.split('\n').slice(1)) {
      const [set, instance, makespan] = line.split(',')
      if (makespan !== undefined) best.set(instance!, { set: set!, makespan: Number(makespan) })
    }
  }
  return files.flatMap(({ name, text }) => {
    const known = best.get(name.replace(/\.sm$/, ''))
    if (!name.endsWith('.sm') || known === undefined) return []
    return [{ set: known.set, name, project: readProject(text), best: known.makespan }]
  })
}

export function readProject(text: string): Project {
  const table = (heading: RegExp, skip: number): number[][] => {
    const lines = text.split('\n')
    const from = lines.findIndex(line => heading.test(line)) + 1 + skip
    const length = lines.slice(from).findIndex(line => line.startsWith('*'))
    return lines.slice(from, from + length).map(line => line.trim().split(/\s+/).map(Number))
  }
  const requests = table(/^REQUESTS/, 2)
  return makeProject({
    durations: requests.map(row => row[2]!),
    after: table(/^PRECEDENCE/, 1).map(row => row.slice(3).map(number => number - 1)),
    demands: requests.map(row => row.slice(3)),
    capacities: table(/^RESOURCEAVAIL/, 1)[0]!,
  })
}

/** One rule and one pass, then the improvement with at most 200 passes in all, on every instance. */
export function measureInstances(instances: readonly Instance[]): Figure[] {
  const sets = [...new Set(instances.map(({ set }) => set))]
  return sets.flatMap(set =>
    measureSet(
      set,
      instances.filter(one => one.set === set),
    ),
  )
}

function measureSet(set: string, instances: readonly Instance[]): Figure[] {
  const goal = GOALS[set]
  let [rule, improved, hits, tried] = [0, 0, 0, 0]
  const start = process.threadCpuUsage()
  for (const { project, best, name } of instances) {
    rule += scheduleByRank(project, rankForward(project)).span / best - 1
    const made = improve(project, { tries: TRIES, seed: SEED })
    if (made.schedule.span < best) throw new Error(`${name}: shorter than the best known, so it is wrong`)
    improved += made.schedule.span / best - 1
    if (made.schedule.span === best) hits += 1
    tried = Math.max(tried, made.tried)
  }
  const { user, system } = process.threadCpuUsage(start)
  const count = instances.length
  const above = `mean above the best known of ${count} instances`
  return [
    {
      name: `${set}: latest midpoint, one pass`,
      value: (100 * rule) / count,
      unit: '%',
      goal: goal?.rule ?? null,
      note: above,
    },
    {
      name: `${set}: improved, ${tried} passes at most`,
      value: (100 * improved) / count,
      unit: '%',
      goal: goal?.improved ?? null,
      note: `${above}; ${hits} reached`,
    },
    {
      name: `${set}: time for all that`,
      value: (user + system) / 1e6,
      unit: 's',
      goal: null,
      note: 'processor time',
    },
  ]
}
