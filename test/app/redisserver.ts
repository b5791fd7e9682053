import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Redis = AsyncDisposable & { url: string }

/** Is the program there? */
export function hasRedis(): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn('redis-server', ['--version'], { stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('exit', code => resolve(code === 0))
  })
}

/** A Redis of our own, which keeps nothing. */
export async function startRedis(): Promise<Redis> {
  const port = await findPort()
  const dir = await mkdtemp(join(tmpdir(), 'chorus-redis-'))
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir }
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)])
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'close')
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${said}`)))
    let said = ''
    child.stdout.on('data', chunk => {
      said += String(chunk)
      if (said.includes('Ready to accept connections')) resolve()
    })
  })
  return {
    url: `redis://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await gone
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Redis takes no port 0; what the system has just given back is free for a while. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
