import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openGateway } from '../../../action/gateway/gateway.ts'
import { ask, BODIES, json, open, REAL, USAGE } from './upstream.ts'

function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'gateway-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

test('a service with a certificate of the company’s own authority', async () => {
  const dir = scratch()
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const subject = ['-subj', '/CN=models', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-nodes']
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'pipe' },
  )
  const files = { key: readFileSync(key), cert: readFileSync(cert) }
  const server = createTlsServer(files, (_request, response) => json(response, USAGE.chat)).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const base = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const slot = { name: 'compatible', family: 'compatible', key: REAL, base } as const

  const trusted = await open(() => {}, { slots: [{ ...slot, ca: files.cert.toString() }] })
  expect((await ask(trusted, 'chat')).status).toBe(200)

  const strange = await open(() => {}, { slots: [slot] })
  const answer = await ask(strange, 'chat')
  expect(answer.status).toBe(502)
  expect(await answer.text()).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
  server.closeAllConnections()
})

test('through the company’s proxy', async () => {
  const asked: string[] = []
  const proxy = createServer((incoming, response) => {
    asked.push(incoming.url ?? '')
    incoming.pipe(
      request(incoming.url ?? '', { method: 'POST', headers: incoming.headers }, answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      }),
    )
  })
  // Some Nodes ask every proxy for a tunnel, also for http.
  proxy.on('connect', (incoming, socket, head) => {
    asked.push(incoming.url ?? '')
    const [host = '', port = ''] = (incoming.url ?? '').split(':')
    const other = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      other.write(head)
      other.pipe(socket).pipe(other)
    })
    for (const end of [other, socket]) end.on('error', () => {})
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const opened = await open((_seen, response) => json(response, USAGE.chat), { proxy: { http_proxy: url } })

  expect((await ask(opened, 'chat')).status).toBe(200)

  expect(asked).toEqual([expect.stringContaining(new URL(opened.upstream.url).host)])
  expect(opened.upstream.seen[0]!.headers.authorization).toBe(`Bearer ${REAL}`)
})

test('by a unix socket, for who has no other door', async () => {
  const socket = join(scratch(), 'gateway.sock')
  const opened = await open((_seen, response) => json(response, USAGE.chat), { socket })
  const status = (key: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}` }
      request(
        {
          agent: false,
          socketPath: socket,
          path: '/compatible/v1/chat/completions',
          method: 'POST',
          headers,
        },
        answer => {
          answer.resume()
          resolve(answer.statusCode)
        },
      )
        .on('error', reject)
        .end(JSON.stringify(BODIES.chat))
    })

  expect(await status(opened.pass.key)).toBe(200)
  expect(await status('another')).toBe(401)
  await opened.gateway[Symbol.asyncDispose]()
  await expect(status(opened.pass.key)).rejects.toThrow('ENOENT')
})

test('a socket that cannot be made leaves no gateway behind', async () => {
  const opening = open(() => {}, { socket: join(scratch(), 'missing', 'gateway.sock') })

  await expect(opening).rejects.toThrow(/ENOENT|EACCES|EINVAL/)
})

test('it listens on the loopback interface only', async () => {
  const { gateway } = await open(() => {})

  expect(gateway.baseUrlFor('openai')).toBe(`http://127.0.0.1:${gateway.port}/openai/v1`)
  expect(gateway.baseUrlFor('anthropic')).toBe(`http://127.0.0.1:${gateway.port}/anthropic`)
  expect(() => gateway.baseUrlFor('other')).toThrow('no slot "other"')
  const listening = readFileSync('/proc/net/tcp', 'utf8') + readFileSync('/proc/net/tcp6', 'utf8')
  const port = gateway.port.toString(16).toUpperCase().padStart(4, '0')
  const own = listening
    .split('\n')
    .filter(line => new RegExp(`^ *\\d+: \\w+:${port} \\w+:0000 0A`).test(line))
  expect(own).toEqual([expect.stringMatching(/^ *\d+: 0100007F:/)])
})

test.each([
  ['', 'no name'],
  ['a/b', 'no name'],
  ['ok', 'not http or https', 'ftp://x'],
  ['ok', 'not http or https', 'nowhere'],
  ['ok', 'may not have', 'https://user:pass@x/'],
  ['ok', 'may not have', 'https://x/?key=1'],
  ['ok', 'needs a base URL'],
])('slot "%s": %s', async (name, problem, base?: string) => {
  const slot = { name, family: 'compatible', key: REAL, ...(base === undefined ? {} : { base }) } as const

  const opening = openGateway({ slots: [slot], budget: { tokens: null, costUsd: null }, allow: null })

  await expect(opening).rejects.toThrow(problem)
  await expect(opening).rejects.not.toThrow(REAL)
})
