/** When a request rule acts: on requests it matches, from the nth on (1 by default), so many times (1 by default). */
export type RequestMatch = {
  method?: string
  /** The route's template or a part of the path; `/graphql`, `/git-receive-pack`, `/git-upload-pack` for the others. */
  route?: string
  /** Text that the body must contain: tells GraphQL calls apart. */
  body?: string
  /** Part of the actor's name as the request log shows it. */
  actor?: string
  nth?: number
  /** null: every time. */
  times?: number | null
  /** Instead of counting: act with this probability (seeded). */
  probability?: number
}

export type RequestAct =
  | {
      do: 'answer'
      status: number
      message?: string
      headers?: Record<string, string>
      when: 'before' | 'after'
    }
  /** No answer at all; the connection is closed after so many milliseconds. */
  | { do: 'hang'; when: 'before' | 'after'; closeAfterMs: number }
  /** Waits until `release` is called for this rule. */
  | { do: 'hold'; when: 'before' | 'after' }
  | { do: 'slow'; ms: number }
  /** Moves a branch just before the request is worked on. */
  | {
      do: 'moveHead'
      repo: string
      branch: string
      files?: Record<string, string>
      to?: string
      message?: string
    }
  /** Only in-process: anything, just before the request is worked on. */
  | { do: 'call'; run: () => unknown }

export type RequestRule = { kind: 'request'; match: RequestMatch; act: RequestAct }

export type WebhookAct =
  /** Nobody ever knows of it. */
  | { do: 'drop' }
  /** Not sent, but listed as failed, so that it may be redelivered. */
  | { do: 'fail' }
  | { do: 'double' }
  | { do: 'delay'; ms: number }
  /** Sent after the one that happens next, or after so long when none does; 400. */
  | { do: 'reorder'; ms?: number }

export type WebhookRule = {
  kind: 'webhook'
  /** `issues` or `issues.labeled`; absent: every event. */
  event?: string
  nth?: number
  times?: number | null
  probability?: number
  act: WebhookAct
}

export type FaultRule = RequestRule | WebhookRule
export type ActiveRule = { id: number; rule: FaultRule; seen: number; acted: number }

/** Counts a match and says whether the rule acts on it. */
export function fires(active: ActiveRule, random: () => number): boolean {
  const { nth, times, probability } = active.rule.kind === 'request' ? active.rule.match : active.rule
  active.seen += 1
  if (probability !== undefined && random() >= probability) return false
  if (active.seen < (nth ?? 1)) return false
  const most = times === undefined ? (probability === undefined ? 1 : null) : times
  if (most !== null && active.acted >= most) return false
  active.acted += 1
  return true
}
