import { z } from 'zod'
import type { Report } from '../contract/report.ts'
import { matchesAny } from '../paths/glob.ts'
import type { KnownRewriting } from '../rebase/rewriting.ts'
import type { TaskSpec } from '../task.ts'
import { cutHead } from '../text/clean.ts'
import { visibleText } from '../text/visible.ts'

/** What an agent says that later ones should know, with where it comes from. */
export const learning = z.strictObject({
  text: z.string(),
  task: z.string(),
  agent: z.string(),
  at: z.number(),
  /** Of the task: feat, fix… */
  type: z.string(),
  /** Files that the change touched. */
  paths: z.array(z.string()),
})
export type Learning = z.infer<typeof learning>

const MOST = { kept: 60, ofOne: 5, reflections: 2, bytes: 200, paths: 8, told: 5 }

/** What a report says that is new to others: a few short lines, in visible words. */
export function learningsOf(report: Report, about: { task: string; type: string; at: number }): Learning[] {
  const paths = pathsOf(report)
  const agent = report.usage?.agent ?? 'agent'
  return report.learnings
    .map(text => cutHead(visibleText(text).replace(/\s+/g, ' ').trim(), MOST.bytes))
    .filter(text => text !== '')
    .slice(0, MOST.ofOne)
    .map(text => ({ text, agent, paths, ...about }))
}

/** Files that the change touched: of many the first. */
export function pathsOf({ files }: Report): string[] {
  return files.slice(0, MOST.paths).map(({ path }) => path)
}

/**
 * What stalled a task that then landed: what was tried before it was thought over. Said by the agent that did so.
 */
export function reflectionsOf(
  known: Pick<KnownRewriting, 'tried' | 'by'> | null,
  about: { task: string; type: string; at: number; paths: string[] },
): Learning[] {
  return (known?.tried ?? [])
    .slice(0, MOST.reflections)
    .map(text => ({ text: cutHead(text, MOST.bytes), agent: known!.by, ...about }))
}

/** Those that say something new, each once. */
export function findNew(known: readonly Learning[], found: readonly Learning[]): Learning[] {
  const said = new Set(known.map(keyOf))
  return found.filter(one => !said.has(keyOf(one)) && said.add(keyOf(one)))
}

/** The newest are kept for choosing from; all of them stand in the file that people read. */
export function keepNewest(learnings: readonly Learning[]): Learning[] {
  return learnings.slice(-MOST.kept)
}

/** Two that differ in nothing but case and signs say the same. */
export function keyOf({ text }: Pick<Learning, 'text'>): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** What a new task is told: what was learned in its files first, then from tasks of its type; newest first. */
export function chooseLearnings(
  known: readonly Learning[],
  spec: Pick<TaskSpec, 'type' | 'scope'>,
): string[] {
  const rated = known.map((one, at) => ({ one, at, rate: rate(one, spec) }))
  return rated
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate || b.at - a.at)
    .slice(0, MOST.told)
    .map(({ one }) => one.text)
}

function rate(one: Learning, { type, scope }: Pick<TaskSpec, 'type' | 'scope'>): number {
  const near = one.paths.some(path => matchesAny(scope, path)) ? 2 : 0
  return near + (one.type === type ? 1 : 0)
}

/** A line of the file that people read. */
export function printLearning({ text, task, agent, at, type, paths }: Learning): string {
  const day = new Date(at).toISOString().slice(0, 10)
  const where = paths.length === 0 ? '' : ` (${paths.join(', ')})`
  return `- ${text} [${task}, ${type}, ${agent}, ${day}]${where}\n`
}
