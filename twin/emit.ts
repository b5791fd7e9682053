import type { Account, Actor, Happening, Repo, TwinState } from './state.ts'

/** Tells everyone who listens (webhooks, workflow triggers) that something happened. Call it after the state has changed. */
export function emit(
  state: TwinState,
  happened: {
    repo: Repo | null
    event: string
    action?: string
    by: Actor
    payload: Record<string, unknown>
  },
): void {
  const happening: Happening = {
    repo: happened.repo,
    event: happened.event,
    action: happened.action ?? null,
    sender: accountOf(happened.by),
    payload: happened.payload,
    byJobToken: happened.by.is === 'installation' && happened.by.job !== undefined,
  }
  for (const listener of state.listeners) listener(happening)
}

/** The account that GitHub would name as the actor. */
export function accountOf(actor: Actor): Account {
  if (actor.is === 'user' || actor.is === 'installation') return actor.account
  return { id: 0, node_id: 'U_ghost', login: 'ghost', type: 'User' }
}
