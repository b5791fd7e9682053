import type { BlockerFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { IssueWire } from '../wire.ts'
import { isOfHere } from './issue.ts'

/** GHES sends no summary: then there are none. */
export async function readBlockers(forge: Forge, issue: IssueWire): Promise<BlockerFacts[]> {
  if ((issue.issue_dependencies_summary?.total_blocked_by ?? 0) === 0) return []
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
  const blockers = await readList<IssueWire>(forge, path, { issue_number: issue.number })
  return blockers.map(blocker => ({
    issue: blocker.number,
    repo: foreignRepo(forge, blocker),
    title: blocker.title,
    state: blocker.state === 'open' ? 'open' : 'closed',
    stateReason: blocker.state_reason ?? null,
  }))
}

function foreignRepo(forge: Forge, issue: IssueWire): string | null {
  return isOfHere(forge, issue) ? null : (/\/repos\/([^/]+\/[^/]+)$/.exec(issue.repository_url)?.[1] ?? null)
}
