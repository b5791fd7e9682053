import { findLost, findLostLines } from '../../core/backlog/edits.ts'
import { DOCUMENTS } from '../../core/planning/document.ts'
import * as words from '../../core/words/planning.ts'
import { readBacklog } from '../../forge/backlog.ts'
import type { OldPlan } from './previous.ts'

/** How a plan was before: as people left it, and as it had been made; `made` null where nobody can have edited it. */
export type Before = { feature: string; now: OldPlan; made: OldPlan | null }

export type Edits = { lost: string[]; unreadable: boolean }

/** What of people's edits a new version does not have, in words. `feature`: what its folder is called now. */
export function compareEdits(
  { feature: old, now, made }: Before,
  feature: string,
  next: { plan: string; backlog: string },
): Edits {
  if (made === null) return { lost: [], unreadable: false }
  const lines = findLostLines(made.plan ?? '', now.plan ?? '', next.plan)
  const lost = lines.map(line => words.explainLostLine(DOCUMENTS.synthesis.file, line))
  if (now.backlog === made.backlog) return { lost, unreadable: false }
  const read = (text: string | null, name: string) => readBacklog(text ?? '', name).backlog
  const [before, edited, fresh] = [
    read(made.backlog, old),
    read(now.backlog, old),
    read(next.backlog, feature),
  ]
  if (!before.ok || !edited.ok || !fresh.ok) return { lost, unreadable: true }
  const found = findLost(before.value, edited.value, fresh.value)
  return { lost: [...found.map(words.explainLost), ...lost], unreadable: false }
}
