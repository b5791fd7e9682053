/** Why a service did not answer as asked, for the choice of what to do next: the same, another model, another service, a person. */
export const FAILURES = [
  'auth',
  'quota',
  'overload',
  'overflow',
  'refusal',
  'unreachable',
  'model',
  'other',
] as const
export type FailureKind = (typeof FAILURES)[number]

export type Failure = {
  kind: FailureKind
  slot: string
  host: string
  model: string
  /** Null when no answer came, 200 when it went wrong after the stream had begun. */
  status: number | null
  count: number
}

const OVERFLOW =
  /context.?length|context.?window|maximum context|prompt is too long|input is too long|too many (?:input )?tokens|input token count|maximum number of tokens/i
const AUTH =
  /api.?key.?(?:is )?(?:not.?valid|invalid|not.?found|expired)|invalid.{0,3}api.?key|incorrect api key|authentication_error|unauthenticated/i
const QUOTA =
  /insufficient_quota|billing|credit balance|exceeded your current quota|insufficient.?(?:balance|funds|credit)|spend(?:ing)? limit|per.?day/i
const MODEL = /model.{0,80}(?:not.?found|not.?exist|not.?supported|unknown)|model_not_found|no such model/i
const REFUSAL = /content.?policy|content.?filter|content_policy_violation|flagged|safety/i
const OVERLOAD =
  /overload|rate.?limit|unavailable|resource.?exhausted|too many requests|server_error|internal/i

/** `text` is what the service said; it is looked at and not kept. */
export function classify(status: number, text: string): FailureKind {
  if (status === 402) return 'quota'
  if (status === 401) return 'auth'
  if (status === 429) return QUOTA.test(text) ? 'quota' : 'overload'
  if (status >= 500 || status === 408) return 'overload'
  if (OVERFLOW.test(text)) return 'overflow'
  if (QUOTA.test(text)) return 'quota'
  if (MODEL.test(text)) return 'model'
  if (status === 403 || AUTH.test(text)) return 'auth'
  if (REFUSAL.test(text)) return 'refusal'
  // A stream that had begun well tells its status only in words.
  return status < 300 && OVERLOAD.test(text) ? 'overload' : 'other'
}
