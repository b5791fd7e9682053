import { createHash } from 'node:crypto'
import type { Exchange } from './exchange.ts'
import type { Answer } from './route.ts'

/** Gives a read its ETag, and turns it into 304 when the client has that one already. */
export function conditional(exchange: Exchange, answer: Answer): Answer {
  if (exchange.method !== 'GET' || answer.status !== 200 || answer.raw) return answer
  const etag = `W/"${createHash('sha256')
    .update(JSON.stringify(answer.body) ?? '')
    .digest('hex')}"`
  const headers = {
    ...answer.headers,
    etag,
    'cache-control': 'private, max-age=60, s-maxage=60',
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP',
  }
  return holds(exchange.headers['if-none-match'], etag) ? { status: 304, headers } : { ...answer, headers }
}

function holds(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return header.split(',').some(tag => tag.trim() === '*' || bare(tag) === bare(etag))
}
