import type { Route } from '../http/route.ts'
import { mergeRoutes } from './routes/merge.ts'
import { onePullRoutes } from './routes/pulls.ts'
import { reviewRoutes } from './routes/reviews.ts'

export const pullRoutes: Route[] = [...onePullRoutes, ...mergeRoutes, ...reviewRoutes]
