import { connect, type Server } from 'node:net'
import { NODE } from '../inputs.ts'
import { receiveServer } from '../process.ts'
import type { Holder } from './holder.ts'
import { enter } from './launch.ts'
import { PATH } from './users.ts'

/** A port of ours on loopback that answers inside as well, under the same number. All other addresses are gone there. */
export type Door = { port: number }

/** Runs inside, once: a socket stays in the network where it was made, also when it is ours afterwards. */
const LISTEN = `
const server = require('node:net').createServer()
server.listen({ host: '127.0.0.1', port: Number(process.argv[1]) }, () => process.send('door', server))
process.on('message', () => process.exit())
`

export async function openDoor(door: Door, holder: Holder): Promise<Disposable> {
  const [file = '', ...args] = [...enter(holder.door), NODE, '-e', LISTEN, String(door.port)]
  const server = await receiveServer({ file, args }, PATH)
  relay(server, door.port)
  return { [Symbol.dispose]: () => void server.close() }
}

function relay(server: Server, port: number): void {
  // A door must not keep our process alive.
  server.unref()
  server.on('error', () => {})
  server.on('connection', inside => {
    const outside = connect({ host: '127.0.0.1', port, noDelay: true })
    inside.setNoDelay(true)
    inside.pipe(outside).pipe(inside)
    inside.on('error', () => outside.destroy())
    outside.on('error', () => inside.destroy())
    inside.on('close', () => outside.destroy())
    outside.on('close', () => inside.destroy())
  })
}
