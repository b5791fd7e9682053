import type { IncomingHttpHeaders } from 'node:http'

/**
 * For how long a service wants to be left alone, in milliseconds; null when it does not say. By `Retry-After` (RFC 9110,
 * 10.2.3: seconds, or a date), OpenAI's header in milliseconds, or Google's RetryInfo in the answer.
 */
export function readAfter(headers: IncomingHttpHeaders, body: string): number | null {
  const ms = numberOf(headers['retry-after-ms'])
  if (ms !== null) return ms
  const after = headers['retry-after']
  const seconds = numberOf(after) ?? numberOf(/"retryDelay"\s*:\s*"([\d.]+)s"/.exec(body)?.[1])
  if (seconds !== null) return seconds * 1000
  // With its weekday, as it is written today: what else can be read as a date was not meant as one.
  const date = /^[A-Z][a-z]{2}, /.test(after ?? '') ? Date.parse(after ?? '') : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}

function numberOf(text: string | string[] | undefined): number | null {
  return typeof text === 'string' && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : null
}
