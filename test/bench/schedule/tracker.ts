import { createHash } from 'node:crypto'
import { readBeads, textOf } from '../../../core/interchange/beads.ts'
import { edgesOf, isGating } from '../../../core/interchange/beadslinks.ts'
import { scheduleByRank } from '../../../core/schedule/parallel.ts'
import { makeProject, type Project } from '../../../core/schedule/project.ts'
import { boundSpan, rankForward } from '../../../core/schedule/rank.ts'
import type { Figure } from '../figure.ts'
import { type TextFile, UnusableInput } from './files.ts'

const AGENTS = 16

/** A tracker's tasks that wait or are waited for. `own`: how the tracker itself would order them, the first first. */
export type Tracker = { project: Project; own: readonly number[] }

export function readTracker({ name, text }: TextFile): Tracker {
  const { lines } = readBeads(text, json => createHash('sha256').update(json).digest('hex'))
  const records = lines.flatMap(line => (line.is === 'record' ? line : []))
  const known = new Set(records.map(({ id }) => id))
  const links = records.flatMap(({ id, record }) =>
    edgesOf(record).flatMap(({ to, type }) =>
      isGating(type) && known.has(to) && to !== id ? [[to, id] as const] : [],
    ),
  )
  const linked = new Set(links.flat())
  const tasks = records.filter(({ id }) => linked.has(id))
  if (tasks.length === 0) throw new UnusableInput(`${name}: no issues in it that wait for one another`)
  const index = new Map(tasks.map(({ id }, i) => [id, i]))
  const after = tasks.map(({ id }) => links.filter(([from]) => from === id).map(([, to]) => index.get(to)!))
  // bd: the most urgent first, among those the newest.
  const own = tasks
    .map(({ record }, i) => ({
      i,
      priority: Number(record.priority ?? 2),
      at: Date.parse(textOf(record, 'created_at')),
    }))
    .sort((a, b) => a.priority - b.priority || b.at - a.at || a.i - b.i)
    .map(({ i }) => i)
  return { project: makeUnitProject(after), own }
}

/** Tasks of one unit each, for sixteen agents. */
export function makeUnitProject(after: readonly (readonly number[])[]): Project {
  return makeProject({
    durations: after.map(() => 1),
    after: after.map(others => [...new Set(others)]),
    demands: after.map(() => [1]),
    capacities: [AGENTS],
  })
}

export function measureTracker({ project, own }: Tracker): Figure[] {
  const bound = boundSpan(project)
  const ours = scheduleByRank(project, rankForward(project)).span
  const ranks = new Float64Array(project.size)
  own.forEach((task, place) => {
    ranks[task] = place
  })
  const theirs = scheduleByRank(project, ranks).span
  const note = `${project.size} tasks of one unit, ${AGENTS} agents: ${ours} units where ${bound} are the least`
  return [
    { name: 'tracker: × lower bound', value: ours / bound, unit: '', goal: 1.01, note },
    { name: 'tracker: × lower bound, in bd’s own order', value: theirs / bound, unit: '', goal: null },
  ]
}
