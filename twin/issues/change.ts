import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { noteMentions } from './mention.ts'
import type { Issue } from './state.ts'
import { tell } from './tell.ts'
import { record, touch } from './timeline.ts'

/** Closes once; closing what is closed only changes the reason. `commit` names the commit whose message did it. */
export function closeIssue(
  state: TwinState,
  repo: Repo,
  change: { issue: Issue; reason?: Issue['state_reason']; commit?: string | null },
  by: Actor,
): void {
  const { issue } = change
  const reason = issue.pull ? null : (change.reason ?? 'completed')
  if (issue.state === 'closed') {
    if (change.reason) issue.state_reason = reason
    return
  }
  issue.state = 'closed'
  issue.state_reason = reason
  issue.closed_at = timestamp(state.clock.now())
  issue.closed_by = accountOf(by)
  touch(state, issue)
  const commit = change.commit ?? null
  record(state, issue, {
    event: 'closed',
    by,
    extra: { commit_id: commit, commit_url: null, state_reason: reason },
  })
  tell(state, repo, { issue, action: 'closed' }, by)
}

export function reopenIssue(state: TwinState, repo: Repo, issue: Issue, by: Actor): void {
  if (issue.state === 'open') return
  issue.state = 'open'
  issue.state_reason = issue.pull ? null : 'reopened'
  issue.closed_at = null
  issue.closed_by = null
  touch(state, issue)
  record(state, issue, { event: 'reopened', by, extra: { state_reason: issue.state_reason } })
  tell(state, repo, { issue, action: 'reopened' }, by)
}

/** Changes title or body; remembers what stood there. */
export function editIssue(
  state: TwinState,
  repo: Repo,
  change: { issue: Issue; title?: string | undefined; body?: string | null | undefined },
  by: Actor,
): void {
  const { issue } = change
  const title = change.title ?? issue.title
  const body = change.body === undefined ? issue.body : change.body
  const changes: Record<string, unknown> = {}
  if (title !== issue.title) changes.title = { from: issue.title }
  if (body !== issue.body) changes.body = { from: issue.body ?? '' }
  if (Object.keys(changes).length === 0) return
  const at = timestamp(state.clock.now())
  issue.edits.push({ at, editor: accountOf(by), title: issue.title, body: issue.body })
  if (title !== issue.title) {
    record(state, issue, { event: 'renamed', by, extra: { rename: { from: issue.title, to: title } } })
  }
  issue.title = title
  issue.body = body
  touch(state, issue)
  tell(state, repo, { issue, action: 'edited', extra: { changes } }, by)
  if (changes.body) noteMentions(state, repo, { from: issue, text: body }, by)
}
