import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import type { Allowed } from './zip.ts'

/**
 * The parcel as outputs of the job, for hosts whose artifacts this library does not speak (GitHub Enterprise Server).
 * An output becomes one variable of the next job's environment, which holds 128 KB: so there are several.
 */
export const PARTS = 6
const PART = 100_000

/** Null when the parcel is too large for outputs. */
export function printInline(files: ReadonlyMap<string, Buffer>): string[] | null {
  const named = Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString('base64')]))
  const text = gzipSync(JSON.stringify(named)).toString('base64')
  if (text.length > PARTS * PART) return null
  return Array.from({ length: PARTS }, (_, at) => text.slice(at * PART, (at + 1) * PART))
}

const shape = z.record(z.string(), z.base64())

/** Null when it is no parcel. */
export function parseInline(parts: readonly string[], allowed: Allowed): Map<string, Buffer> | null {
  try {
    const most = Object.values(allowed).reduce((sum, bytes) => sum + bytes, 0) * 2
    const text = gunzipSync(Buffer.from(parts.join(''), 'base64'), { maxOutputLength: most }).toString('utf8')
    const parsed = shape.safeParse(JSON.parse(text))
    if (!parsed.success || Object.keys(parsed.data).some(name => !Object.hasOwn(allowed, name))) return null
    return new Map(Object.entries(parsed.data).map(([name, base64]) => [name, Buffer.from(base64, 'base64')]))
  } catch {
    return null
  }
}
