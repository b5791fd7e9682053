import type { Route } from '../http/route.ts'
import { archiveRoutes } from './archive.ts'
import { commitPullRoutes } from './commitpulls.ts'
import { contentRoutes } from './contentroutes.ts'
import { historyRoutes } from './historyroutes.ts'
import { mergeRoutes } from './mergeroute.ts'
import { objectRoutes } from './objectroutes.ts'
import { refRoutes } from './refroutes.ts'
import { treeRoutes } from './treeroutes.ts'

/** Refs, objects, history, contents and plain merges. */
export const gitRoutes: Route[] = [
  ...refRoutes,
  ...objectRoutes,
  ...treeRoutes,
  ...historyRoutes,
  ...contentRoutes,
  ...mergeRoutes,
  ...commitPullRoutes,
  ...archiveRoutes,
]
