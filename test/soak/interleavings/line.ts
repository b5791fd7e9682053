import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** Where each run calls and waits until it is told how it ends. */
export type Line = AsyncDisposable & {
  port: number
  /** Has this run called? */
  hears(run: number): boolean
  tell(run: number, words: string): void
}

/**
 * What a run's shell does, where the variable LINE is the port: it says its id and hears a line, as `$word` and `$receipt`. It opens
 * the connection itself, so that no other process has to be started.
 */
export const HEAR =
  'exec 3<>/dev/tcp/127.0.0.1/${{ vars.LINE }}; echo ${{ github.run_id }} >&3; read -r word receipt <&3'

export async function openLine(): Promise<Line> {
  const callers = new Map<number, Socket>()
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    // A run that is cancelled just hangs up.
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.once('data', id => callers.set(Number(id.toString()), socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    hears: run => callers.has(run),
    tell: (run, words) => void callers.get(run)?.write(`${words}\n`),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
