import { improve } from '../../../core/schedule/improve.ts'
import { scheduleByRank } from '../../../core/schedule/parallel.ts'
import { makeProject, type Project } from '../../../core/schedule/project.ts'
import { boundSpan, rankForward } from '../../../core/schedule/rank.ts'
import type { Figure } from '../figure.ts'
import { type TextFile, UnusableInput } from './files.ts'

/** What is to be reached, in percent above the best known; by set. */
const GOALS: Readonly<Record<string, { rule: number; improved: number }>> = {
  j30: { rule: 4.4, improved: 0.5 },
  j60: { rule: 5.5, improved: 1.2 },
  j120: { rule: 9.9, improved: 3.7 },
}

const TRIES = 200
const SEED = 1

/** `best`: the best known makespan, or a lower bound where nobody told one. */
export type Instance = { set: string; name: string; project: Project; best: number; isBound: boolean }

/**
 * Instances in the `.sm` format of PSPLIB. Their best known makespans are what some `.csv` file tells (set, instance, makespan); the others
 * are a set of their own, compared with their lower bounds.
 */
export function readInstances(files: readonly TextFile[]): Instance[] {
  const best = new Map<string, { set: string; makespan: number }>()
  for (const { name, text } of files) {
    if (!name.endsWith('.csv')) continue
    for (const line of text.split('\n').slice(1)) {
      const [set, instance, makespan] = line.split(',')
      if (makespan !== undefined) best.set(instance!, { set: set!, makespan: Number(makespan) })
    }
  }
  return files.flatMap(({ name, text }): Instance[] => {
    const known = best.get(name.replace(/\.sm$/, ''))
    if (!name.endsWith('.sm')) return []
    const project = readProject(name, text)
    if (known !== undefined) return [{ set: known.set, name, project, best: known.makespan, isBound: false }]
    return [{ set: 'without a best known', name, project, best: boundSpan(project), isBound: true }]
  })
}

function readProject(name: string, text: string): Project {
  const table = (heading: RegExp, skip: number): number[][] => {
    const lines = text.split('\n')
    const from = lines.findIndex(line => heading.test(line)) + 1 + skip
    const length = lines.slice(from).findIndex(line => line.startsWith('*'))
    return lines.slice(from, from + length).map(line => line.trim().split(/\s+/).map(Number))
  }
  const requests = table(/^REQUESTS/, 2)
  const after = table(/^PRECEDENCE/, 1).map(row => row.slice(3).map(number => number - 1))
  const capacities = table(/^RESOURCEAVAIL/, 1)[0] ?? []
  const whole = [requests, after, [capacities]].flat(2).every(Number.isInteger)
  const inside = after.flat().every(other => other >= 0 && other < requests.length)
  const isOne = requests.length > 0 && requests.length === after.length && whole && inside
  if (!isOne || requests.some(row => row.length !== 3 + capacities.length))
    throw new UnusableInput(`${name}: not a PSPLIB instance of one project and one mode a job`)
  return makeProject({
    durations: requests.map(row => row[2]!),
    after,
    demands: requests.map(row => row.slice(3)),
    capacities,
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
  const what = instances[0]?.isBound ? 'lower bound' : 'best known'
  const above = `mean above the ${what} of ${count} instances`
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
