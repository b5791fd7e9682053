import type { TaskRecord } from '../ledger.ts'
import { ancestorsOf, type Node } from '../schedule/node.ts'
import type { Instant, IssueFacts } from '../world.ts'
import type { AskedBelow } from './below.ts'

/** What was said on parents, for one issue below them. */
export type FromAbove = {
  /** By whom it is asked for: it was below the parent when they said so. */
  asks: readonly AskedBelow[]
  /** The nearest parent on which somebody asked for all below it before this issue was there; null: none. */
  missed: { epic: number; at: Instant; unsure: boolean } | null
}

export const NOT_ASKED: FromAbove = { asks: [], missed: null }

/**
 * Every link between the issue and the parent has to be older than the word: whoever may hang issues below one another, open them
 * again or take off their parts need not be who asked, and what came later nobody has read. GitHub tells seconds, so that of the
 * same one nobody knows. What is below something closed is not asked for.
 *
 * @param recordOf what the ledger says of an epic, with this pass's commands taken in
 */
export function findFromAbove(node: Node, recordOf: (epic: Node) => TaskRecord | null): FromAbove {
  // Nearly all: nothing is above it. And a parent is never worked on itself.
  if (node.parent === null || node.children.length > 0 || node.facts?.issue.container !== false)
    return NOT_ASKED
  let found = NOT_ASKED
  // What had parts of its own was not meant itself.
  let since = laterOf(openSince(node.facts.issue), node.facts.issue.freed ?? 0)
  for (const epic of ancestorsOf(node)) {
    if (epic.facts?.issue.state !== 'open') break
    const said = recordOf(epic)?.below ?? null
    if (said !== null) found = addAsk(found, said, { epic: epic.number, since })
    since = laterOf(since, openSince(epic.facts.issue))
  }
  return found
}

/** Since when it is open and below its parent; null: nobody knows. */
function openSince({ nested, timeline }: IssueFacts): Instant | null {
  return laterOf(nested ?? null, timeline.findLast(fact => fact.is === 'reopened')?.at ?? 0)
}

function laterOf(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? null : Math.max(a, b)
}

function addAsk(
  { asks, missed }: FromAbove,
  said: AskedBelow,
  { epic, since }: { epic: number; since: Instant | null },
): FromAbove {
  if (since !== null && since < said.at) return { asks: [...asks, said], missed }
  return { asks, missed: missed ?? { epic, at: said.at, unsure: since === null } }
}

/** Worked out anew it may still say the same. */
export function saysTheSame(a: FromAbove, b: FromAbove): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
