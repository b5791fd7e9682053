import { page } from '../../http/page.ts'
import { notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { eventJson, timelineJson } from '../event.ts'
import { issueJson } from '../json.ts'
import { issueAt } from '../lookup.ts'
import type { Issue, TimelineEvent } from '../state.ts'

const REPO = '/repos/{owner}/{repo}'
const READ = [{ issues: 'read' as const }, { pull_requests: 'read' as const }]

/** Kinds that only the timeline shows, not /events. */
const ONLY_TIMELINE = new Set(['commented', 'reviewed', 'cross-referenced', 'committed'])

function timeline(call: RepoCall) {
  const { state, repo } = call
  const issue = issueAt(repo, call.params.issue_number)
  const shown = issue.timeline.filter(each => timelineJson(state, repo, issue, each) !== null)
  return page(call, shown, each => timelineJson(state, repo, issue, each))
}

function eventsOf(issue: Issue): TimelineEvent[] {
  return issue.timeline.filter(each => !ONLY_TIMELINE.has(each.event))
}

function events(call: RepoCall) {
  const issue = issueAt(call.repo, call.params.issue_number)
  return page(call, eventsOf(issue), each => eventJson(call.state, call.repo, issue, each))
}

function repoEvents(call: RepoCall) {
  const all = [...call.repo.issues.values()].flatMap(issue =>
    eventsOf(issue).map(entry => ({ issue, entry })),
  )
  all.sort((one, other) => other.entry.id - one.entry.id)
  return page(call, all, ({ issue, entry }) => withIssue(call, issue, entry))
}

function oneEvent(call: RepoCall) {
  const id = Number(call.params.event_id)
  for (const issue of call.repo.issues.values()) {
    const entry = eventsOf(issue).find(each => each.id === id)
    if (entry) return ok(withIssue(call, issue, entry))
  }
  throw notFound()
}

function withIssue(call: RepoCall, issue: Issue, entry: TimelineEvent): Record<string, unknown> {
  const { state, repo } = call
  return { ...eventJson(state, repo, issue, entry), issue: issueJson(state, repo, issue) }
}

export const timelineRoutes: Route[] = [
  { method: 'GET', path: `${REPO}/issues/{issue_number}/timeline`, needs: READ, handle: timeline },
  { method: 'GET', path: `${REPO}/issues/{issue_number}/events`, needs: READ, handle: events },
  { method: 'GET', path: `${REPO}/issues/events`, needs: READ, handle: repoEvents },
  { method: 'GET', path: `${REPO}/issues/events/{event_id}`, needs: READ, handle: oneEvent },
]
