import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createRepo, createUser } from '../../twin/seed.ts'
import { createTwin, type Twin } from '../../twin/twin.ts'

/** `npm start` as people run it: a process of its own in a folder of its own, against the twin. */
let twin: Twin
const started: ChildProcess[] = []

beforeAll(async () => {
  twin = await createTwin()
  createUser(twin.state, 'ada')
  await createRepo(twin.state, { owner: 'ada', name: 'engine' })
})

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

afterAll(() => twin.close())

type Started = { child: ChildProcess; url: string; output(): string; ended: Promise<number | null> }

async function start(folder: string, env: Record<string, string>): Promise<Started> {
  const port = await freePort()
  const place = {
    HOST: '127.0.0.1',
    PORT: String(port),
    GHE_HOST: new URL(twin.url).host,
    GHE_PROTOCOL: 'http',
  }
  const child = spawn(process.execPath, [resolve('app/main.ts')], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_SMEE_SETUP: 'true', ...place, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += String(text)))
  const ended = new Promise<number | null>(done => child.on('exit', done))
  return { child, url: `http://127.0.0.1:${port}`, output: () => output, ended }
}

function freePort(): Promise<number> {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => done(port))
    })
  })
}

/** Until it listens; fails with its output when it ends instead. */
async function untilUp({ child, url, output }: Started): Promise<void> {
  while (child.exitCode === null) {
    const answered = await fetch(`${url}/ping`).then(
      answer => answer.ok,
      () => false,
    )
    if (answered) return
    await new Promise(done => setTimeout(done, 20))
  }
  throw new Error(`it ended: ${output()}`)
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'start-'))
  copyFileSync('app.yml', join(folder, 'app.yml'))
  return folder
}

test('unsafe settings are refused at once, by name, without a stack trace', async () => {
  const settings = { APP_ID: '7', PRIVATE_KEY: 'half', WEBHOOK_SECRET: 'development' }
  const { ended, output } = await start(newFolder(), settings)
  expect(await ended).toBe(2)
  expect(output()).toMatch(/PRIVATE_KEY: [\s\S]*WEBHOOK_SECRET: /)
  expect(output()).not.toMatch(/ at .*:\d+:\d+/)
})

test('a setting that needs a package which is not there is refused with the command that installs it', async () => {
  const { ended, output } = await start(newFolder(), { WEBHOOK_PROXY_URL: 'https://smee.example/x' })
  expect(await ended).toBe(2)
  expect(output()).toMatch(/WEBHOOK_PROXY_URL: [\s\S]*npm i smee-client/)
})

test('from nothing to a running app: set-up pages, registration, start, installation, first webhook', async () => {
  const folder = newFolder()
  const setUp = await start(folder, {})
  await untilUp(setUp)
  const page = await (await fetch(`${setUp.url}/probot`)).text()
  const manifest = /value='(\{.*?\})'/.exec(page)![1]!
  const action = /action="([^"]+)"/.exec(page)![1]!
  const made = await fetch(action, {
    method: 'POST',
    body: new URLSearchParams({ manifest }),
    redirect: 'manual',
  })
  await fetch(made.headers.get('location')!, { redirect: 'manual' })
  setUp.child.kill('SIGKILL')
  await setUp.ended
  expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(/^WEBHOOK_SECRET=.{16}/m)

  // The next start reads .env; the app's webhook address is where the set-up pages were.
  const app = [...twin.state.apps.apps.values()].find(one => one.name === 'chorus')!
  const running = await start(folder, { PORT: new URL(setUp.url).port })
  const url = setUp.url
  await untilUp({ ...running, url })
  const install = `${twin.url}/apps/${app.slug}/installations/new`
  await fetch(install, { method: 'POST', body: new URLSearchParams({ account: 'ada' }), redirect: 'manual' })
  await twin.quiet()
  const delivery = twin.state.apps.deliveries.find(
    one => one.appId === app.id && one.event === 'installation',
  )
  expect(delivery).toMatchObject({ statusCode: 200 })
  await expect.poll(async () => (await fetch(url)).text()).toContain('ada/engine')

  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
})
