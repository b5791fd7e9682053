import { reaches, roleOf } from '../http/auth.ts'
import type { Account, Actor, Repo, TwinState } from '../state.ts'
import type { Issue } from './state.ts'

/** May label, assign, close and edit what others opened. */
export function mayTriage(state: TwinState, repo: Repo, actor: Actor): boolean {
  if (actor.is === 'installation') {
    return actor.permissions.issues === 'write' || actor.permissions.pull_requests === 'write'
  }
  return actor.is === 'user' && reaches(roleOf(state, repo, actor.account), 'triage')
}

/** May push: the standing that merges, sets issue types and gives approvals that count. */
export function mayPush(state: TwinState, repo: Repo, actor: Actor): boolean {
  if (actor.is === 'installation') return actor.permissions.contents === 'write'
  return actor.is === 'user' && reaches(roleOf(state, repo, actor.account), 'write')
}

export function isAdmin(state: TwinState, repo: Repo, actor: Actor): boolean {
  return actor.is === 'user' && reaches(roleOf(state, repo, actor.account), 'admin')
}

export function isAuthor(issue: Issue, actor: Actor): boolean {
  return (actor.is === 'user' || actor.is === 'installation') && actor.account.id === issue.user.id
}

/** What `author_association` says of an account in this repository. */
export function association(state: TwinState, repo: Repo, account: Account): string {
  if (account.id === repo.owner.id) return 'OWNER'
  if (account.type !== 'Bot') {
    const role = roleOf(state, repo, account)
    if (repo.owner.type === 'Organization' && reaches(role, 'admin')) return 'MEMBER'
    if (repo.collaborators.has(account.login.toLowerCase()) && role !== 'none') return 'COLLABORATOR'
  }
  const landed = [...repo.pulls.values()].some(
    pull => pull.merged && repo.issues.get(pull.number)?.user.id === account.id,
  )
  return landed ? 'CONTRIBUTOR' : 'NONE'
}
