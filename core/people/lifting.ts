import { explainFreeze } from '../gates/freeze.ts'
import type { TaskRecord } from '../ledger.ts'
import type { Answer, Context, Projection } from '../project.ts'
import { explainTimes } from '../words/lifting.ts'
import { explainRepository } from '../words/orders.ts'
import { bySaid, followOrders, type Order } from './orders.ts'
import { rule } from './ruling.ts'

/**
 * What somebody let go on. `was`: it was held there. `still`: what holds it all the same, from elsewhere; null where nothing does, or,
 * of an issue, where that is known only once everything is heard.
 */
export type Lifting = { of: 'landings' | 'repository' | 'issue'; was: boolean; still: string | null }

/** Null where the word did what it says: then what follows tells. A thumb alone would tell nobody why nothing follows. */
export function tellLifting(lifting: Lifting): Lifting | null {
  return lifting.was && lifting.still === null ? null : lifting
}

export function liftIssue({ paused, stopped }: TaskRecord): Lifting {
  return { of: 'issue', was: paused || stopped !== null, still: null }
}

/** @param orders of this pass so far, the word itself last. */
export function liftAll(orders: readonly Order[], { controls, owner, app, config, now }: Context): Lifting {
  const before = followOrders(controls, orders.slice(0, -1))
  const ruling = rule(followOrders(controls, orders), owner, app)
  const { stopped, paused, frozen, doubted } = ruling
  if (orders.at(-1)?.say === 'unfreeze') {
    const why = explainFreeze({ frozen, config, now, app })
    const still = frozen === null && why !== null ? explainTimes(why) : why
    return { of: 'landings', was: before.frozen !== null, still }
  }
  const was = before.paused !== null || before.stopped !== null
  if (stopped !== null) return { of: 'repository', was, still: explainRepository('stopped', stopped) }
  const still = paused === null ? doubted : explainRepository('paused', paused)
  return { of: 'repository', was, still }
}

/**
 * What one issue is answered when all others have been heard: what was lifted there may have been said on another of them a moment
 * before.
 * @param said on all issues in this pass
 */
export function liftAmong(
  said: readonly Order[],
  { answer, orders }: Pick<Projection, 'answer' | 'orders'>,
  context: Context,
): Answer | null {
  if (answer?.to !== 'lifting' || answer.lifting.of === 'issue' || answer.lifting.was) return answer
  const say = answer.lifting.of === 'landings' ? 'unfreeze' : 'resume'
  const word = orders.findLast(order => order.say === say)
  if (word === undefined) return answer
  const before = said.filter(order => bySaid(order, word) < 0)
  const lifting = tellLifting(liftAll([...before, word], context))
  return lifting === null ? null : { to: 'lifting', lifting }
}
