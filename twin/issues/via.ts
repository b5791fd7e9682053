import type { App } from '../apps/state.ts'
import type { Actor, TwinState } from '../state.ts'

/** The app on whose behalf something was done, or null for people. */
export function viaApp(actor: Actor): number | null {
  return actor.is === 'installation' ? actor.appId : null
}

/** An app as other documents mention it; null when it is unknown. */
export function appJson(state: TwinState, appId: number | null): AppMention | null {
  const app = appId === null ? undefined : state.apps.apps.get(appId)
  return app ? mention(state, app) : null
}

export type AppMention = ReturnType<typeof mention>

function mention(state: TwinState, app: App) {
  const owner = state.accounts.get(app.ownerLogin.toLowerCase())
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: `A_${app.id}`,
    owner: owner ?? { id: 0, node_id: 'U_ghost', login: app.ownerLogin, type: 'User' as const },
    name: app.name,
    description: '',
    external_url: state.url,
    html_url: `${state.url}/apps/${app.slug}`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    permissions: app.permissions,
    events: app.events,
  }
}
