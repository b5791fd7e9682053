import { actionListeners } from './actions/listeners.ts'
import { rawHandlers as actionHandlers } from './actions/raw.ts'
import { actionRoutes } from './actions/routes.ts'
import { appRoutes } from './apps/routes.ts'
import { checkListeners } from './checks/listeners.ts'
import { checkRoutes } from './checks/routes.ts'
import { archiveHandler } from './gitdata/archive.ts'
import { gitListeners } from './gitdata/listeners.ts'
import { gitRoutes } from './gitdata/routes.ts'
import type { RawHandler } from './http/raw.ts'
import type { Route } from './http/route.ts'
import { issueRoutes } from './issues/routes.ts'
import { pageHandlers } from './pages/handler.ts'
import { pullListeners } from './pulls/listeners.ts'
import { pullRoutes } from './pulls/routes.ts'
import { queueListeners } from './queue/listeners.ts'
import { repoRoutes } from './repos/routes.ts'
import type { Listener, TwinState } from './state.ts'

/** Every route of every area. Whatever is not here answers 501. */
export const allRoutes: Route[] = [
  ...appRoutes,
  ...repoRoutes,
  ...issueRoutes,
  ...pullRoutes,
  ...checkRoutes,
  ...gitRoutes,
  ...actionRoutes,
]

/** Pages come last: they know the most paths. */
export const allRawHandlers: RawHandler[] = [...actionHandlers, archiveHandler, ...pageHandlers]

/** In this order: pull requests have followed a push before workflows start for it. */
export function allListeners(state: TwinState): Listener[] {
  return [
    ...gitListeners(state),
    ...pullListeners(state),
    ...checkListeners(state),
    ...actionListeners(state),
    ...queueListeners(state),
  ]
}
