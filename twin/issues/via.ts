import { appJson as fullAppJson } from '../apps/json.ts'
import type { Actor, TwinState } from '../state.ts'

/** The app on whose behalf something was done, or null for people. */
export function viaApp(actor: Actor): number | null {
  return actor.is === 'installation' ? actor.appId : null
}

/** An app as other documents mention it; null when it is unknown. */
export function appJson(state: TwinState, appId: number | null): Record<string, unknown> | null {
  const app = appId === null ? undefined : state.apps.apps.get(appId)
  return app ? fullAppJson(state, app) : null
}
