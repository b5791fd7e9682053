import type { IncomingMessage } from 'node:http'

/** The key of a request and where it was: clients differ in the header. */
export function findKey(req: IncomingMessage): { key: string; keyIn: string } | { key: null; keyIn: null } {
  const bearer = /^Bearer +(.+)$/i.exec(req.headers.authorization ?? '')?.[1]
  if (bearer) return { key: bearer, keyIn: 'authorization' }
  for (const name of ['x-api-key', 'x-goog-api-key', 'api-key']) {
    const value = req.headers[name]
    if (typeof value === 'string') return { key: value, keyIn: name }
  }
  const inQuery = new URLSearchParams((req.url ?? '').split('?')[1] ?? '').get('key')
  return inQuery === null ? { key: null, keyIn: null } : { key: inQuery, keyIn: '?key' }
}
