/** What a model does in one turn. */
export type Act =
  | { do: 'write'; path: string; content: string }
  | { do: 'read'; path: string }
  | { do: 'run'; command: string }
  /** Any tool by its name, with arguments as they are written: for unknown tools and answers by a tool. */
  | { do: 'call'; name: string; args: string }
  /** A shell call whose arguments are broken. */
  | { do: 'malformed' }
  | { do: 'say'; text: string }
  /** Text that ends because there is no more room. */
  | { do: 'length'; text: string }
  | { do: 'refuse'; text: string }

/** What goes wrong before a turn is served: `times` requests in a row, Infinity for always. */
export type Fault =
  | {
      kind: 'fail'
      times: number
      status: number
      why: 'quota' | 'context' | null
      retryAfter: number | null
      late: boolean
    }
  | { kind: 'hang'; times: number; late: boolean }
  /** Half way, or early: after the first event. */
  | { kind: 'cut'; times: number; early: boolean }

export type Turn = {
  act: Act
  faults: Fault[]
  /** Milliseconds that a token takes. */
  slowMs: number
  /** Tokens of reasoning before the answer. */
  think: number
  /** Room for the prompt in tokens; more is answered as too long. */
  limit: number | null
}

/** When a section holds: all that is said must be so. */
export type Condition = { prompt: string | null; model: string | null }

export type Section = { when: Condition | null; turns: Turn[] }

/** Sections in the order they were written; the first one without a condition is for all else. */
export type Plan = { sections: Section[] }

export function takesTool(act: Act): boolean {
  return !['say', 'length', 'refuse'].includes(act.do)
}
