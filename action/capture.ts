/** The beginning and the end of a stream, whatever its length: a flood costs no more memory than `max`. */
export type Captured = {
  bytes: Buffer
  /** Bytes left out between head and tail. */
  dropped: number
}

export type Capture = { push(chunk: Buffer): void; take(): Captured }

/** Keeps at most `max` bytes: the first half and the last half. */
export function createCapture(max: number): Capture {
  const half = Math.ceil(max / 2)
  const head: Buffer[] = []
  let headBytes = 0
  const tail: Buffer[] = []
  let tailBytes = 0
  let dropped = 0

  function keepTail(chunk: Buffer): void {
    tail.push(chunk)
    tailBytes += chunk.length
    while (tailBytes > half) {
      const first = tail[0]!
      const over = Math.min(first.length, tailBytes - half)
      tailBytes -= over
      dropped += over
      if (over === first.length) tail.shift()
      else tail[0] = first.subarray(over)
    }
  }

  return {
    push(chunk) {
      const room = Math.min(half - headBytes, chunk.length)
      // Copies: a subarray would keep the whole chunk of the stream alive.
      if (room > 0) {
        head.push(Buffer.from(chunk.subarray(0, room)))
        headBytes += room
      }
      if (room < chunk.length) keepTail(Buffer.from(chunk.subarray(room)))
    },
    take: () => ({ bytes: Buffer.concat([...head, ...tail]), dropped }),
  }
}
