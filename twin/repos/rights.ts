import { can, reaches, roleOf } from '../http/auth.ts'
import type { Actor, Repo, Role, TwinState } from '../state.ts'

/** The five booleans that go with a repository or a collaborator. */
export function rightsOf(role: Role): Record<string, boolean> {
  return {
    admin: reaches(role, 'admin'),
    maintain: reaches(role, 'maintain'),
    push: reaches(role, 'write'),
    triage: reaches(role, 'triage'),
    pull: reaches(role, 'read'),
  }
}

/** What the repository says of the one who asks for it. */
export function rightsOfActor(state: TwinState, repo: Repo, actor: Actor): Record<string, boolean> | null {
  if (actor.is === 'user') return rightsOf(roleOf(state, repo, actor.account))
  if (actor.is !== 'installation') return null
  if (can(actor, state, repo, 'administration', 'write')) return rightsOf('admin')
  if (can(actor, state, repo, 'contents', 'write')) return rightsOf('write')
  // Installations see `false` everywhere unless they may write: GitHub counts only what the app was given.
  return rightsOf(can(actor, state, repo, 'contents', 'read') ? 'read' : 'none')
}
