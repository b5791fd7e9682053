import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { HttpError } from './route.ts'

/** All bytes of the request, unpacked when they came gzipped (git does that). */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  return req.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
}

/** The JSON object in a body; an empty body is an empty object. */
export function parseJson(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch {
    throw new HttpError(400, 'Problems parsing JSON')
  }
  if (Array.isArray(value)) return { items: value }
  if (value === null || typeof value !== 'object') throw new HttpError(400, 'Body should be a JSON object')
  return value as Record<string, unknown>
}
