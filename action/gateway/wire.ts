import {
  request as askHttp,
  Agent as HttpAgent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import { request as askHttps, Agent as HttpsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'

/** Connections to one service: kept alive, through the company's proxy where the runner has one. */
export function openAgent(
  base: URL,
  { proxy, ca }: { proxy: Readonly<Record<string, string>>; ca: string | null },
): HttpAgent {
  const options = { keepAlive: true, maxFreeSockets: 8, proxyEnv: { ...proxy } }
  if (base.protocol === 'http:') return new HttpAgent(options)
  return new HttpsAgent({ ...options, ...(ca === null ? {} : { ca: [...getCACertificates('default'), ca] }) })
}

export type Call = {
  base: URL
  agent: HttpAgent
  method: string
  /** Behind the base URL, with its query. */
  path: string
  headers: OutgoingHttpHeaders
  body: Buffer | null
  signal: AbortSignal
  /** Milliseconds without a byte after which the service counts as gone. */
  quietMs: number
}

export type Answered = { is: 'answered'; answer: IncomingMessage }
/** `reached`: the request may have got there, and so may have been paid for. */
export type Unanswered = { is: 'unanswered'; code: string; reached: boolean }

/** Sends a request and resolves when the head of the answer is there. Never throws, never follows a redirect. */
export async function call(one: Call): Promise<Answered | Unanswered> {
  const result = await send(one)
  // A kept connection that the service closed in the same moment, most likely before it saw the request. The other kept
  // ones may be so too: once more, on a new one.
  if (result.is === 'answered' || !result.stale || one.signal.aborted) return result
  for (const socket of Object.values(one.agent.freeSockets).flat()) socket?.destroy()
  return await send(one)
}

/** A service that hung up later than this, in milliseconds, may have worked and may want to be paid. */
const STALE_MS = 1000

function send(one: Call): Promise<Answered | (Unanswered & { stale: boolean })> {
  return new Promise(resolve => {
    const ask = one.base.protocol === 'https:' ? askHttps : askHttp
    const { method, headers, agent, signal } = one
    const began = performance.now()
    const target = new URL(one.base)
    const path = `${target.pathname.replace(/\/+$/, '')}${one.path}`
    const request = ask(target, { method, path, headers, agent, signal })
    let connected = false
    request.on('socket', socket => {
      connected = !socket.connecting
      if (socket.connecting)
        socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          connected = true
        })
    })
    request.setTimeout(one.quietMs, () =>
      request.destroy(Object.assign(new Error('quiet'), { code: 'QUIET' })),
    )
    request.on('response', answer => resolve({ is: 'answered', answer }))
    request.on('error', (error: NodeJS.ErrnoException) => {
      // Only the code: messages of others may hold what nobody should read.
      const code = /^[A-Z][A-Z0-9_]{1,60}$/.test(error.code ?? '') ? error.code! : 'FAILED'
      const soon = performance.now() - began < STALE_MS
      const stale = request.reusedSocket && soon && (code === 'ECONNRESET' || code === 'EPIPE')
      resolve({ is: 'unanswered', code, reached: connected, stale })
    })
    request.end(one.body ?? undefined)
  })
}
