import { UNSEEN } from '../../core/schedule/blocker.ts'
import type { BlockerFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList } from '../read.ts'
import type { IssueWire } from '../wire.ts'
import { isOfHere } from './issue.ts'

type Summary = NonNullable<IssueWire['issue_dependencies_summary']>

/** GHES sends no summary: then there are none. */
export async function readBlockers(forge: Forge, issue: IssueWire): Promise<BlockerFacts[]> {
  const summary = issue.issue_dependencies_summary
  if (summary === undefined || summary.total_blocked_by === 0) return []
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
  const blockers = await readList<IssueWire>(forge, path, { issue_number: issue.number })
  const seen = blockers.map(blocker => ({
    issue: blocker.number,
    repo: foreignRepo(forge, blocker),
    title: blocker.title,
    state: blocker.state === 'open' ? ('open' as const) : ('closed' as const),
    stateReason: blocker.state_reason ?? null,
  }))
  return [...seen, ...Array<BlockerFacts>(countUnseen(summary, seen)).fill(UNSEEN)]
}

/** Both counts have to tell of more than is listed: a blocker that has just been closed, or taken off, shows in only one of them. */
function countUnseen(summary: Summary, seen: readonly BlockerFacts[]): number {
  const open = seen.filter(one => one.state === 'open').length
  return Math.max(0, Math.min(summary.blocked_by - open, summary.total_blocked_by - seen.length))
}

function foreignRepo(forge: Forge, issue: IssueWire): string | null {
  return isOfHere(forge, issue) ? null : (/\/repos\/([^/]+\/[^/]+)$/.exec(issue.repository_url)?.[1] ?? null)
}
