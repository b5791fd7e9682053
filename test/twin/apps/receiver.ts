import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Received = {
  headers: IncomingHttpHeaders
  body: string
  event: string
  action: string | undefined
}
export type Receiver = { url: string; received: Received[]; status: number; close(): void }

/** A web hook's other end: keeps all it gets and answers with `status`. */
export async function createReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (req, res) => {
    const body = await text(req)
    const { action } = JSON.parse(body) as { action?: string }
    received.push({ headers: req.headers, body, event: String(req.headers['x-github-event']), action })
    res.writeHead(receiver.status).end('seen')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    status: 200,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return receiver
}
