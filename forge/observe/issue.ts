import type { Actor, IssueFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { Story } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { actorOf, instant } from './actor.ts'
import type { Edited } from './edits.ts'

type More = { story: Story; edits: Edited; labels: string[] }

export function issueFacts(forge: Forge, issue: IssueWire, { story, edits, labels }: More): IssueFacts {
  return {
    number: issue.number,
    id: issue.id,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.state === 'open' ? 'open' : 'closed',
    stateReason: issue.state_reason ?? null,
    author: authorOf(forge, issue),
    labels,
    container: isContainer(issue),
    subIssues: {
      total: issue.sub_issues_summary?.total ?? 0,
      completed: issue.sub_issues_summary?.completed ?? 0,
    },
    parent: parentOf(forge, issue),
    createdAt: instant(issue.created_at),
    closedAt: issue.closed_at === null ? null : instant(issue.closed_at),
    edits: edits?.edits ?? null,
    nested: edits?.nested ?? null,
    freed: edits?.freed ?? null,
    timeline: story.timeline,
  }
}

export function isContainer({ sub_issues_summary: summary }: IssueWire): boolean {
  return (summary?.total ?? 0) > 0
}

/** An epic in another repository is none of ours. */
export function parentOf({ owner, repo }: Forge, { parent_issue_url: url }: IssueWire): number | null {
  const match = /\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(url ?? '')
  return match?.[1]?.toLowerCase() === `${owner}/${repo}`.toLowerCase() ? Number(match[2]) : null
}

/** Is it of this repository? GitHub shows issues of others among links, and in the place of what was moved there. */
export function isOfHere({ owner, repo }: Forge, issue: Pick<IssueWire, 'repository_url'>): boolean {
  return issue.repository_url.toLowerCase().endsWith(`/repos/${owner}/${repo}`.toLowerCase())
}

export function labelsOf(issue: Pick<IssueWire, 'labels'>): string[] {
  return issue.labels.flatMap(label => (typeof label === 'string' ? label : (label.name ?? [])))
}

function authorOf(forge: Forge, issue: IssueWire): Actor {
  return actorOf(forge, { user: issue.user, via: issue.performed_via_github_app ?? null })
}
