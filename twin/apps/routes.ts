export const appRoutes: import('../http/route.ts').Route[] = []
