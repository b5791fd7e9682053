import type { Instant, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { CheckRunSeen } from '../wire.ts'
import { isBusy } from './checks.ts'

/** Longest time for which an end that nobody told may go unnoticed. */
const UNTOLD = 60_000

type Sight = { head: Sha; runs: readonly CheckRunSeen[]; asked: Instant }

/**
 * Checks of others were under way when this head was seen, at first or once they had begun. `asked`: before the question was
 * sent, as an end may be told before its answer is here. Only while no end was told since the first sight, for an answer that
 * comes after the word of an end may lag behind it: remembered, it would hide that end.
 */
export function rememberBegun(forge: Forge, { head, runs, asked }: Sight): void {
  const { begun } = forge.memory
  const known = begun.get(head)
  if (known !== undefined && known.runs !== null) return
  const at = known?.at ?? asked
  begun.set(head, { at, runs: isUntold(forge, at) && isBusy(forge, runs) ? runs : null })
}

/**
 * While some check of a head runs nothing lands, and a webhook tells when one ends: until then they need not be asked for.
 * Null when they do: since the first word of an end, as lists may lag behind that word, and when there was none for long.
 */
export function runsUnderWay(forge: Forge, head: Sha): CheckRunSeen[] | null {
  const { begun } = forge.memory
  const known = begun.get(head)
  if (known === undefined || known.runs === null) return null
  if (isUntold(forge, known.at)) return [...known.runs]
  begun.set(head, { at: known.at, runs: null })
  return null
}

/** No end was told since, and that is not long ago. */
function isUntold(forge: Forge, at: Instant): boolean {
  return forge.memory.checkToldAt < at && forge.now() - at < UNTOLD
}
