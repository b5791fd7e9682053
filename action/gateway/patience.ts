import type { RequestRecord } from './account.ts'
import type { FailureKind } from './failure.ts'

/**
 * Some programs ask a service that has no room for ever, and an attempt would end with its time instead of with the next
 * agent. Nothing but refusals, at least so many and from the first to the last for as long as the agent's `patience`, is as
 * much as is waited for room; or less, where the service itself says that there will be none until later than that. Time
 * in which nobody asked does not count: who was refused many times at once and then waits, as it was told, is asked for again.
 */
const TRIES = 3

/** What passes by itself, or not within an attempt; none of these is a mistake of the program's. */
const HOPELESS: readonly FailureKind[] = ['overload', 'quota', 'unreachable']

type Asked = { slot: string; model: string }

/** `after`: milliseconds that the service wants to be left alone; null when it does not say. */
export type Refused = Asked & { at: number; failure: FailureKind; after: number | null }

/** Of one attempt, by service and model: when one has no room, another may. */
export type Patience = {
  /** The service did not take a request. Is it over, now? */
  refuse(refused: Refused): boolean
  note(record: Asked & Pick<RequestRecord, 'at' | 'end' | 'failure'>): void
  isOver(asked: Asked): boolean
}

/** @param most milliseconds */
export function createPatience(most: number): Patience {
  const failing = new Map<string, { tries: number; first: number; last: number; late: boolean }>()
  const keyOf = ({ slot, model }: Asked) => `${slot} ${model}`
  function isOver(asked: Asked): boolean {
    const known = failing.get(keyOf(asked))
    if (known === undefined) return false
    return known.late || (known.tries >= TRIES && known.last - known.first >= most)
  }
  function refuse(refused: Refused): boolean {
    const { at, after, failure } = refused
    const key = keyOf(refused)
    if (!HOPELESS.includes(failure)) {
      failing.delete(key)
      return false
    }
    const { tries, first, last } = failing.get(key) ?? { tries: 0, first: at, last: at }
    const late = after !== null && at - first + after > most
    failing.set(key, { tries: tries + 1, first, last: Math.max(last, at), late })
    return isOver(refused)
  }
  return {
    refuse,
    note(record) {
      // Who leaves before the answer has learned nothing, and what failed was told when it did.
      if (record.end === 'gone' || record.end === 'failed') return
      const { failure } = record
      // An answer that is nothing but a refusal is none; when it stops half way, there was room.
      if (record.end === 'done' && failure !== null) refuse({ ...record, failure, after: null })
      else failing.delete(keyOf(record))
    },
    isOver,
  }
}
