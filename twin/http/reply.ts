import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'
import type { Kernel } from './kernel.ts'
import { type Answer, HttpError } from './route.ts'
import { version } from './version.ts'

const DOCS = 'https://docs.github.com/rest'

/** Any error as GitHub's document; what is no HttpError is the twin's own fault and says so. */
export function errorAnswer(error: unknown): Answer {
  if (!(error instanceof HttpError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`twin: ${text}\n`)
    return { status: 500, body: { message: `The twin failed: ${text.split('\n')[0]}`, status: '500' } }
  }
  const body = {
    message: error.message,
    ...(error.errors ? { errors: error.errors } : {}),
    documentation_url: DOCS,
    status: String(error.status),
  }
  return { status: error.status, body, headers: error.headers }
}

/** Headers that every API answer carries. */
export function commonHeaders(kernel: Kernel, exchange: Exchange): Record<string, string> {
  const headers: Record<string, string> = {
    // Clients correct their clock by this one.
    date: new Date(kernel.state.clock.now()).toUTCString(),
    'x-github-request-id':
      `${randomBytes(2).toString('hex')}:${randomBytes(10).toString('hex')}`.toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': version(exchange),
  }
  if (kernel.state.profile === 'ghes') headers['x-github-enterprise-version'] = 'enterprise-server@3.19.0'
  if (exchange.kind === 'git' || exchange.actor instanceof Error) return headers
  const resource = exchange.kind === 'graphql' ? 'graphql' : 'core'
  return { ...headers, ...kernel.limits.headers(exchange.actor, resource) }
}

export function send(res: ServerResponse, answer: Answer, common: Record<string, string> = {}): void {
  if (res.destroyed || res.writableEnded) return
  const json = answer.raw || answer.body === undefined ? undefined : JSON.stringify(answer.body)
  const bytes = answer.raw ?? Buffer.from(json ?? '')
  const type = json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }
  const length =
    answer.status === 204 || answer.status === 304 ? {} : { 'content-length': String(bytes.length) }
  res.writeHead(answer.status, { ...common, ...type, ...answer.headers, ...length })
  res.end(bytes)
}
