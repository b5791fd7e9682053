import { emit } from '../emit.ts'
import { pullJson } from '../pulls/json.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { issueJson } from './json.ts'
import type { Issue } from './state.ts'

/** Tells of an issue or pull request under the event name that fits it. */
export function tell(
  state: TwinState,
  repo: Repo,
  told: { issue: Issue; action: string; extra?: Record<string, unknown> },
  by: Actor,
): void {
  const pull = told.issue.pull ? repo.pulls.get(told.issue.number) : undefined
  const subject = pull
    ? { number: pull.number, pull_request: pullJson(state, repo, pull) }
    : { issue: issueJson(state, repo, told.issue) }
  emit(state, {
    repo,
    event: pull ? 'pull_request' : 'issues',
    action: told.action,
    by,
    payload: { ...subject, ...told.extra },
  })
}
