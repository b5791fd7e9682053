import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Stage } from '../../twin/demo/stage.ts'

/** The app as `npm start` runs it: a process of its own, told where it is by its environment. */
export type Controller = AsyncDisposable & {
  /** Most memory that it ever had resident, in bytes. NaN where the system does not tell. */
  mostMemory(): number
}

// As scripts/start.mjs starts it.
const FLAGS = ['--max-semi-space-size=8']
const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url))

/** Resolves when it answers. */
export async function startController({ twin, app }: Stage): Promise<Controller> {
  const port = await findPort()
  const child = spawn(process.execPath, [...FLAGS, MAIN], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      HOST: '127.0.0.1',
      PORT: String(port),
      GHE_HOST: new URL(twin.url).host,
      GHE_PROTOCOL: 'http',
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: app.webhookSecret,
    },
  })
  child.stderr.pipe(process.stderr)
  const url = `http://127.0.0.1:${port}`
  await untilUp(child, url)
  app.webhookUrl = `${url}/api/github/webhooks`
  return {
    mostMemory: () => readMemory(child.pid ?? 0),
    [Symbol.asyncDispose]: () => end(child),
  }
}

function findPort(): Promise<number> {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}

async function untilUp(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null) {
    const answered = await fetch(`${url}/ping`).then(
      answer => answer.ok,
      () => false,
    )
    if (answered) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('the controller did not start')
}

function readMemory(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  } catch {
    return Number.NaN
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise(done => {
    if (child.exitCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
  })
}
