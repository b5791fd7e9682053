import { closeIssue, editIssue, reopenIssue } from '../../issues/change.ts'
import { createComment } from '../../issues/comment.ts'
import { addBlockedBy, removeBlockedBy } from '../../issues/dependency.ts'
import { addLabels, createIssue, removeLabel } from '../../issues/issue.ts'
import { locate } from '../../issues/lookup.ts'
import type { Issue } from '../../issues/state.ts'
import { addSubIssue, removeSubIssue } from '../../issues/subissue.ts'
import type { Repo } from '../../state.ts'
import { findNode } from '../node.ts'
import { needsTriage, needsVoice } from '../permission.ts'
import { unresolvedNode } from '../problem.ts'
import type { Args, Fields, World } from '../world.ts'
import { repoOf } from './refs.ts'

type Numbered = { repo: Repo; issue: Issue }
type Payload = Record<string, unknown>

/** The issue, or the issue side of the pull request, that an id names. */
export function numberedAt(world: World, id: unknown): Numbered {
  const found = findNode(world, String(id))
  if (found.is !== 'issue' && found.is !== 'pull') throw unresolvedNode(String(id))
  return { repo: found.repo, issue: found.issue }
}

export function newIssue(world: World, input: Args): Payload {
  const { state, call } = world
  const repo = repoOf(world, String(input.repositoryId))
  needsVoice(world, repo, false)
  const labels = labelNames(world, input.labelIds)
  const parent = input.parentIssueId ? numberedAt(world, input.parentIssueId) : null
  const issue = createIssue(
    state,
    repo,
    { title: String(input.title), body: (input.body as string | null) ?? null, labels },
    call.actor,
  )
  if (parent) addSubIssue(state, { parent, child: { repo, issue }, replaceParent: false }, call.actor)
  return { issue: () => world.show.issue(world, repo, issue) }
}

export function changeIssue(world: World, input: Args): Payload {
  const { repo, issue } = numberedAt(world, input.id)
  needsTriage(world, repo, false)
  const title = typeof input.title === 'string' ? input.title : undefined
  const body = typeof input.body === 'string' ? input.body : undefined
  editIssue(world.state, repo, { issue, title, body }, world.call.actor)
  if (input.state === 'CLOSED') closeIssue(world.state, repo, { issue }, world.call.actor)
  if (input.state === 'OPEN') reopenIssue(world.state, repo, issue, world.call.actor)
  return { issue: () => world.show.issue(world, repo, issue) }
}

export function shutIssue(world: World, input: Args): Payload {
  const { repo, issue } = numberedAt(world, input.issueId)
  needsTriage(world, repo, false)
  const given = typeof input.stateReason === 'string' ? input.stateReason.toLowerCase() : 'completed'
  const reason = given as Issue['state_reason']
  closeIssue(world.state, repo, { issue, reason }, world.call.actor)
  return { issue: () => world.show.issue(world, repo, issue) }
}

export function openIssueAgain(world: World, input: Args): Payload {
  const { repo, issue } = numberedAt(world, input.issueId)
  needsTriage(world, repo, false)
  reopenIssue(world.state, repo, issue, world.call.actor)
  return { issue: () => world.show.issue(world, repo, issue) }
}

export function labelMany(world: World, input: Args): Payload {
  const { repo, issue } = numberedAt(world, input.labelableId)
  needsTriage(world, repo, issue.pull)
  const names = labelNames(world, input.labelIds)
  addLabels(world.state, repo, { issue, names }, world.call.actor)
  return { labelable: () => world.show.numbered(world, repo, issue) }
}

export function unlabelMany(world: World, input: Args): Payload {
  const { repo, issue } = numberedAt(world, input.labelableId)
  needsTriage(world, repo, issue.pull)
  for (const name of labelNames(world, input.labelIds)) {
    removeLabel(world.state, repo, { issue, name }, world.call.actor)
  }
  return { labelable: () => world.show.numbered(world, repo, issue) }
}

export function comment(world: World, input: Args): Payload {
  const { repo, issue } = numberedAt(world, input.subjectId)
  needsVoice(world, repo, issue.pull)
  const made = createComment(world.state, repo, { issue, body: String(input.body) }, world.call.actor)
  const node = () => world.show.comment(world, repo, made)
  const edge = (): Fields => ({ __typename: 'IssueCommentEdge', cursor: '', node })
  return { commentEdge: edge, timelineEdge: edge, subject: () => world.show.numbered(world, repo, issue) }
}

export function linkSubIssue(world: World, input: Args): Payload {
  const parent = numberedAt(world, input.issueId)
  const child = numberedAt(world, input.subIssueId)
  needsTriage(world, parent.repo, false)
  const replaceParent = input.replaceParent === true
  addSubIssue(world.state, { parent, child, replaceParent }, world.call.actor)
  return pair(world, { issue: parent, subIssue: child })
}

export function unlinkSubIssue(world: World, input: Args): Payload {
  const parent = numberedAt(world, input.issueId)
  const child = numberedAt(world, input.subIssueId)
  needsTriage(world, parent.repo, false)
  removeSubIssue(world.state, { parent, child }, world.call.actor)
  return pair(world, { issue: parent, subIssue: child })
}

export function changeBlocker(world: World, input: Args, change: 'add' | 'remove'): Payload {
  const blocked = numberedAt(world, input.issueId)
  const blocker = numberedAt(world, input.blockingIssueId)
  needsTriage(world, blocked.repo, false)
  const edit = change === 'add' ? addBlockedBy : removeBlockedBy
  edit(world.state, { blocked: known(world, blocked), blocker: known(world, blocker) }, world.call.actor)
  return pair(world, { issue: blocked, blockingIssue: blocker })
}

function known(world: World, at: Numbered): Numbered {
  return locate(world.state, at.issue.id) ?? at
}

function pair(world: World, named: Record<string, Numbered>): Payload {
  const entries = Object.entries(named)
  return Object.fromEntries(
    entries.map(([key, at]) => [key, () => world.show.numbered(world, at.repo, at.issue)]),
  )
}

function labelNames(world: World, ids: unknown): string[] {
  if (!Array.isArray(ids)) return []
  return ids.map(id => {
    const found = findNode(world, String(id))
    if (found.is !== 'label') throw unresolvedNode(String(id))
    return found.label.name
  })
}
