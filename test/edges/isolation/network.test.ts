import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ground, openGround, reaches } from './ground.ts'

/** An agent calls home. With a network of its own there is one address: the model gateway's. */
let ground: Ground
let gateway: Server
let other: ReturnType<typeof createTcp>
const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port

beforeAll(async () => {
  ground = openGround()
  gateway = createServer((request, response) => {
    if (request.url === '/stream') {
      response.write('first\n')
      setTimeout(() => response.end('last\n'), 50)
      return
    }
    request.pipe(response)
  }).listen(0, '127.0.0.1')
  other = createTcp(socket => void socket.end('reached\n')).listen(0, '127.0.0.1')
  await Promise.all([once(gateway, 'listening'), once(other, 'listening')])
})
afterAll(() => {
  gateway.close()
  other.close()
  ground[Symbol.dispose]()
})

test('only the door answers', async () => {
  await using attempt = await ground.open({ doors: [{ port: portOf(gateway) }] })
  if (!reaches(attempt, 'network')) return
  const url = `http://127.0.0.1:${portOf(gateway)}`
  const { text } = await attempt.agent(
    [
      `curl -sS -m 5 -d hello ${url}/; curl -sSN -m 5 ${url}/stream`,
      `curl -sS -m 2 http://127.0.0.1:${portOf(other)}/`,
      'curl -sS -m 2 http://192.0.2.1/; curl -sS -m 2 http://[2001:db8::1]/; getent hosts example.com && echo resolved',
      'ls /sys/class/net; cat /proc/net/route | tail -n +2; true',
    ].join('\n'),
    { env: { PATH: process.env.PATH ?? '' }, timeoutMs: 30_000 },
  )
  expect(text).toContain('hello')
  expect(text).toContain('first\nlast\n')
  expect(text).not.toMatch(/reached|resolved|eth0/)
})

test.runIf(process.getuid?.() === 0)(
  'a socket file of the machine, which any network reaches, is not there: names cannot be asked for',
  async () => {
    const path = `/run/chorus-test-${process.pid}.sock`
    await using resolver = createTcp(socket => void socket.end('reached\n')).listen(path)
    await once(resolver, 'listening')
    chmodSync(path, 0o777)
    const line = `node -e "require('node:net').connect('${path}').on('data', d => console.log(String(d))).on('error', e => console.log(e.code))"`
    await using closed = await ground.open({ doors: [] })
    if (!reaches(closed, 'network')) return
    expect((await closed.agent(line)).text).toBe('ENOENT\n')
    const hold = closed.isolation.hold('open')
    const names = await closed.agent('cat /etc/resolv.conf; touch /run/new', { hold })
    expect(names.text).toContain(readFileSync('/etc/resolv.conf', 'utf8').trim())
    expect(names.text).toMatch(/touch: .*Read-only file system/)

    await using open = await ground.open({ doors: null })
    expect((await open.agent(line)).text).toContain('reached')
  },
)

test('servers of its own work, unseen from outside', async () => {
  await using attempt = await ground.open({ doors: [] })
  if (!reaches(attempt, 'network')) return
  const port = portOf(other)
  // The very port that somebody else has outside: inside it is free.
  const server = `require('node:http').createServer((q, r) => r.end('mine')).listen(${port})`
  const line = `node -e "${server}" & for i in $(seq 50); do curl -s -m 1 http://127.0.0.1:${port}/ && exit 0; sleep 0.1; done; exit 1`
  const { end, text } = await attempt.agent(line, { timeoutMs: 20_000 })
  expect([end, text]).toEqual([{ is: 'exited', code: 0 }, 'mine'])
})

test('a door can be opened later; setup has the network of the machine', async () => {
  await using attempt = await ground.open({ doors: [] })
  if (!reaches(attempt, 'network')) return
  const line = `curl -sS -m 2 -d hi http://127.0.0.1:${portOf(gateway)}/`
  expect((await attempt.agent(line)).end).toEqual({ is: 'exited', code: 7 })
  expect((await attempt.agent(line, { hold: attempt.isolation.hold('open') })).text).toContain('hi')
  await attempt.isolation.openDoor({ port: portOf(gateway) })
  expect((await attempt.agent(line)).text).toContain('hi')
})

test('many at once go through the door, and one that is cut off harms nobody', async () => {
  await using attempt = await ground.open({ doors: [{ port: portOf(gateway) }] })
  if (!reaches(attempt, 'network')) return
  const url = `http://127.0.0.1:${portOf(gateway)}`
  const line = `head -c 2000000 /dev/zero > big; for i in $(seq 20); do (curl -sS -m 20 --data-binary @big ${url}/ | wc -c) & done; (echo half > /dev/tcp/127.0.0.1/${portOf(gateway)}); wait`
  const { text } = await attempt.agent(line, { timeoutMs: 60_000 })
  expect(text.trim().split('\n')).toEqual(Array(20).fill('2000000'))
})
