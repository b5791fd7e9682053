import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Running } from '../../app/server.ts'
import type { Story } from './story.ts'

/** `both`: every replica hears of everything. `either`: a load balancer gives each delivery to one of them in turn. */
export type Spread = 'both' | 'either'

/** Puts an address before all controllers of the story and has the app's webhooks sent there. */
export async function spreadWebhooks(
  story: Pick<Story, 'app' | 'controllers'>,
  how: Spread,
): Promise<AsyncDisposable> {
  let turn = 0
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const headers = Object.entries(req.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name)
        ? [[name, value] as [string, string]]
        : [],
    )
    turn += 1
    const targets = story.controllers.filter((_, i, all) => how === 'both' || i === turn % all.length)
    const answers = await Promise.all(targets.map(target => post(target, { headers, body })))
    res.writeHead(Math.max(200, ...answers)).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  story.app.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

type Letter = { headers: [string, string][]; body: Buffer }

async function post({ url }: Running, { headers, body }: Letter): Promise<number> {
  const answer = await fetch(`${url}/api/github/webhooks`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  })
  return answer.status
}
