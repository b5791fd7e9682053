import { emit } from '../emit.ts'
import { HttpError, notFound } from '../http/route.ts'
import { repoJson } from '../repos/json.ts'
import type { Actor, TwinState } from '../state.ts'
import { issueJson } from './json.ts'
import { type Located, locate } from './lookup.ts'
import type { Issue } from './state.ts'
import { record, touch } from './timeline.ts'

const MOST_CHILDREN = 100
const DEEPEST = 8

/** Hangs a child below a parent. @throws 422 for a second parent, another owner, a circle, too many, too deep */
export function addSubIssue(
  state: TwinState,
  pair: { parent: Located; child: Located; replaceParent: boolean },
  by: Actor,
): void {
  const { parent, child } = pair
  refuseImpossible(state, parent, child)
  if (child.issue.parent === parent.issue.id) throw refusal('Issue may not contain duplicate sub-issues')
  if (child.issue.parent !== null) {
    if (!pair.replaceParent) throw refusal('Sub issue may only have one parent')
    const old = locate(state, child.issue.parent)
    if (old) removeSubIssue(state, { parent: old, child }, by)
  }
  parent.issue.subIssues.push(child.issue.id)
  child.issue.parent = parent.issue.id
  noteLink(state, { parent, child, happened: 'added' }, by)
}

export function removeSubIssue(state: TwinState, pair: { parent: Located; child: Located }, by: Actor): void {
  const { parent, child } = pair
  if (child.issue.parent !== parent.issue.id) throw notFound()
  parent.issue.subIssues = parent.issue.subIssues.filter(id => id !== child.issue.id)
  child.issue.parent = null
  noteLink(state, { parent, child, happened: 'removed' }, by)
}

function refuseImpossible(state: TwinState, parent: Located, child: Located): void {
  if (child.issue.pull || parent.issue.pull) throw refusal('Pull requests cannot be sub-issues')
  if (child.repo.owner.id !== parent.repo.owner.id) {
    throw refusal('Sub-issue must belong to the same owner as the parent')
  }
  const above = ancestors(state, parent.issue)
  if (child.issue === parent.issue || above.includes(child.issue)) {
    throw refusal('Sub-issue may not create a circular dependency')
  }
  if (parent.issue.subIssues.length >= MOST_CHILDREN) {
    throw refusal(`Parent cannot have more than ${MOST_CHILDREN} sub-issues`)
  }
  if (above.length + 1 + height(state, child.issue) > DEEPEST) {
    throw refusal(`Sub-issues may not be nested deeper than ${DEEPEST} layers`)
  }
}

function refusal(message: string): HttpError {
  return new HttpError(422, `An error occurred while adding the sub-issue to the parent issue. ${message}`)
}

function ancestors(state: TwinState, issue: Issue): Issue[] {
  const found: Issue[] = []
  let at = issue.parent
  while (at !== null) {
    const parent = locate(state, at)?.issue
    if (!parent) break
    found.push(parent)
    at = parent.parent
  }
  return found
}

/** Levels below, 0 for an issue without children. */
function height(state: TwinState, issue: Issue): number {
  const heights = issue.subIssues.map(id => {
    const child = locate(state, id)?.issue
    return child ? 1 + height(state, child) : 0
  })
  return Math.max(0, ...heights)
}

/** Moves a child behind or before a sibling (database ids). @throws 422 when one of them is no child */
export function reprioritize(
  parent: Issue,
  move: { child: number; after?: number | undefined; before?: number | undefined },
): void {
  const others = parent.subIssues.filter(id => id !== move.child)
  const anchor = move.after ?? move.before
  const at = others.indexOf(anchor ?? -1)
  if (others.length === parent.subIssues.length || at < 0) {
    throw new HttpError(422, 'Sub-issue is not a sub-issue of the parent')
  }
  others.splice(move.after === undefined ? at : at + 1, 0, move.child)
  parent.subIssues = others
}

/** One change, two deliveries: one for each side. */
function noteLink(
  state: TwinState,
  link: { parent: Located; child: Located; happened: 'added' | 'removed' },
  by: Actor,
): void {
  const { parent, child, happened } = link
  touch(state, parent.issue)
  touch(state, child.issue)
  const sub = { sub_issue: mention(state, child) }
  record(state, parent.issue, { event: `sub_issue_${happened}`, by, extra: sub })
  record(state, child.issue, {
    event: `parent_issue_${happened}`,
    by,
    extra: { parent_issue: mention(state, parent) },
  })
  const payload = {
    parent_issue_id: parent.issue.id,
    parent_issue: issueJson(state, parent.repo, parent.issue),
    sub_issue_id: child.issue.id,
    sub_issue: issueJson(state, child.repo, child.issue),
  }
  const event = 'sub_issues'
  const ofParent = { ...payload, sub_issue_repo: repoJson(state, child.repo) }
  emit(state, { repo: parent.repo, event, action: `sub_issue_${happened}`, by, payload: ofParent })
  const ofChild = { ...payload, parent_issue_repo: repoJson(state, parent.repo) }
  emit(state, { repo: child.repo, event, action: `parent_issue_${happened}`, by, payload: ofChild })
}

/** An issue as an event about a link names it. */
export function mention(state: TwinState, { repo, issue }: Located): Record<string, unknown> {
  const { id, node_id, number, title } = issue
  const { state_reason, type } = issueJson(state, repo, issue)
  const known = { id, node_id, number, title, state: issue.state, state_reason, issue_type: type }
  return { ...known, repository: repoJson(state, repo) }
}
