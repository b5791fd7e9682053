import { isLoose, type Loose, textOf } from './beads.ts'
import { isGating, PARENT } from './beadslinks.ts'
import type { IssueNow } from './exported.ts'
import type { Item } from './item.ts'
import { printTime } from './time.ts'

/** What issues are called in the file. */
export type Names = {
  idOf: ReadonlyMap<number, string>
  /** Ids of all records that are issues now. */
  issues: ReadonlySet<string>
  epics: ReadonlySet<string>
}

/** A record's dependencies with those links added and removed that people added and removed; null where nothing differs. */
export function linkRecord(record: Loose, item: Item, issue: IssueNow, names: Names): unknown[] | null {
  const now = linksOf(issue, names)
  const edges = Array.isArray(record.dependencies) ? record.dependencies.filter(isLoose) : []
  const kept = edges.filter(edge => !isCut(edge, now, names))
  // The dotted id may have said it already.
  const said = (to: string, type: string) =>
    item.parent === to && type === PARENT ? true : kept.some(edge => textOf(edge, 'depends_on_id') === to)
  const added = now.filter(link => !said(link.to, link.type))
  if (kept.length === edges.length && added.length === 0) return null
  return [...kept, ...added.map(link => printEdge(link, issue, names))]
}

type Link = { to: string; type: 'blocks' | typeof PARENT }

/** bd takes no `blocks` between an epic and what is none, and one edge for a pair. */
export function linksOf(issue: IssueNow, { idOf, epics }: Names): Link[] {
  const own = idOf.get(issue.number)!
  const parent = idOf.get(issue.parent ?? 0)
  const above: Link[] = parent === undefined ? [] : [{ to: parent, type: PARENT }]
  const blockers = issue.blockedBy.flatMap(number => idOf.get(number) ?? [])
  return [
    ...above,
    ...blockers
      .filter(to => to !== parent && epics.has(to) === epics.has(own))
      .map((to): Link => ({ to, type: 'blocks' })),
  ]
}

/** Was a link between two issues, and is none any more. What never could be a link stays. */
function isCut(edge: Loose, now: readonly Link[], { issues, epics }: Names): boolean {
  const to = textOf(edge, 'depends_on_id')
  const type = textOf(edge, 'type') || 'blocks'
  if (!issues.has(to)) return false
  if (type === PARENT) return !now.some(link => link.to === to && link.type === PARENT)
  const wasLink = isGating(type) && epics.has(to) === epics.has(textOf(edge, 'issue_id'))
  return wasLink && !now.some(link => link.to === to)
}

export function printEdge({ to, type }: Link, issue: IssueNow, { idOf }: Names): object {
  const created = printTime(issue.createdAt)
  return {
    issue_id: idOf.get(issue.number),
    depends_on_id: to,
    type,
    created_at: created,
    created_by: issue.author,
  }
}
