import type { IncomingMessage } from 'node:http'
import type { Actor } from '../state.ts'
import { authenticate } from './auth.ts'
import type { Kernel } from './kernel.ts'
import { actorName } from './log.ts'
import type { HttpError, Method } from './route.ts'
import { type Match, matchRoute } from './router.ts'

/** A request with its body read, and where it goes. */
export type Exchange = {
  kind: 'rest' | 'graphql' | 'git'
  method: string
  url: URL
  /** Below the API's root for REST; the whole path otherwise. */
  path: string
  route: string
  match: Match | null
  headers: Record<string, string>
  body: Buffer
  /** Who asks, or why nobody can be recognised. */
  actor: Actor | HttpError
  actorName: string
}

const API = '/api/v3'
const GIT = /^\/[^/]+\/[^/]+\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** null: neither REST, GraphQL nor git; somebody else may know the page. */
export function kindOf(url: URL): Exchange['kind'] | null {
  if (url.pathname === API || url.pathname.startsWith(`${API}/`)) return 'rest'
  if (url.pathname === '/api/graphql') return 'graphql'
  return GIT.test(url.pathname) ? 'git' : null
}

export function openExchange(
  kernel: Kernel,
  req: IncomingMessage,
  url: URL,
  kind: Exchange['kind'],
): Exchange {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  const method = req.method === 'HEAD' ? 'GET' : (req.method ?? 'GET')
  const path = kind === 'rest' ? url.pathname.slice(API.length) || '/' : url.pathname
  const match = kind === 'rest' ? matchRoute(kernel.router, method as Method, path) : null
  const actor = recognise(kernel, headers.authorization)
  return {
    kind,
    method,
    url,
    path,
    route: match?.route.path ?? labelOf(kind, url),
    match,
    headers,
    body: Buffer.alloc(0),
    actor,
    actorName: actor instanceof Error ? 'unrecognised' : actorName(kernel.state, actor),
  }
}

function labelOf(kind: Exchange['kind'], url: URL): string {
  if (kind === 'graphql') return '/graphql'
  if (kind === 'rest') return url.pathname.slice(API.length)
  const service = url.searchParams.get('service')
  return service ? `/info/refs/${service}` : `/${url.pathname.split('/').at(-1)}`
}

function recognise(kernel: Kernel, authorization: string | undefined): Actor | HttpError {
  try {
    return authenticate(kernel.state, authorization)
  } catch (error) {
    return error as HttpError
  }
}
