import type { IssueNow } from './exported.ts'
import { type IssueText, printIssue } from './issue.ts'
import type { Item, Reading } from './item.ts'
import { MOST_BLOCKERS, MOST_CHILDREN } from './limits.ts'

/** What an import does to a repository: nothing that is there already is done again. */
export type Step =
  | { do: 'create'; key: string; issue: IssueText }
  | { do: 'nest'; parent: End; child: End }
  | { do: 'block'; issue: End; blocker: End }
  /** A second issue of the same item: made by two imports at once, or where an answer was lost. */
  | { do: 'discard'; issue: number; original: number }
  /** What it was made of was changed meanwhile: its words follow. */
  | { do: 'reword'; issue: number; title: string; body: string }
  /** What it waited for was dropped from what it was made of. */
  | { do: 'unblock'; issue: End; blocker: End }
  /** What it was made of is gone. */
  | { do: 'drop'; issue: number; path: string }

/** A link's end. Paths name issues by number, bodies by id. */
export type End = { number: number; id: number }

/** An issue that an import made, as it is now. */
export type Imported = End & {
  key: string
  open: boolean
  parent: number | null
  blockedBy: readonly number[]
}

export type Agenda = { steps: readonly Step[]; refused: readonly { key: string; why: string }[] }

/**
 * What is missing. Links are planned as soon as both ends are there: so a plan made after each round of creations ends when
 * the repository shows the whole file, wherever the one before was cut off.
 */
export function planImport(
  reading: Reading,
  issues: readonly Imported[],
  print = (item: Item): IssueText => printIssue(item, reading.source),
): Agenda {
  const wanted = inOrder(reading.items.filter(item => item.passed === null))
  const { originals, discards } = sortOut(issues)
  const links = planLinks(wanted, originals)
  const creates = wanted
    .filter(item => !originals.has(item.key))
    .map((item): Step => ({ do: 'create', key: item.key, issue: print(item) }))
  return { steps: [...discards, ...creates, ...links.steps], refused: links.refused }
}

/** Of two issues with the same name the lower number is the one. */
function sortOut(issues: readonly Imported[]): { originals: Map<string, Imported>; discards: Step[] } {
  const originals = new Map<string, Imported>()
  const discards: Step[] = []
  for (const issue of issues.toSorted((a, b) => a.number - b.number)) {
    const original = originals.get(issue.key)
    if (original === undefined) originals.set(issue.key, issue)
    else if (issue.open) discards.push({ do: 'discard', issue: issue.number, original: original.number })
  }
  return { originals, discards }
}

function planLinks(wanted: readonly Item[], issues: ReadonlyMap<string, Imported>): Agenda {
  const steps: Step[] = []
  const refused: { key: string; why: string }[] = []
  const children = Map.groupBy(wanted, item => item.parent ?? '')
  const blocks = new Map<string, number>()
  const isWork = new Set(wanted.map(item => item.key))
  for (const item of wanted) {
    const issue = issues.get(item.key)
    const parent = item.parent === null ? undefined : issues.get(item.parent)
    const rank = children.get(item.parent ?? '')?.indexOf(item) ?? 0
    if (item.parent !== null && rank >= MOST_CHILDREN) {
      refused.push({ key: item.key, why: `${item.parent} has ${MOST_CHILDREN} sub-issues already` })
    } else if (issue !== undefined && parent !== undefined && issue.parent === null) {
      steps.push({ do: 'nest', parent: endOf(parent), child: endOf(issue) })
    }
    for (const [index, key] of item.blockedBy.filter(key => isWork.has(key)).entries()) {
      blocks.set(key, (blocks.get(key) ?? 0) + 1)
      if (index >= MOST_BLOCKERS || blocks.get(key)! > MOST_BLOCKERS) {
        refused.push({
          key: item.key,
          why: `"blocked by" ${key}: GitHub takes ${MOST_BLOCKERS} links of a kind`,
        })
        continue
      }
      const blocker = issues.get(key)
      if (issue === undefined || blocker === undefined || issue.blockedBy.includes(blocker.number)) continue
      steps.push({ do: 'block', issue: endOf(issue), blocker: endOf(blocker) })
    }
  }
  return { steps, refused }
}

function endOf({ number, id }: Imported): End {
  return { number, id }
}

/** The whole way at once, for telling beforehand: as if what is still to be created were there. */
export function foreseeImport(reading: Reading, issues: readonly Imported[]): Agenda {
  const now = planImport(reading, issues)
  const missing = now.steps.filter(step => step.do === 'create')
  const last = Math.max(0, ...issues.map(issue => issue.number))
  const later = missing.map(({ key }, index): Imported => {
    const number = last + 1 + index
    return { number, id: number, key, open: true, parent: null, blockedBy: [] }
  })
  const links = planImport(reading, [...issues, ...later])
  return { steps: [...missing, ...links.steps], refused: links.refused }
}

/** What an import of the same source made before. */
export function importedFrom(source: string, issues: readonly IssueNow[]): Imported[] {
  return issues.flatMap(({ imported, number, id, open, parent, blockedBy }) =>
    imported?.source === source ? [{ number, id, key: imported.key, open, parent, blockedBy }] : [],
  )
}

/** Those above and those waited for come first; otherwise by priority, then as in the file. Circles are broken where met. */
function inOrder(items: readonly Item[]): Item[] {
  const byKey = new Map(items.map(item => [item.key, item]))
  const done = new Set<string>()
  const ordered: Item[] = []
  const visit = (start: Item): void => {
    const stack = [{ item: start, left: needs(start) }]
    done.add(start.key)
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const next = byKey.get(top.left.shift() ?? '')
      if (next !== undefined && !done.has(next.key)) {
        done.add(next.key)
        stack.push({ item: next, left: needs(next) })
      } else if (top.left.length === 0) {
        ordered.push(top.item)
        stack.pop()
      }
    }
  }
  for (const item of items.toSorted((a, b) => a.priority - b.priority)) if (!done.has(item.key)) visit(item)
  return ordered
}

function needs(item: Item): string[] {
  return [...(item.parent === null ? [] : [item.parent]), ...item.blockedBy]
}
