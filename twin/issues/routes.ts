import type { Route } from '../http/route.ts'
import { commentRoutes } from './routes/comments.ts'
import { oneIssueRoutes } from './routes/issues.ts'
import { labelRoutes } from './routes/labels.ts'
import { linkRoutes } from './routes/links.ts'
import { reactionRoutes } from './routes/reactions.ts'
import { timelineRoutes } from './routes/timeline.ts'

export const issueRoutes: Route[] = [
  ...oneIssueRoutes,
  ...labelRoutes,
  ...commentRoutes,
  ...reactionRoutes,
  ...timelineRoutes,
  ...linkRoutes,
]
