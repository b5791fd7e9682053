export const repoRoutes: import('../http/route.ts').Route[] = []
