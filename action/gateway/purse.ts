import type { Spent } from '../../core/words/gateway.ts'

/** Null where there is no limit. */
export type Budget = { tokens: number | null; costUsd: number | null }

/** Tokens of both kinds together, and what they cost; null where the model has no price. */
export type Amount = { tokens: number; costUsd: number | null }

export type Verdict = { is: 'go' } | { is: 'wait' } | { is: 'spent'; spent: Spent }

/** Settled once; a second time is nothing. */
export type Hold = { whole: Amount; settle(actual: Amount): void }

export type Purse = {
  /** `input`: the prompt alone; `whole`: with the longest answer that it may get. */
  ask(input: Amount, whole: Amount): Verdict
  take(whole: Amount): Hold
  spent(): Amount
  /** Used of the budget that is nearest to its end: 1 is all of it. */
  share(): number
}

/**
 * A request that is alone needs room for its prompt only, so that a budget can be used to its end; its answer may then
 * overrun. Beside others it also needs room for its longest answer, or it waits for them: many at once overrun no more
 * than one does.
 */
export function createPurse(budget: Budget): Purse {
  const kinds = [
    { kind: 'tokens', limit: budget.tokens, of: (amount: Amount) => amount.tokens },
    { kind: 'cost', limit: budget.costUsd, of: (amount: Amount) => amount.costUsd ?? 0 },
  ] as const
  const used: Amount = { tokens: 0, costUsd: 0 }
  const held = new Set<Amount>()

  function over(kind: (typeof kinds)[number], more: number): boolean {
    if (kind.limit === null) return false
    const waiting = [...held].reduce((sum, one) => sum + kind.of(one), 0)
    return kind.of(used) >= kind.limit || kind.of(used) + waiting + more > kind.limit
  }

  return {
    ask(input, whole) {
      const tight = kinds.find(kind => over(kind, kind.of(held.size === 0 ? input : whole)))
      if (tight === undefined) return { is: 'go' }
      if (held.size > 0) return { is: 'wait' }
      const { kind, limit, of } = tight
      return { is: 'spent', spent: { kind, limit: limit ?? 0, used: of(used), needed: of(input) } }
    },
    take(whole) {
      held.add(whole)
      return {
        whole,
        settle(actual) {
          if (!held.delete(whole)) return
          used.tokens += actual.tokens
          used.costUsd = (used.costUsd ?? 0) + (actual.costUsd ?? 0)
        },
      }
    },
    spent: () => ({ ...used }),
    share: () =>
      Math.max(
        0,
        ...kinds.map(kind => (kind.limit === null ? 0 : kind.limit === 0 ? 1 : kind.of(used) / kind.limit)),
      ),
  }
}
