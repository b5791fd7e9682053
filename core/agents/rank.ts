import { costOf, findPrice } from '../accounts/price.ts'
import type { Totals } from '../accounts/usage.ts'
import type { Config } from '../config/config.ts'

type Known = { config: Pick<Config, 'agents' | 'models' | 'routing'>; totals: Pick<Totals, 'agents'> }

/** Of several agents of one rule: the better first, by what the configuration prefers. Equals stay as they are listed. */
export function rank(agents: readonly string[], known: Known): string[] {
  switch (known.config.routing.prefer) {
    case 'listed':
      return [...agents]
    case 'price':
      return agents.toSorted((a, b) => costOfTask(a, known) - costOfTask(b, known))
    case 'success':
      return agents.toSorted((a, b) => successOf(b, known) - successOf(a, known))
  }
}

/** What an attempt of an agent without a past is taken to use, to compare models by their prices. */
const USUAL = { input: 300_000, cached: 200_000, written: 0, output: 10_000 }

/** With all that race at it. */
function costOfTask(agent: string, known: Known): number {
  const racers = [agent, ...(known.config.agents[agent]?.race ?? [])]
  const cost = racers.reduce((sum, one) => sum + costOfAttempt(one, known), 0)
  // Finite, so that two of unknown price are equal.
  return Math.min(cost, Number.MAX_VALUE)
}

/** USD: the mean of its past, else by the price of its model. One of unknown price is no cheap one. */
function costOfAttempt(agent: string, { config, totals }: Known): number {
  const past = totals.agents[agent]
  const priced = past === undefined ? 0 : past.attempts - past.unpriced
  if (past !== undefined && priced > 0) return past.cost_usd / priced
  const price = findPrice(config.models, config.agents[agent]?.model ?? '')
  return price === null ? Number.MAX_VALUE : costOf(USUAL, price)
}

/** Share of its attempts with green checks, by Laplace's rule of succession: one good attempt is not yet the best agent. */
function successOf(agent: string, { totals }: Known): number {
  const { done, attempts } = totals.agents[agent] ?? { done: 0, attempts: 0 }
  return (done + 1) / (attempts + 2)
}
