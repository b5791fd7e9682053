import { type Json, objectOf, parseObject } from './json.ts'
import { isUsageChunk } from './protocols/chat.ts'
import { NOTHING_SEEN, type Protocol, type Sight } from './protocols/protocol.ts'
import { createSseSplitter } from './sse.ts'

/** Looks at an answer while it passes. Keeps numbers, and of the text only what has not ended yet. */
export type Meter = {
  /** What of these bytes the client is to get. */
  pass(chunk: Buffer): Buffer[]
  end(): Buffer[]
  seen(): Sight
}

/** More than this in one piece is passed on unread: the exchange then counts as unknown. */
const MOST = 32 * 1024 * 1024

type Sum = { add(event: Json): void; seen(): Sight }

function createSum(protocol: Protocol): Sum {
  let sum = NOTHING_SEEN
  return {
    add(event) {
      const sight = protocol.see(event, sum.tokens)
      sum = {
        tokens: sight.tokens ?? sum.tokens,
        complete: sight.complete || sum.complete,
        refused: sight.refused || sum.refused,
        failed: sum.failed ?? sight.failed?.slice(0, 4096) ?? null,
        said: sum.said + sight.said,
      }
    },
    seen: () => sum,
  }
}

export function createMeter(protocol: Protocol, how: { events: boolean; hidesUsage: boolean }): Meter {
  const sum = createSum(protocol)
  return how.events ? meterEvents(sum, how.hidesUsage) : meterWhole(sum)
}

function meterEvents(sum: Sum, hidesUsage: boolean): Meter {
  const splitter = createSseSplitter()
  let pending = 0
  let lost = false

  /** True when the client is to get it. */
  function look(data: string | null): boolean {
    const event = data === null ? null : parseObject(data)
    if (event === null) return true
    sum.add(event)
    return !(hidesUsage && isUsageChunk(event))
  }

  return {
    pass(chunk) {
      if (lost) return [chunk]
      const events = splitter.push(chunk)
      const out = events.filter(event => look(event.data)).map(event => event.raw)
      pending = pending + chunk.length - events.reduce((bytes, event) => bytes + event.raw.length, 0)
      if (!hidesUsage && pending <= MOST) return [chunk]
      if (pending <= MOST) return out
      lost = true
      const rest = splitter.end()
      return hidesUsage ? [...out, ...(rest === null ? [] : [rest.raw])] : [chunk]
    },
    end() {
      const rest = lost ? null : splitter.end()
      const wanted = rest !== null && look(rest.data)
      return wanted && hidesUsage ? [rest.raw] : []
    },
    seen: sum.seen,
  }
}

/** One document, or the array of chunks that Gemini sends to those who do not ask for events. */
function meterWhole(sum: Sum): Meter {
  const parts: Buffer[] = []
  let bytes = 0
  return {
    pass(chunk) {
      bytes += chunk.length
      if (bytes <= MOST) parts.push(chunk)
      else parts.length = 0
      return [chunk]
    },
    end() {
      if (bytes <= MOST) for (const one of readWhole(Buffer.concat(parts).toString('utf8'))) sum.add(one)
      parts.length = 0
      return []
    },
    seen: sum.seen,
  }
}

function readWhole(text: string): Json[] {
  try {
    const value: unknown = JSON.parse(text)
    return (Array.isArray(value) ? value : [value]).map(objectOf).filter(one => one !== null)
  } catch {
    return []
  }
}
