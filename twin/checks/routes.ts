import type { Route } from '../http/route.ts'
import { protectionRoutes } from './routes/protection.ts'
import { rulesetRoutes } from './routes/rulesets.ts'
import { runRoutes } from './routes/runs.ts'
import { statusRoutes } from './routes/statuses.ts'
import { suiteRoutes } from './routes/suites.ts'

export const checkRoutes: Route[] = [
  ...runRoutes,
  ...suiteRoutes,
  ...statusRoutes,
  ...protectionRoutes,
  ...rulesetRoutes,
]
