import { can, roleOf, sees } from '../http/auth.ts'
import type { Repo } from '../state.ts'
import { Problem, unresolvedNode } from './problem.ts'
import type { World } from './world.ts'

/** Throws FORBIDDEN unless the actor holds the permission. */
export function needs(world: World, repo: Repo, permission: string, level: 'read' | 'write' = 'read'): void {
  const { state, call } = world
  if (!can(call.actor, state, repo, permission, level)) throw forbidden(world)
}

/** Issue fields serve pull requests too: either permission will do. */
export function needsEither(world: World, repo: Repo, permissions: string[], level: 'read' | 'write'): void {
  const { state, call } = world
  if (!permissions.some(each => can(call.actor, state, repo, each, level))) throw forbidden(world)
}

/** People who can read may talk; apps need the permission. */
export function needsVoice(world: World, repo: Repo, pull: boolean): void {
  const { actor } = world.call
  if (actor.is === 'user' && roleOf(world.state, repo, actor.account) !== 'none') return
  needsEither(world, repo, pull ? ['pull_requests', 'issues'] : ['issues'], 'write')
}

/** People who sort (labels, states) need triage; apps the write permission. */
export function needsTriage(world: World, repo: Repo, pull: boolean): void {
  const { actor } = world.call
  if (actor.is === 'user' && roleOf(world.state, repo, actor.account) === 'triage') return
  needsEither(world, repo, pull ? ['pull_requests', 'issues'] : ['issues'], 'write')
}

export function visible(world: World, repo: Repo): boolean {
  return sees(world.call.actor, world.state, repo)
}

/** Hides what the actor may not know of. */
export function requireVisible(world: World, repo: Repo, id: string): void {
  if (!visible(world, repo)) throw unresolvedNode(id)
}

function forbidden(world: World): Problem {
  const { actor } = world.call
  const who =
    actor.is === 'user' ? `${actor.account.login} does not have the correct permissions to do this` : null
  return new Problem('FORBIDDEN', who ?? 'Resource not accessible by integration')
}
