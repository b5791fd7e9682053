import type { Method, Route } from './route.ts'

type Compiled = { route: Route; pattern: RegExp; names: string[]; weight: number }
export type Router = Map<Method, Compiled[]>
export type Match = { route: Route; params: Record<string, string> }

/** Routes by method, the more literal path before the one with more parameters. */
export function createRouter(routes: readonly Route[]): Router {
  const router: Router = new Map()
  for (const route of routes) {
    const list = router.get(route.method) ?? []
    list.push(compile(route))
    router.set(route.method, list)
  }
  for (const list of router.values()) list.sort((a, b) => a.weight - b.weight)
  return router
}

/** Every segment is decoded once, so that `a%2Fb` in a parameter arrives as `a/b`. */
export function matchRoute(router: Router, method: Method, path: string): Match | null {
  for (const { route, pattern, names } of router.get(method) ?? []) {
    const found = pattern.exec(path)
    if (!found) continue
    const params: Record<string, string> = {}
    for (const [index, name] of names.entries()) params[name] = decode(found[index + 1] ?? '')
    return { route, params }
  }
  return null
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function compile(route: Route): Compiled {
  const names: string[] = []
  let weight = 0
  const source = route.path.replace(/\{([a-z_]+)(\+?)\}|[.$^*()|[\]\\]/g, (found, name, plus) => {
    if (name === undefined) return `\\${found}`
    names.push(name)
    weight += plus ? 100 : 1
    return plus ? '(.+)' : '([^/]+)'
  })
  return { route, pattern: new RegExp(`^${source}$`), names, weight }
}
