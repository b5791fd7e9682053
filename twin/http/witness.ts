import type { Exchange } from './exchange.ts'
import type { Answer } from './route.ts'
import { type ApiVersion, version } from './version.ts'

/** A request and its answer in full, for whoever checks them against a description of the interface. */
export type Witnessed = {
  method: string
  /** Below the API's root, with its query. */
  path: string
  /** The route's template, as in the request log. */
  route: string
  kind: Exchange['kind']
  version: ApiVersion
  actor: string
  requestBody: unknown
  status: number
  /** Undefined when the answer had none, or bytes. */
  answer: unknown
}

export type Witness = (exchange: Witnessed) => void

export function witnessed(exchange: Exchange, answer: Answer): Witnessed {
  return {
    method: exchange.method,
    path: exchange.path + exchange.url.search,
    route: exchange.route,
    kind: exchange.kind,
    version: version(exchange),
    actor: exchange.actorName,
    requestBody: exchange.kind === 'git' ? undefined : jsonOf(exchange.body),
    status: answer.status,
    // A copy: what was told must not change with the world.
    answer: answer.raw || answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body)),
  }
}

function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString())
  } catch {
    return body.toString()
  }
}
