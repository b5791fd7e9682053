import type { Route } from '../http/route.ts'
import { artifactRoutes } from './routes/artifacts.ts'
import { groupRoutes } from './routes/groups.ts'
import { jobRoutes } from './routes/jobs.ts'
import { runRoutes } from './routes/runs.ts'
import { settingRoutes } from './routes/settings.ts'
import { workflowRoutes } from './routes/workflows.ts'

export const actionRoutes: Route[] = [
  ...workflowRoutes,
  ...runRoutes,
  ...jobRoutes,
  ...artifactRoutes,
  ...settingRoutes,
  ...groupRoutes,
]
