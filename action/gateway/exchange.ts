import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import * as words from '../../core/words/gateway.ts'
import { readAfter } from './after.ts'
import type { Door } from './doors.ts'
import { classify, type FailureKind } from './failure.ts'
import { headersToClient, headersToService } from './headers.ts'
import { createKeyGuard } from './keyguard.ts'
import { createMeter } from './meter.ts'
import { NOTHING_SEEN, type Sight } from './protocols/protocol.ts'
import { PROTOCOLS } from './protocols/registry.ts'
import { type Refusal, sendRefusal } from './refusal.ts'
import type { OpenSlot } from './slots.ts'
import { call } from './wire.ts'

export type Exchange = {
  slot: OpenSlot
  door: Door
  headers: IncomingHttpHeaders
  method: string
  body: Buffer | null
  hidesUsage: boolean
  response: ServerResponse
  /** Ends with the client, with the pass and with the gateway. */
  signal: AbortSignal
  quietMs: number
  clock(): number
  /** The service did not take it. A refusal of ours goes to the client instead of its answer: to ask again would be in vain. */
  lastWord(failure: FailureKind, after: number | null): Refusal | null
}

/** How it went. `reached`: the service may have worked for it, and so may want to be paid. */
export type Outcome = {
  status: number | null
  reached: boolean
  /** The answer came as a stream of events: what was not told can be guessed from what was said. */
  events: boolean
  firstByteMs: number | null
  seen: Sight
  end: 'done' | 'failed' | 'cut' | 'gone'
  failure: FailureKind | null
}

/** Asks the service and lets its answer through as it comes. Never throws. */
export async function exchange(one: Exchange): Promise<Outcome> {
  const began = one.clock()
  const { slot, door, signal, response } = one
  const headers = headersToService(one.headers, slot)
  const { base, agent } = slot
  const sent = { base, agent, method: one.method, path: door.path, headers, body: one.body, signal }
  const result = await call({ ...sent, quietMs: one.quietMs })
  if (result.is === 'unanswered') {
    const { reached, code } = result
    if (signal.aborted) {
      response.destroy()
      return { ...nothing(null), reached, end: 'gone' }
    }
    const last = one.lastWord('unreachable', null)
    if (last === null) refuse(one, words.upstreamUnreachable(slot.host, code))
    else sendRefusal(response, door.protocol, last)
    return { ...nothing(null), reached, end: 'failed', failure: 'unreachable' }
  }
  const { answer } = result
  const status = answer.statusCode ?? 502
  const source = unpack(answer)
  const odd = status >= 300 && status < 400 ? words.upstreamRedirects : words.upstreamUnreadable
  if (source === null || odd === words.upstreamRedirects) {
    answer.destroy()
    refuse(one, odd(slot.host, status))
    return { ...nothing(status), end: 'failed', failure: 'other' }
  }
  if (status >= 400) return passProblem(one, { answer, source, status })
  return passAnswer(one, { answer, source, status }, began)
}

type Answer = { answer: IncomingMessage; source: Readable; status: number }

function nothing(status: number | null): Outcome {
  return {
    status,
    reached: false,
    events: false,
    firstByteMs: null,
    seen: NOTHING_SEEN,
    end: 'done',
    failure: null,
  }
}

/** A problem goes to the client as it is, but for the key, which some services repeat in it. No model has worked. */
async function passProblem(one: Exchange, { answer, source, status }: Answer): Promise<Outcome> {
  const { slot, response } = one
  const { text, whole } = await readStart(source)
  const failure = classify(status, text)
  const last = one.signal.aborted ? null : one.lastWord(failure, readAfter(answer.headers, text))
  if (last !== null) {
    sendRefusal(response, one.door.protocol, last)
    return { ...nothing(status), end: 'failed', failure }
  }
  const hidden = slot.hideKey(text)
  // Where it was cut, the beginning of the key may stand.
  const body = Buffer.from(whole ? hidden : hidden.slice(0, -slot.keyLength - 1))
  if (!response.destroyed) {
    response.writeHead(status, { ...headersToClient(answer.headers, slot), 'content-length': body.length })
    response.end(body)
  }
  return { ...nothing(status), end: 'failed', failure }
}

async function passAnswer(
  one: Exchange,
  { answer, source, status }: Answer,
  began: number,
): Promise<Outcome> {
  const { slot, door, response } = one
  const events = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '')
  const meter = createMeter(PROTOCOLS[door.protocol], { events, hidesUsage: one.hidesUsage })
  const holdsKey = createKeyGuard(slot)
  let firstByteMs: number | null = null
  let end: Outcome['end'] = 'done'
  try {
    response.writeHead(status, headersToClient(answer.headers, slot))
    response.flushHeaders()
    for await (const chunk of source as AsyncIterable<Buffer>) {
      firstByteMs ??= one.clock() - began
      if (holdsKey(chunk)) throw new Error('the key')
      for (const piece of meter.pass(chunk)) await write(response, piece, one.signal)
    }
    for (const piece of meter.end()) await write(response, piece, one.signal)
    response.end()
  } catch {
    // Cut off rather than ended well: the client has to see that something is missing.
    end = one.signal.aborted || response.destroyed ? 'gone' : 'cut'
    meter.end()
    answer.destroy()
    response.destroy()
  }
  const seen = meter.seen()
  return { status, reached: true, events, firstByteMs, seen, end, failure: failureOf(seen, end) }
}

function failureOf(seen: Sight, end: Outcome['end']): FailureKind | null {
  if (seen.failed !== null) return classify(200, seen.failed)
  if (seen.refused) return 'refusal'
  return end === 'cut' ? 'unreachable' : null
}

async function write(response: ServerResponse, piece: Buffer, signal: AbortSignal): Promise<void> {
  if (response.destroyed) throw new Error('gone')
  if (piece.length > 0 && !response.write(piece)) await once(response, 'drain', { signal })
}

const MOST_PROBLEM = 64 * 1024

/** A cut problem is still a problem: what came is enough. */
async function readStart(source: Readable): Promise<{ text: string; whole: boolean }> {
  const parts: Buffer[] = []
  let bytes = 0
  let whole = true
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      parts.push(chunk)
      bytes += chunk.length
      whole = bytes <= MOST_PROBLEM
      if (!whole) break
    }
  } catch {
    whole = false
  }
  return { text: Buffer.concat(parts).subarray(0, MOST_PROBLEM).toString('utf8'), whole }
}

/** Asked for as it is; some pack it all the same. Null for a packing that nobody here knows. */
function unpack(answer: IncomingMessage): Readable | null {
  const encoding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return answer
  const opened =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : encoding === 'zstd'
            ? createZstdDecompress()
            : null
  // Errors come out of the last stream, where they are read.
  return opened === null ? null : pipeline(answer, opened, () => {})
}

function refuse(one: Exchange, message: string): void {
  const refusal: Refusal = { is: 'upstream', code: 'upstream_failed', message }
  sendRefusal(one.response, one.door.protocol, refusal)
}
