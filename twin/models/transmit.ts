import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Frame } from './protocol.ts'

/** How an answer goes out. */
export type Manner = {
  slowMs: number
  /** Stop half way: end the connection, say nothing more, or send this instead of the rest. */
  half: 'early cut' | 'cut' | 'hang' | { instead: string } | null
  /** In [0, 1); the same seed splits a stream in the same places. */
  random: () => number
  /** Ends waits when the client leaves or the server closes. */
  signal: AbortSignal
}

export type Sent = { bytes: number; tokens: number; whole: boolean }

/** Writes frames one by one, some in two pieces, as networks do. Resolves when all is out, or at the place where it stops. */
export async function transmit(res: ServerResponse, frames: readonly Frame[], manner: Manner): Promise<Sent> {
  const sent: Sent = { bytes: 0, tokens: 0, whole: false }
  const end = endOf(frames, manner.half)
  for (const frame of frames.slice(0, end)) {
    await pause(frame.tokens * manner.slowMs, manner.signal)
    if (manner.signal.aborted) return sent
    for (const piece of splitSome(Buffer.from(frame.text), manner.random))
      await put(res, piece, manner.signal)
    sent.bytes += Buffer.byteLength(frame.text)
    sent.tokens += frame.tokens
  }
  if (manner.half === null) {
    sent.whole = true
    res.end()
  } else if (manner.half === 'cut' || manner.half === 'early cut') {
    // What was written has to arrive: a reset would take it back.
    await new Promise(done => setImmediate(done))
    res.destroy()
  } else if (manner.half === 'hang') {
    await untilGone(manner.signal)
  } else {
    res.end(manner.half.instead)
  }
  return sent
}

function endOf(frames: readonly Frame[], half: Manner['half']): number {
  if (half === null) return frames.length
  return half === 'early cut' ? 1 : Math.ceil(frames.length / 2)
}

async function put(res: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (res.write(bytes) || signal.aborted) return
  await once(res, 'drain', { signal }).catch(() => {})
}

/** One frame in eight comes in two pieces, split anywhere, even within a character. */
function splitSome(bytes: Buffer, random: () => number): Buffer[] {
  if (bytes.length < 2 || random() >= 1 / 8) return [bytes]
  const at = 1 + Math.floor(random() * (bytes.length - 1))
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal }).catch(() => {})
}

export async function untilGone(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
