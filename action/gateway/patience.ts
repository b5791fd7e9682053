import type { RequestRecord } from './account.ts'
import type { FailureKind } from './failure.ts'

/**
 * Some programs ask a service that has no room for ever, and an attempt would end with its time instead of with the next
 * agent. So many refusals in a row, from the first to the last for so long (milliseconds), is as much as is waited for room.
 * Time in which nobody asked does not count: who was refused many times at once and then waits, as it was told, is asked for again.
 */
const MOST = { tries: 10, ms: 120_000 }

/** What passes by itself, or not within an attempt; none of these is a mistake of the program's. */
const HOPELESS: readonly FailureKind[] = ['overload', 'quota', 'unreachable']

/** Of one attempt, by service and model: when one has no room, another may. */
export type Patience = {
  note(record: Pick<RequestRecord, 'slot' | 'model' | 'at' | 'end' | 'failure'>): void
  isOver(asked: { slot: string; model: string }): boolean
}

export function createPatience(): Patience {
  const failing = new Map<string, { tries: number; first: number; last: number }>()
  const keyOf = ({ slot, model }: { slot: string; model: string }) => `${slot} ${model}`
  return {
    note(record) {
      const key = keyOf(record)
      const { tries, first, last } = failing.get(key) ?? { tries: 0, first: record.at, last: record.at }
      // Who leaves before the answer has learned nothing.
      if (record.end === 'gone') return
      const isHopeless =
        record.end === 'failed' && record.failure !== null && HOPELESS.includes(record.failure)
      if (isHopeless) failing.set(key, { tries: tries + 1, first, last: Math.max(last, record.at) })
      else failing.delete(key)
    },
    isOver(asked) {
      const known = failing.get(keyOf(asked))
      return known !== undefined && known.tries >= MOST.tries && known.last - known.first >= MOST.ms
    },
  }
}
