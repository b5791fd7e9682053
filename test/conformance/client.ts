import { setTimeout as sleep } from 'node:timers/promises'

/** Where a GitHub has its doors. */
export type Address = { rest: string; graphql: string; git: string }

/** api.github.com, or the root of an Enterprise Server (or of a twin). */
export function addressOf(host: string): Address {
  const root = host.replace(/\/+$/, '')
  if (root === 'https://api.github.com')
    return { rest: root, graphql: `${root}/graphql`, git: 'https://github.com' }
  return { rest: `${root}/api/v3`, graphql: `${root}/api/graphql`, git: root }
}

export type Reply<T> = { status: number; headers: Headers; body: T }
export type GraphqlReply<T> = {
  status: number
  data: T | null
  errors: { type?: string; message: string; path?: (string | number)[] }[]
}

type Ask = { body?: unknown; headers?: Record<string, string> }

/** Plain HTTP in somebody's name. A path that begins with `./` is below the sandbox repository. */
export type Client = {
  token(): Promise<string>
  /** Whatever the answer is: nothing is thrown for a status. */
  ask<T = { message?: string }>(method: string, path: string, ask?: Ask): Promise<Reply<T>>
  /** The body of an answer that must be a success. Throws with GitHub's own words otherwise. */
  get<T>(path: string): Promise<T>
  send<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  graphql<T>(query: string, variables?: Record<string, unknown>): Promise<GraphqlReply<T>>
}

export type Door = {
  address: Address
  /** `owner/name` of the sandbox repository. */
  repository: string
  /** Milliseconds between writes: GitHub asks for a second, a twin for nothing. */
  paceMs: number
}

/** `token` gives the Authorization header's value; an empty one sends none. */
export function createClient(door: Door, authorization: () => Promise<string>): Client {
  const pace = createPace(door.paceMs)
  const { rest, graphql } = door.address
  const request = async (url: string, method: string, ask: Ask) => {
    if (method !== 'GET') await pace()
    const value = await authorization()
    const headers = {
      accept: 'application/vnd.github+json',
      'user-agent': 'conformance',
      'x-github-api-version': '2022-11-28',
      ...(value === '' ? {} : { authorization: value }),
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...ask.headers,
    }
    const body = ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }
    const response = await fetch(url, { method, headers, redirect: 'manual', ...body })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
  }
  const client: Client = {
    token: async () => (await authorization()).replace(/^\w+ /, ''),
    ask: (method, path, ask = {}) =>
      request(rest + path.replace(/^\.(?=\/|$)/, `/repos/${door.repository}`), method, ask),
    get: path => client.send('GET', path),
    send: async (method, path, body) => {
      const reply = await client.ask<{ message?: string }>(method, path, { body })
      if (reply.status >= 400)
        throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
      return reply.body as never
    },
    graphql: async (query, variables = {}) => {
      const reply = await request(graphql, 'POST', { body: { query, variables } })
      return { status: reply.status, data: reply.body.data ?? null, errors: reply.body.errors ?? [] }
    },
  }
  return client
}

/** Resolves when the next write may go out. */
function createPace(ms: number): () => Promise<void> {
  let next = 0
  return async () => {
    const wait = next - Date.now()
    next = Math.max(Date.now(), next) + ms
    if (wait > 0) await sleep(wait)
  }
}
