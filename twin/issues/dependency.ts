import { emit } from '../emit.ts'
import { HttpError, notFound } from '../http/route.ts'
import { repoJson } from '../repos/json.ts'
import type { Actor, TwinState } from '../state.ts'
import { issueJson } from './json.ts'
import type { Located } from './lookup.ts'
import { mention } from './subissue.ts'
import { record, touch } from './timeline.ts'

const MOST = 50

/** Circles are let in on purpose: whether GitHub refuses them is not known, so clients must cope. */
export function addBlockedBy(
  state: TwinState,
  pair: { blocked: Located; blocker: Located },
  by: Actor,
): void {
  const { blocked, blocker } = pair
  if (blocker.issue.pull) throw new HttpError(422, 'Pull requests cannot block issues')
  if (blocked.issue === blocker.issue) throw new HttpError(422, 'An issue cannot be blocked by itself')
  if (blocked.issue.blockedBy.includes(blocker.issue.id)) {
    throw new HttpError(422, 'Validation failed: Target issue has already been taken')
  }
  if (blocked.issue.blockedBy.length >= MOST || blocker.issue.blocking.length >= MOST) {
    throw new HttpError(422, `An issue cannot have more than ${MOST} dependencies of one kind`)
  }
  blocked.issue.blockedBy.push(blocker.issue.id)
  blocker.issue.blocking.push(blocked.issue.id)
  noteEdge(state, { ...pair, happened: 'added' }, by)
}

export function removeBlockedBy(
  state: TwinState,
  pair: { blocked: Located; blocker: Located },
  by: Actor,
): void {
  const { blocked, blocker } = pair
  if (!blocked.issue.blockedBy.includes(blocker.issue.id)) throw notFound()
  blocked.issue.blockedBy = blocked.issue.blockedBy.filter(id => id !== blocker.issue.id)
  blocker.issue.blocking = blocker.issue.blocking.filter(id => id !== blocked.issue.id)
  noteEdge(state, { ...pair, happened: 'removed' }, by)
}

/** One change, two deliveries: one for each side. */
function noteEdge(
  state: TwinState,
  edge: { blocked: Located; blocker: Located; happened: 'added' | 'removed' },
  by: Actor,
): void {
  const { blocked, blocker, happened } = edge
  touch(state, blocked.issue)
  touch(state, blocker.issue)
  record(state, blocked.issue, {
    event: `blocked_by_${happened}`,
    by,
    extra: { blocked_by: mention(state, blocker) },
  })
  record(state, blocker.issue, {
    event: `blocking_${happened}`,
    by,
    extra: { blocking: mention(state, blocked) },
  })
  const payload = {
    blocked_issue_id: blocked.issue.id,
    blocked_issue: issueJson(state, blocked.repo, blocked.issue),
    blocking_issue_id: blocker.issue.id,
    blocking_issue: issueJson(state, blocker.repo, blocker.issue),
  }
  const event = 'issue_dependencies'
  const ofBlocked = { ...payload, blocking_issue_repo: repoJson(state, blocker.repo) }
  emit(state, { repo: blocked.repo, event, action: `blocked_by_${happened}`, by, payload: ofBlocked })
  const ofBlocker = { ...payload, blocked_issue_repo: repoJson(state, blocked.repo) }
  emit(state, { repo: blocker.repo, event, action: `blocking_${happened}`, by, payload: ofBlocker })
}
