import { appRoutes } from './apps/routes.ts'
import type { RawHandler } from './http/raw.ts'
import { type Answer, type Call, HttpError, type Route } from './http/route.ts'
import { pageHandlers } from './pages/handler.ts'
import { repoRoutes } from './repos/routes.ts'
import type { Listener, TwinState } from './state.ts'

export type Areas = {
  routes: Route[]
  rawHandlers: RawHandler[]
  listeners: (state: TwinState) => Listener[]
  graphql: (call: Call) => Promise<Answer>
}

/** While parts are under way: what is there is joined, what is not is left out. */
export async function joinAreas(): Promise<Areas> {
  const [issues, pulls, checks, gitdata, actions] = await Promise.all([
    part('./issues/routes.ts'),
    part('./pulls/routes.ts'),
    part('./checks/routes.ts'),
    part('./gitdata/routes.ts'),
    part('./actions/routes.ts'),
  ])
  const lists = await Promise.all(
    ['issues', 'pulls', 'checks', 'gitdata', 'actions'].map(n => part(`./${n}/listeners.ts`)),
  )
  const raw = await part('./actions/raw.ts')
  const endpoint = await part('./graphql/endpoint.ts')
  const routes = [
    ...repoRoutes,
    ...appRoutes,
    ...((issues.issueRoutes ?? []) as Route[]),
    ...((pulls.pullRoutes ?? []) as Route[]),
    ...((checks.checkRoutes ?? []) as Route[]),
    ...((gitdata.gitRoutes ?? []) as Route[]),
    ...((actions.actionRoutes ?? []) as Route[]),
  ]
  const makers = lists
    .flatMap(list => Object.entries(list))
    .filter(([name]) => name.endsWith('Listeners')) as [string, (state: TwinState) => Listener[]][]
  return {
    routes,
    rawHandlers: [...((raw.rawHandlers ?? []) as RawHandler[]), ...pageHandlers],
    listeners: state => makers.flatMap(([, make]) => make(state)),
    graphql: (endpoint.graphqlAnswer ??
      (() => Promise.reject(new HttpError(501, 'no GraphQL yet')))) as Areas['graphql'],
  }
}

async function part(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(path)) as Record<string, unknown>
  } catch (error) {
    if (
      (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' ||
      /Cannot find module|Failed to load|does not provide an export/.test(String(error))
    )
      return {}
    throw error
  }
}
