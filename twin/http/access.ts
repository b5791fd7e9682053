import { findRepo } from '../repos/find.ts'
import type { Account, Actor, Repo, Role, TwinState } from '../state.ts'
import { badCredentials, can, reaches, roleOf, sees } from './auth.ts'
import { HttpError, type Needs, notFound, type Route } from './route.ts'
import type { Match } from './router.ts'

const REPO = '/repos/{owner}/{repo}'

/** The repository a route is about, if it is about one. Throws 404 when hidden, 401 or 403 when not permitted. */
export function enter(state: TwinState, match: Match, actor: Actor): Repo | null {
  const { route, params } = match
  if (!route.path.startsWith(REPO)) return null
  const repo = findRepo(state, params.owner ?? '', (params.repo ?? '').replace(/\.git$/, ''))
  if (!repo || !sees(actor, state, repo)) throw notFound()
  if (route.needs === undefined) return repo
  if (actor.is === 'app') throw badCredentials()
  if (actor.is === 'user') checkPerson(state, repo, actor.account, match)
  else checkPermissions(state, repo, actor, route.needs)
  return repo
}

function checkPermissions(state: TwinState, repo: Repo, actor: Actor, needs: Needs[]): void {
  const held = (need: Needs) =>
    Object.entries(need).every(([name, level]) => can(actor, state, repo, name, level))
  if (needs.length === 0 || needs.some(held)) return
  if (actor.is === 'anonymous') throw new HttpError(401, 'Requires authentication')
  const accepted = needs.map(need => Object.entries(need).map(([name, level]) => `${name}=${level}`))
  throw new HttpError(403, 'Resource not accessible by integration', undefined, {
    'x-accepted-github-permissions': accepted.map(need => need.join(',')).join('; '),
  })
}

function checkPerson(state: TwinState, repo: Repo, account: Account, match: Match): void {
  const role = roleOf(state, repo, account)
  const wanted = wantedRole(repo, account, match)
  if (reaches(role, wanted)) return
  throw new HttpError(
    403,
    wanted === 'admin'
      ? 'Must have admin rights to Repository.'
      : 'Must have write access to this repository.',
  )
}

/** Talking is free to all who can read; sorting takes triage; the rest follows from the permission asked. */
const OPEN = [
  'POST /issues',
  'POST /pulls',
  'POST /issues/{issue_number}/comments',
  'POST /issues/{issue_number}/reactions',
  'POST /issues/comments/{comment_id}/reactions',
  'POST /pulls/{pull_number}/reviews',
  'POST /pulls/{pull_number}/reviews/{review_id}/events',
  'POST /pulls/{pull_number}/comments',
]
const TRIAGE = /^\S+ \/issues\/\{issue_number\}\/(labels|assignees|sub_issues?|dependencies)/

export function wantedRole(repo: Repo, account: Account, match: Match): Role {
  const { route, params } = match
  const key = `${route.method} ${route.path.slice(REPO.length)}`
  if (OPEN.includes(key)) return 'read'
  if (TRIAGE.test(key) && route.method !== 'GET') return 'triage'
  if (key === 'PATCH /issues/{issue_number}') return isAuthor(repo, account, params) ? 'read' : 'triage'
  if (key.includes('/issues/comments/{comment_id}') && isCommenter(repo, account, params)) return 'read'
  if (key === 'PATCH /pulls/{pull_number}' && isAuthor(repo, account, params)) return 'read'
  return roleOfNeeds(route)
}

function isAuthor(repo: Repo, account: Account, params: Record<string, string>): boolean {
  const number = Number(params.issue_number ?? params.pull_number)
  return repo.issues.get(number)?.user.id === account.id
}

function isCommenter(repo: Repo, account: Account, params: Record<string, string>): boolean {
  return repo.comments.get(Number(params.comment_id))?.user.id === account.id
}

function roleOfNeeds(route: Route): Role {
  const levels = (route.needs ?? []).flatMap(need => Object.entries(need))
  if (levels.some(([name, level]) => name === 'administration' || level === 'admin')) return 'admin'
  return levels.some(([, level]) => level === 'write') ? 'write' : 'read'
}
