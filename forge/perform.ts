import type { Effect } from '../core/effect.ts'
import type { Fault } from './fault.ts'
import type { Forge } from './forge.ts'

/** `note` names what came to be: a claim's SHA, a run's id, a pull request's number. */
export type Performed = { ok: true; note?: unknown } | { ok: false; fault: Fault }

export async function perform(_forge: Forge, effect: Effect): Promise<Performed> {
  return { ok: false, fault: { is: 'broken', why: `cannot ${effect.do} yet`, cause: null } }
}
