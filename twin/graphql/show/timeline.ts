import type { GraphQLResolveInfo } from 'graphql'
import { isUnionType } from 'graphql'
import { labelNamed } from '../../issues/label.ts'
import { locate } from '../../issues/lookup.ts'
import type { Issue, TimelineEvent } from '../../issues/state.ts'
import { nodeId, type Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import type { Args, Fields, World } from '../world.ts'

type Entry = { at: string; order: number; fields: Fields }

/** REST's event names whose GraphQL type is not simply the same word. */
const TYPES: Record<string, string> = {
  renamed: 'RenamedTitleEvent',
  'cross-referenced': 'CrossReferencedEvent',
}

/** Comments and events together, oldest first; `itemTypes` and `since` narrow it before paging. */
export function timelineItems(
  world: World,
  repo: Repo,
  issue: Issue,
  asked: { args: Args; info: GraphQLResolveInfo },
): Fields {
  const { args, info } = asked
  const union = info.schema.getType(issue.pull ? 'PullRequestTimelineItems' : 'IssueTimelineItems')
  const known = new Set(isUnionType(union) ? union.getTypes().map(type => type.name) : [])
  const wanted = Array.isArray(args.itemTypes) ? args.itemTypes.map(String) : null
  const items = entriesOf(world, repo, issue)
    .filter(entry => known.has(entry.fields.__typename))
    .filter(entry => wanted === null || wanted.includes(enumName(entry.fields.__typename)))
    .filter(entry => !args.since || entry.at >= String(args.since))
  const extra = { filteredCount: items.length, updatedAt: issue.updated_at }
  return connect(args, info, { items, toNode: entry => entry.fields, extra })
}

function entriesOf(world: World, repo: Repo, issue: Issue): Entry[] {
  const comments = [...repo.comments.values()].filter(comment => comment.issue === issue.number)
  const entries: Entry[] = comments.map(comment => ({
    at: comment.created_at,
    order: comment.id,
    fields: world.show.comment(world, repo, comment),
  }))
  for (const event of issue.timeline) {
    if (event.event === 'commented') continue
    const fields = showReviewed(world, repo, issue, event) ?? showEvent(world, repo, issue, event)
    entries.push({ at: event.created_at, order: event.id, fields })
  }
  return entries.sort((a, b) => a.at.localeCompare(b.at) || a.order - b.order)
}

function showReviewed(world: World, repo: Repo, issue: Issue, event: TimelineEvent): Fields | null {
  if (event.event !== 'reviewed') return null
  const pull = repo.pulls.get(issue.number)
  const review = pull?.reviews.find(each => each.id === event.reviewId)
  return pull && review ? world.show.review(world, repo, { pull, review }) : null
}

function showEvent(world: World, repo: Repo, issue: Issue, event: TimelineEvent): Fields {
  const type = TYPES[event.event] ?? `${pascal(event.event)}Event`
  return {
    __typename: type,
    id: nodeId('EV', event.id),
    createdAt: event.created_at,
    actor: () => world.show.account(world, event.actor),
    ...extraFields(world, repo, issue, event),
  }
}

function extraFields(world: World, repo: Repo, issue: Issue, event: TimelineEvent): Record<string, unknown> {
  const subject = () => world.show.numbered(world, repo, issue)
  switch (event.event) {
    case 'labeled':
    case 'unlabeled':
      return { label: () => eventLabel(world, repo, event), labelable: subject }
    case 'renamed': {
      const rename = event.rename as { from: string; to: string }
      return { previousTitle: rename.from, currentTitle: rename.to, subject }
    }
    case 'closed': {
      const reason = event.state_reason ?? issue.state_reason
      const stateReason = typeof reason === 'string' ? reason.toUpperCase() : null
      const commit = typeof event.commit_id === 'string' ? event.commit_id : null
      const closer = () => (commit === null ? null : world.show.object(world, repo, commit))
      return { closable: subject, closer, stateReason, url: world.state.url }
    }
    case 'reopened':
      return { closable: subject, stateReason: issue.pull ? null : 'REOPENED' }
    case 'assigned':
    case 'unassigned':
      return { assignable: subject, assignee: () => eventAssignee(world, event) }
    case 'cross-referenced':
      return { source: () => eventSource(world, repo, event), target: subject, isCrossRepository: false }
    case 'sub_issue_added':
    case 'sub_issue_removed':
      return { subIssue: () => eventIssue(world, event) }
    case 'parent_issue_added':
    case 'parent_issue_removed':
      return { parent: () => eventIssue(world, event) }
    case 'blocked_by_added':
    case 'blocked_by_removed':
      return { blockingIssue: () => eventIssue(world, event) }
    case 'blocking_added':
    case 'blocking_removed':
      return { blockedIssue: () => eventIssue(world, event) }
    case 'added_to_merge_queue':
      return { pullRequest: subject }
    case 'removed_from_merge_queue':
      return {
        reason: event.reason,
        pullRequest: subject,
        beforeCommit: () => world.show.object(world, repo, String(event.before_commit)),
      }
    case 'merged':
      return { commit: () => world.show.object(world, repo, String(event.commit_id)) }
    default:
      return {}
  }
}

/** The label as it is now, or as it was when it is gone since. */
function eventLabel(world: World, repo: Repo, event: TimelineEvent): Fields {
  const was = event.label as { name: string; color: string }
  const now = labelNamed(repo, was.name)
  return world.show.label(world, repo, now ?? { id: 0, node_id: 'LA_gone', description: null, ...was })
}

function eventAssignee(world: World, event: TimelineEvent): Fields | null {
  const login = (event.assignee as { login?: string } | undefined)?.login
  const account = login === undefined ? undefined : world.state.accounts.get(login.toLowerCase())
  return account ? world.show.account(world, account) : null
}

function eventSource(world: World, repo: Repo, event: TimelineEvent): Fields | null {
  const source = repo.issues.get(Number(event.sourceNumber))
  return source ? world.show.numbered(world, repo, source) : null
}

function eventIssue(world: World, event: TimelineEvent): Fields | null {
  const named = event.sub_issue ?? event.parent_issue ?? event.blocked_by ?? event.blocking
  const found = locate(world.state, Number((named as { id?: number } | undefined)?.id))
  return found ? world.show.issue(world, found.repo, found.issue) : null
}

function pascal(name: string): string {
  return name.replace(/(^|[_-])([a-z])/g, (_all, _gap, letter: string) => letter.toUpperCase())
}

/** `LabeledEvent` to `LABELED_EVENT`. */
function enumName(type: string): string {
  return type.replace(/(?<=[a-z])([A-Z])/g, '_$1').toUpperCase()
}
