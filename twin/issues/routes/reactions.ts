import { timestamp } from '../../clock.ts'
import { accountOf } from '../../emit.ts'
import { page } from '../../http/page.ts'
import { created, noContent, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { type TwinState, takeId } from '../../state.ts'
import { choice, missing } from '../input.ts'
import { personJson, REACTIONS } from '../json.ts'
import { commentAt, issueAt } from '../lookup.ts'
import type { Reaction } from '../state.ts'

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/reactions'
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
const READ = [{ issues: 'read' as const }, { pull_requests: 'read' as const }]
const WRITE = [{ issues: 'write' as const }, { pull_requests: 'write' as const }]

type Subject = { reactions: Reaction[] }

function subject(call: RepoCall): Subject {
  return call.params.comment_id === undefined
    ? issueAt(call.repo, call.params.issue_number)
    : commentAt(call.repo, call.params.comment_id)
}

function reactionJson(state: TwinState, reaction: Reaction): Record<string, unknown> {
  return { ...reaction, node_id: `REA_${reaction.id}`, user: personJson(state, reaction.user) }
}

function list(call: RepoCall) {
  const content = call.query.get('content')
  const found = subject(call).reactions.filter(each => content === null || each.content === content)
  return page(call, found, reaction => reactionJson(call.state, reaction))
}

/** 201 for a new one, 200 when this account reacted so before. */
function create(call: RepoCall) {
  const { state, actor } = call
  const on = subject(call)
  const content = choice(call.body, 'content', REACTIONS)
  if (content === undefined) throw missing('content')
  const user = accountOf(actor)
  const known = on.reactions.find(each => each.content === content && each.user.id === user.id)
  if (known) return ok(reactionJson(state, known))
  const reaction = { id: takeId(state), content, user, created_at: timestamp(state.clock.now()) }
  on.reactions.push(reaction)
  return created(reactionJson(state, reaction))
}

function remove(call: RepoCall) {
  const on = subject(call)
  const id = Number(call.params.reaction_id)
  if (!on.reactions.some(each => each.id === id)) throw notFound()
  on.reactions = on.reactions.filter(each => each.id !== id)
  return noContent
}

export const reactionRoutes: Route[] = [ISSUE, COMMENT].flatMap((path): Route[] => [
  { method: 'GET', path, needs: READ, handle: list },
  { method: 'POST', path, needs: WRITE, handle: create },
  { method: 'DELETE', path: `${path}/{reaction_id}`, needs: WRITE, handle: remove },
])
