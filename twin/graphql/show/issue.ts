import { dependenciesSummary, milestoneJson, subIssuesSummary } from '../../issues/json.ts'
import { labelNamed } from '../../issues/label.ts'
import { locate } from '../../issues/lookup.ts'
import { association } from '../../issues/standing.ts'
import type { Issue } from '../../issues/state.ts'
import { linkedIssues } from '../../pulls/pull.ts'
import type { Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import { visible } from '../permission.ts'
import type { Args, FieldFunction, Fields, World } from '../world.ts'
import { editFields } from './edits.ts'
import { reactionFields } from './reactions.ts'
import { timelineItems } from './timeline.ts'

export function showIssue(world: World, repo: Repo, issue: Issue): Fields {
  const { state, show } = world
  return {
    ...sharedFields(world, repo, issue),
    __typename: 'Issue',
    id: issue.node_id,
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    state: issue.state.toUpperCase(),
    stateReason: (args: Args) => {
      const reason = issue.state_reason?.toUpperCase() ?? null
      return reason === 'DUPLICATE' && args.enableDuplicate !== true ? null : reason
    },
    subIssues: issueList(issue.subIssues),
    subIssuesSummary: () => {
      const found = subIssuesSummary(state, issue)
      return { __typename: 'SubIssuesSummary', ...found, percentCompleted: found.percent_completed }
    },
    parent: () => {
      const found = issue.parent === null ? null : locate(state, issue.parent)
      return found && visible(world, found.repo) ? show.issue(world, found.repo, found.issue) : null
    },
    blockedBy: issueList(issue.blockedBy),
    blocking: issueList(issue.blocking),
    issueDependenciesSummary: () => {
      const found = dependenciesSummary(state, issue)
      return {
        __typename: 'IssueDependenciesSummary',
        blockedBy: found.blocked_by,
        blocking: found.blocking,
        totalBlockedBy: found.total_blocked_by,
        totalBlocking: found.total_blocking,
      }
    },
    issueType: issue.type === null ? null : showType(issue.type),
    isPinned: false,
    closedByPullRequestsReferences: closers(repo, issue),
  }
}

export function showType(name: string): Fields {
  return { __typename: 'IssueType', id: `IT_${name}`, name, description: null, isEnabled: true }
}

/** What issues and pull requests have in common. */
export function sharedFields(world: World, repo: Repo, issue: Issue): Record<string, unknown> {
  const { state, show, call } = world
  const path = `/${repo.owner.login}/${repo.name}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  const own = 'account' in call.actor && call.actor.account.id === issue.user.id
  return {
    number: issue.number,
    title: issue.title,
    titleHTML: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    closed: issue.state === 'closed',
    closedAt: issue.closed_at,
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
    publishedAt: issue.created_at,
    createdViaEmail: false,
    locked: issue.locked,
    activeLockReason: issue.lockReason?.toUpperCase().replace(/[ -]/g, '_') ?? null,
    url: `${state.url}${path}`,
    resourcePath: path,
    viewerDidAuthor: own,
    author: () => show.account(world, issue.user),
    authorAssociation: () => association(state, repo, issue.user),
    repository: () => show.repository(world, repo),
    milestone: () => {
      const found = milestoneJson(repo, issue.milestone)
      return (
        found && {
          __typename: 'Milestone',
          ...found,
          id: found.node_id,
          state: String(found.state).toUpperCase(),
        }
      )
    },
    ...listFields(world, repo, issue),
    ...editFields(issue),
    ...reactionFields(issue.reactions),
  }
}

function listFields(world: World, repo: Repo, issue: Issue): Record<string, FieldFunction> {
  const { state, show } = world
  return {
    labels: (args, _world, info) => {
      const items = issue.labels.map(name => labelNamed(repo, name)).filter(label => label !== undefined)
      return connect(args, info, { items, toNode: label => show.label(world, repo, label) })
    },
    assignees: (args, _world, info) => {
      const found = issue.assignees.map(login => state.accounts.get(login.toLowerCase()))
      const items = found.filter(account => account !== undefined)
      return connect(args, info, { items, toNode: account => show.account(world, account) })
    },
    comments: (args, _world, info) => {
      const items = [...repo.comments.values()].filter(each => each.issue === issue.number)
      if ((args.orderBy as { direction?: string } | null)?.direction === 'DESC') items.reverse()
      return connect(args, info, { items, toNode: comment => show.comment(world, repo, comment) })
    },
    timelineItems: (args, _world, info) => timelineItems(world, repo, issue, { args, info }),
  }
}

/** Issues named by database id, wherever they are; those that the actor may not see are left out. */
function issueList(ids: number[]): FieldFunction {
  return (args, world, info) => {
    const items = ids
      .map(id => locate(world.state, id))
      .filter(found => found !== null)
      .filter(found => visible(world, found.repo))
    return connect(args, info, { items, toNode: each => world.show.issue(world, each.repo, each.issue) })
  }
}

function closers(repo: Repo, issue: Issue): FieldFunction {
  return (args, world, info) => {
    const items = [...repo.pulls.values()].filter(pull => {
      if (args.includeClosedPrs !== true && repo.issues.get(pull.number)?.state !== 'open') return false
      return linkedIssues(repo, pull).includes(issue.number)
    })
    return connect(args, info, { items, toNode: pull => world.show.pull(world, repo, pull) })
  }
}
