import { newestClaim } from './attempt/attempt.ts'
import { type Effect, NOTHING } from './effect.ts'
import type { Folding } from './fold.ts'
import type { IssueText } from './interchange/issue.ts'
import { emptyItem, type Reading } from './interchange/item.ts'
import { findMade } from './interchange/made.ts'
import { planImport } from './interchange/steps.ts'
import type { LedgerEvent, TaskRecord } from './ledger.ts'
import { printImportMarker, printPlanSource } from './names.ts'
import { EPIC } from './planning/roadmap.ts'
import type { Projection } from './project.ts'
import { quoteTracker } from './text/quote.ts'
import { explainMade, explainParts, writePart } from './words/split.ts'
import type { CommentFact, Instant, TaskFacts, World } from './world.ts'

/**
 * A task that is too large: a person names its parts, each becomes an issue below it, once, and from then on the task is their
 * parent. Whether an agent does them is for people to say, part by part.
 */
export type Split = NonNullable<TaskRecord['split']>

/** Parts of one task under way at once, and how long the line of each may be. */
export const MOST_PARTS = 20
const LONGEST = 200

/** Why these cannot be its parts; null when they can. */
export function explainSplit(parts: readonly string[], task: TaskFacts): string | null {
  const known = task.record?.split?.parts.length ?? 0
  const long = parts.findIndex(part => [...part].length > LONGEST)
  if (parts.length > 0 && known + parts.length <= MOST_PARTS && long < 0) return null
  return explainParts(
    { count: known + parts.length, named: parts.length, long: long + 1 },
    MOST_PARTS,
    LONGEST,
  )
}

/** What is under way of the task itself is given up: its parts take its place. */
export function askSplit(
  record: TaskRecord,
  comment: CommentFact,
  parts: readonly string[],
  task: TaskFacts,
): Partial<TaskRecord> {
  const known = record.split?.parts ?? []
  const named = parts.map((title, i) => ({ key: `${comment.id}.${known.length + i + 1}`, title }))
  const by = { id: comment.by.id, login: comment.by.login }
  const highest = newestClaim(task)?.attempt ?? 0
  const split = { by, at: comment.at, parts: [...known, ...named] }
  return { split, voidThrough: highest, countFrom: highest }
}

/** Once all parts are issues below it, what becomes of them is people's: none is made or put back again. */
export function takeSplit(task: TaskFacts, projection: Projection, world: World): Projection {
  const { split } = projection.record
  if (split === null || task.distrust !== null) return projection
  const made = findMade(sourceOf(task), world)
  // Below another issue somebody has hung it there: it is not hung here again.
  const isThere = ({ key }: { key: string }) =>
    made.some(one => one.key === key && (one.parent !== null || !one.open))
  if (!split.parts.every(isThere)) return projection
  return { ...projection, record: { ...projection.record, split: null }, changed: true }
}

/** For the log, in the pass in which it is over: the issues that its parts became. */
export function logSplit({ task, record, world }: Folding, at: Instant): readonly LedgerEvent[] {
  const before = task.record?.split ?? null
  if (before === null || record.split !== null) return []
  const { issue } = task
  const keys = before.parts.map(({ key }) => key)
  const made = findMade(sourceOf(task), world).filter(({ key }) => keys.includes(key))
  const parts = made.map(({ number }) => `#${number}`)
  const evidence = { issue: issue.number, parts: parts.join(' ') }
  const told = { at, task: task.id, event: 'split:made', actor: before.by.login }
  return [{ ...told, cause: explainMade(parts, before.by), evidence }]
}

/** What is missing of the parts: issues, and that they hang below. */
export function makeParts({ task, record, world, above }: Folding): readonly Effect[] {
  const { split } = record
  const { issue } = task
  if (split === null || above !== null || record.stopped !== null || record.paused) return NOTHING
  if (issue.state === 'closed' || world.ledger.broken.controls !== null) return NOTHING
  const epic = { number: issue.number, id: issue.id, key: EPIC, open: true, parent: null, blockedBy: [] }
  const source = sourceOf(task)
  const items = split.parts.map(({ key, title }) => ({ ...emptyItem(key, title), parent: EPIC }))
  const reading: Reading = { source, format: 'split', items, notes: [] }
  const print = ({ key, title }: { key: string; title: string }): IssueText => ({
    title: quoteTracker(title),
    body: `${printImportMarker({ source, key })}\n\n${writePart(quoteTracker(title), issue.number, split.by)}`,
    labels: [],
  })
  const { steps } = planImport(reading, [epic, ...findMade(sourceOf(task), world)], print)
  return steps.map(step => ({ do: 'step', task: task.id, epic: issue.number, step }))
}

/** Features of plans begin with a number: this is none of them. */
function sourceOf({ issue }: TaskFacts): string {
  return printPlanSource(`split-${issue.number}`)
}
