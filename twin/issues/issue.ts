import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { labelJson } from './json.ts'
import { ensureLabel, labelNamed } from './label.ts'
import { remember } from './lookup.ts'
import { noteMentions } from './mention.ts'
import type { Issue, Label } from './state.ts'
import { tell } from './tell.ts'
import { record, touch } from './timeline.ts'
import { viaApp } from './via.ts'

export { issueJson } from './json.ts'

export type NewIssue = {
  title: string
  body?: string | null | undefined
  labels?: string[] | undefined
  assignees?: string[] | undefined
  milestone?: number | null | undefined
  type?: string | null | undefined
  pull?: boolean
}

/** An issue with the next number of the repository; labels given here are the author's own act. */
export function createIssue(state: TwinState, repo: Repo, wanted: NewIssue, by: Actor): Issue {
  const issue = blankIssue(state, repo, wanted, by)
  repo.issues.set(issue.number, issue)
  remember(state, repo, issue)
  const labels = attachLabels(state, repo, { issue, names: wanted.labels ?? [] }, by)
  if (!issue.pull) tell(state, repo, { issue, action: 'opened' }, by)
  for (const label of labels) tellLabel(state, repo, { issue, label, action: 'labeled' }, by)
  addAssignees(state, repo, { issue, logins: wanted.assignees ?? [] }, by)
  noteMentions(state, repo, { from: issue, text: issue.body }, by)
  return issue
}

function blankIssue(state: TwinState, repo: Repo, wanted: NewIssue, by: Actor): Issue {
  const id = takeId(state)
  const at = timestamp(state.clock.now())
  const number = repo.nextNumber
  repo.nextNumber += 1
  return {
    id,
    node_id: nodeId(wanted.pull ? 'PRI' : 'I', id),
    number,
    title: wanted.title,
    body: wanted.body ?? null,
    state: 'open',
    state_reason: null,
    user: accountOf(by),
    performedViaAppId: viaApp(by),
    labels: [],
    assignees: [],
    milestone: wanted.milestone ?? null,
    locked: false,
    lockReason: null,
    type: wanted.type ?? null,
    created_at: at,
    updated_at: at,
    closed_at: null,
    closed_by: null,
    pull: wanted.pull ?? false,
    timeline: [],
    commentCount: 0,
    edits: [],
    reactions: [],
    subIssues: [],
    parent: null,
    blockedBy: [],
    blocking: [],
  }
}

export function addLabels(state: TwinState, repo: Repo, change: LabelChange, by: Actor): void {
  for (const label of attachLabels(state, repo, change, by)) {
    tellLabel(state, repo, { issue: change.issue, label, action: 'labeled' }, by)
  }
}

type LabelChange = { issue: Issue; names: string[] }

/** @returns the labels that were not there before */
function attachLabels(state: TwinState, repo: Repo, change: LabelChange, by: Actor): Label[] {
  const { issue } = change
  const fresh: Label[] = []
  for (const name of change.names) {
    const label = ensureLabel(state, repo, name, by)
    if (issue.labels.includes(label.name)) continue
    issue.labels.push(label.name)
    touch(state, issue)
    record(state, issue, { event: 'labeled', by, extra: { label: { name: label.name, color: label.color } } })
    fresh.push(label)
  }
  return fresh
}

function tellLabel(
  state: TwinState,
  repo: Repo,
  told: { issue: Issue; label: Label; action: 'labeled' | 'unlabeled' },
  by: Actor,
): void {
  const { issue, action } = told
  tell(state, repo, { issue, action, extra: { label: labelJson(state, repo, told.label) } }, by)
}

/** @returns false when the issue does not carry the label */
export function removeLabel(
  state: TwinState,
  repo: Repo,
  change: { issue: Issue; name: string },
  by: Actor,
): boolean {
  const { issue } = change
  const label = labelNamed(repo, change.name)
  if (!label || !issue.labels.includes(label.name)) return false
  issue.labels = issue.labels.filter(each => each !== label.name)
  touch(state, issue)
  record(state, issue, { event: 'unlabeled', by, extra: { label: { name: label.name, color: label.color } } })
  tellLabel(state, repo, { issue, label, action: 'unlabeled' }, by)
  return true
}

/** Replaces the set: removes what is not named, adds what is new. */
export function setLabels(state: TwinState, repo: Repo, change: LabelChange, by: Actor): void {
  const wanted = new Set(change.names.map(name => name.toLowerCase()))
  for (const name of [...change.issue.labels]) {
    if (!wanted.has(name.toLowerCase())) removeLabel(state, repo, { issue: change.issue, name }, by)
  }
  addLabels(state, repo, change, by)
}

export function addAssignees(
  state: TwinState,
  repo: Repo,
  change: { issue: Issue; logins: string[] },
  by: Actor,
): void {
  const { issue } = change
  for (const login of change.logins) {
    const account = state.accounts.get(login.toLowerCase())
    if (!account || issue.assignees.includes(account.login) || issue.assignees.length >= 10) continue
    issue.assignees.push(account.login)
    touch(state, issue)
    record(state, issue, { event: 'assigned', by, extra: { assignee: account, assigner: accountOf(by) } })
    tell(state, repo, { issue, action: 'assigned', extra: { assignee: account } }, by)
  }
}

export function removeAssignees(
  state: TwinState,
  repo: Repo,
  change: { issue: Issue; logins: string[] },
  by: Actor,
): void {
  const { issue } = change
  for (const login of change.logins) {
    const account = state.accounts.get(login.toLowerCase())
    if (!account || !issue.assignees.includes(account.login)) continue
    issue.assignees = issue.assignees.filter(each => each !== account.login)
    touch(state, issue)
    record(state, issue, { event: 'unassigned', by, extra: { assignee: account, assigner: accountOf(by) } })
    tell(state, repo, { issue, action: 'unassigned', extra: { assignee: account } }, by)
  }
}
