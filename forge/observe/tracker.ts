import type { IssueNow } from '../../core/interchange/exported.ts'
import { parseImportMarker } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { IssueWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'
import { isOfHere, labelsOf } from './issue.ts'

/** All issues of a repository with their links, for import and export. Throws; `toFault` names the error. */
export async function readTracker(forge: Forge): Promise<IssueNow[]> {
  const query = { state: 'all', sort: 'created', direction: 'asc' }
  const listed = await readList<IssueWire>(forge, '/repos/{owner}/{repo}/issues', query)
  const issues = listed.filter(issue => issue.pull_request === undefined)
  const linked = (issue: IssueWire) => issue.state === 'open' || importOf(forge, issue) !== null
  const parents = new Map<number, number>()
  const blockers = new Map<number, number[]>()
  for (const issue of issues.filter(linked)) {
    const { number } = issue
    if ((issue.sub_issues_summary?.total ?? 0) > 0) {
      for (const child of await readLinks(forge, number, 'sub_issues')) parents.set(child, number)
    }
    if ((issue.issue_dependencies_summary?.total_blocked_by ?? 0) > 0) {
      blockers.set(number, await readLinks(forge, number, 'dependencies/blocked_by'))
    }
  }
  return issues.map(issue => ({
    ...factsOf(forge, issue),
    parent: parents.get(issue.number) ?? null,
    blockedBy: blockers.get(issue.number) ?? [],
  }))
}

/** Numbers of the other ends, as far as they are in this repository. */
async function readLinks(
  forge: Forge,
  issue: number,
  kind: 'sub_issues' | 'dependencies/blocked_by',
): Promise<number[]> {
  const path = `/repos/{owner}/{repo}/issues/{issue_number}/${kind}`
  const ends = await readList<IssueWire>(forge, path, { issue_number: issue })
  return ends.filter(end => isOfHere(forge, end)).map(end => end.number)
}

function factsOf(forge: Forge, issue: IssueWire): Omit<IssueNow, 'parent' | 'blockedBy'> {
  return {
    number: issue.number,
    id: issue.id,
    title: issue.title,
    body: issue.body ?? '',
    labels: labelsOf(issue),
    open: issue.state === 'open',
    stateReason: issue.state_reason ?? null,
    author: issue.user?.login ?? 'ghost',
    assignee: issue.assignees?.[0]?.login ?? null,
    createdAt: instant(issue.created_at),
    updatedAt: instant(issue.updated_at),
    closedAt: issue.closed_at === null ? null : instant(issue.closed_at),
    container: (issue.sub_issues_summary?.total ?? 0) > 0,
    imported: importOf(forge, issue),
  }
}

/** Only what this app wrote itself tells the truth about where it came from. */
function importOf(forge: Forge, issue: IssueWire): IssueNow['imported'] {
  return isOurs(forge, issue.user) ? parseImportMarker(issue.body ?? '') : null
}
