import type { Imported } from '../../core/interchange/steps.ts'
import { parseImportMarker, printPlanSource } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { IssueWire } from '../wire.ts'
import { isOurs } from './actor.ts'

/**
 * Issues that the tasks of a feature have become: those below the epic, however long they are closed, and those that this
 * process made a moment ago.
 */
export async function readBelow(forge: Forge, epic: number, feature: string): Promise<Imported[]> {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/sub_issues'
  const listed = await readList<IssueWire>(forge, path, { issue_number: epic })
  const source = printPlanSource(feature)
  const found = new Map<number, Imported>()
  for (const made of forge.memory.made.values()) if (made.source === source) found.set(made.number, made)
  for (const issue of listed) {
    const name = isOurs(forge, issue.user) ? parseImportMarker(issue.body ?? '') : null
    if (name?.source !== source) continue
    const { number, id } = issue
    const blockedBy = found.get(number)?.blockedBy ?? []
    found.set(number, { number, id, key: name.key, open: issue.state === 'open', parent: epic, blockedBy })
  }
  return [...found.values()].map(({ number, id, key, open, parent, blockedBy }) => {
    return { number, id, key, open, parent, blockedBy }
  })
}
