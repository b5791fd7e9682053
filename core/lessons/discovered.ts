import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import type { IssueText } from '../interchange/issue.ts'
import { emptyItem, type Item, type Reading } from '../interchange/item.ts'
import { findMade } from '../interchange/made.ts'
import { type Imported, planImport } from '../interchange/steps.ts'
import { printImportMarker, printPlanSource } from '../names.ts'
import type { Projection } from '../project.ts'
import { cutHead } from '../text/clean.ts'
import { quoteTracker } from '../text/quote.ts'
import { redactSecrets } from '../text/secret.ts'
import { visibleText } from '../text/visible.ts'
import { writeDiscovered } from '../words/discovered.ts'
import type { TaskFacts, World } from '../world.ts'
import type { Discovered, Found } from './found.ts'
import { keyOf } from './learning.ts'
import { findLesson } from './lesson.ts'

/**
 * Problems that an agent met beside its task. Once its work has landed each becomes an issue that tells where it was found;
 * nobody works on it until a person asks for it, or where the configuration lets it begin (beginning.ts).
 */

const LONGEST = { title: 120, body: 1200 } as const

/** Remembered once, when the task is first seen to have landed: its report is forgotten with time. Then, what is an issue is done with. */
export function takeDiscovered(task: TaskFacts, projection: Projection, world: World): Projection {
  const { record } = projection
  if (task.distrust !== null || task.pull?.state !== 'merged') return projection
  const known = record.discovered
  if (known === null) {
    const first = record.logged === 'merged' ? null : readDiscovered(task, projection, world)
    return first === null ? projection : change(projection, first)
  }
  if (known.found.length === 0) return projection
  const made = findMade(sourceOf(task), world)
  if (!known.found.every(one => isDone(one, task, { made, world }))) return projection
  return change(projection, { ...known, found: [] })
}

/** It is an issue, and begins if it may; or people have made something else of it. */
function isDone(
  found: Found,
  task: TaskFacts,
  { made, world }: { made: readonly Imported[]; world: World },
): boolean {
  const issue = made.find(({ key }) => key === found.key)
  if (issue === undefined || !found.starts) return issue !== undefined
  const child = world.tasks.find(one => one.issue.number === issue.number)
  return child?.record?.approval != null || !isAsFound(child, printFound(task, found))
}

/** Open, with the very words that it was given. */
export function isAsFound(child: TaskFacts | undefined, text: IssueText | null): boolean {
  const issue = child?.issue
  return issue?.state === 'open' && issue.title === text?.title && issue.body === text.body
}

function change(projection: Projection, discovered: Discovered): Projection {
  return { ...projection, record: { ...projection.record, discovered }, changed: true }
}

/** By whom everybody may be told, and what no other issue says already. Null where that is nothing. */
function readDiscovered(task: TaskFacts, { record }: Projection, world: World): Discovered | null {
  const report = findLesson({ world, task, record })
  if (report === null || !world.config.ok) return null
  const said = new Set(world.tasks.map(({ issue }) => keyOf({ text: issue.title })))
  const fresh = report.discovered
    .map(({ title, body }) => ({
      title: cutHead(clean(title).replace(/\s+/g, ' '), LONGEST.title),
      body: cutHead(clean(body), LONGEST.body),
    }))
    .filter(({ title }) => title !== '' && !said.has(keyOf({ text: title })))
    .filter((one, i, all) => all.findIndex(other => keyTitle(other) === keyTitle(one)) === i)
    .slice(0, world.config.value.discovered)
  if (fresh.length === 0) return null
  const { attempt } = report
  // One would lead to the next, and nobody would have asked for any of them.
  const starting = record.approval?.via === 'discovered' ? 0 : world.config.value.discovered_start
  const found = fresh.map((one, i) => ({ key: `${attempt}.${i + 1}`, ...one, starts: i < starting }))
  return { attempt, agent: report.usage?.agent ?? 'an agent', found }
}

function keyTitle({ title }: { title: string }): string {
  return keyOf({ text: title })
}

function clean(text: string): string {
  return redactSecrets(visibleText(text)).trim()
}

/** What is missing of them. */
export function makeDiscovered({ task, record, world, above }: Folding): readonly Effect[] {
  const { discovered: known } = record
  if (known === null || known.found.length === 0 || above !== null) return NOTHING
  const { controls, broken } = world.ledger
  if (broken.controls !== null || controls.paused !== null || controls.stopped !== null) return NOTHING
  const source = sourceOf(task)
  const items = known.found.map(({ key, title, body }) => ({ ...emptyItem(key, title), goal: body }))
  const reading: Reading = { source, format: 'discovered', items, notes: [] }
  const print = (item: Item): IssueText => printFound({ ...task, record }, byKey(known, item.key))
  const { steps } = planImport(reading, findMade(source, world), print)
  return steps.map(step => ({ do: 'step', task: task.id, epic: task.issue.number, step }))
}

function byKey({ found }: Discovered, key: string): Found {
  return found.find(one => one.key === key)!
}

/** The issue of a problem; the same words for as long as its task remembers it. */
export function printFound({ issue, record }: TaskFacts, { key, title, body, starts }: Found): IssueText {
  const words = writeDiscovered({
    title,
    body,
    agent: record?.discovered?.agent ?? '',
    task: issue.number,
    starting: starts ? (record?.approval?.by.login ?? null) : null,
  })
  return {
    title: quoteTracker(title),
    body: `${printImportMarker({ source: sourceOf({ issue }), key })}\n\n${words}`,
    labels: [],
  }
}

/** Features of plans begin with a number: this is none of them. */
export function sourceOf({ issue }: Pick<TaskFacts, 'issue'>): string {
  return printPlanSource(`discovered-${issue.number}`)
}
