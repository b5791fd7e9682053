import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'

export type Body = { is: 'read'; bytes: Buffer } | { is: 'too-large' } | { is: 'unreadable'; why: string }

const UNPACK = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
} as const

/** The whole body, unpacked, of at most `most` bytes either way. Rejects only when the client is gone. */
export async function readBody(request: IncomingMessage, most: number): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Read on without keeping: a client that is still writing would not see the answer.
    if (bytes <= most) chunks.push(chunk)
    else chunks.length = 0
    if (bytes > most * 4) return { is: 'too-large' }
  }
  if (bytes > most) return { is: 'too-large' }
  return unpack(Buffer.concat(chunks), request.headers['content-encoding'] ?? 'identity', most)
}

async function unpack(packed: Buffer, encoding: string, most: number): Promise<Body> {
  if (encoding === 'identity' || encoding === '') return { is: 'read', bytes: packed }
  if (!isKnown(encoding)) return { is: 'unreadable', why: 'its content-encoding is not known here' }
  try {
    return { is: 'read', bytes: await UNPACK[encoding](packed, { maxOutputLength: most }) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? { is: 'too-large' }
      : { is: 'unreadable', why: 'it does not unpack' }
  }
}

function isKnown(encoding: string): encoding is keyof typeof UNPACK {
  return Object.hasOwn(UNPACK, encoding)
}
