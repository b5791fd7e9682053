import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The wire between one controller and GitHub. Cut at a write, before GitHub gets it or before its answer comes back,
 * nothing that this controller does arrives any more: as if the machine had died there.
 */
export type Cord = AsyncDisposable & { apiUrl: string; isCut(): boolean }

/** Told of each write before GitHub gets it, and again when it is done; true cuts the cord. */
export type Watch = (write: string, when: 'before' | 'after') => boolean

export async function layCord(apiUrl: string, watch: Watch): Promise<Cord> {
  const origin = new URL(apiUrl).origin
  let severed = false
  const sever = (): void => {
    severed = true
    server.closeAllConnections()
  }
  const server = createServer(async (req, res) => {
    if (severed) return void req.socket.destroy()
    const body = await bodyOf(req)
    const write = nameWrite(req, body)
    if (!severed && write !== null && watch(write, 'before')) sever()
    if (severed) return
    forward(origin, req, res, {
      body,
      answered: status => {
        if (!severed && write !== null && status < 400 && watch(write, 'after')) sever()
      },
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(apiUrl).pathname}`,
    isCut: () => severed,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Without its numbers. Null for reads, and for tokens: every start fetches one. */
function nameWrite(req: IncomingMessage, body: Buffer): string | null {
  const path = req.url ?? ''
  if (path.endsWith('/graphql')) {
    return /mutation[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(body.toString().replaceAll('\\n', ' '))?.[1] ?? null
  }
  if (req.method === 'GET' || path.includes('/access_tokens')) return null
  const name = path.replace(/^\/api\/v3\/repos\/[^/]+\/[^/]+/, '').replace(/\?.*$/, '')
  return `${req.method} ${name.replace(/\b\d+\b/g, 'N')}`
}

type Passing = { body: Buffer; answered(status: number): void }

function forward(
  origin: string,
  req: IncomingMessage,
  res: ServerResponse,
  { body, answered }: Passing,
): void {
  const { host: _host, connection: _connection, ...headers } = req.headers
  const onward = request(`${origin}${req.url}`, { method: req.method, headers }, async answer => {
    const text = await bodyOf(answer)
    answered(answer.statusCode ?? 502)
    if (res.destroyed) return
    const { 'transfer-encoding': _chunked, ...own } = answer.headers
    res.writeHead(answer.statusCode ?? 502, { ...own, 'content-length': text.length }).end(text)
  })
  onward.on('error', () => res.destroy())
  onward.end(body)
}
