import type { Socket } from 'node:net'

/**
 * Where the network is open whoever works beside an attempt reaches the port of its gateway, and could take all of its
 * connections without ever showing a key. So those that have shown none are few: one more, and the oldest of them goes.
 */
export type Strangers = {
  greet(socket: Socket): void
  /** It has shown a key. */
  know(socket: Socket): void
}

const MOST = 64

export function createStrangers(): Strangers {
  const waiting = new Set<Socket>()
  return {
    greet(socket) {
      waiting.add(socket)
      socket.on('close', () => waiting.delete(socket))
      const [oldest] = waiting
      if (waiting.size <= MOST || oldest === undefined) return
      waiting.delete(oldest)
      oldest.destroy()
    },
    know: socket => void waiting.delete(socket),
  }
}
