import type { Controls, Distrust } from '../ledger.ts'
import { explainOwner } from '../words/ledger.ts'

/** What holds for every task here: said of this repository, or in the owner's repository `.github` of all that the owner has. */

type Said = NonNullable<Controls['stopped']>

/** `home`: owner/name of where it was said; absent: here. */
export type Ruled = Said & { home?: string }

/** `doubted`: why it cannot be known whether there is a stop from elsewhere; null when it can. */
export type Ruling = {
  stopped: Ruled | null
  paused: Ruled | null
  frozen: Ruled | null
  doubted: string | null
}

/** What the ledger of the owner's repository tells. */
export type OwnerFacts = Pick<Controls, 'stopped' | 'paused' | 'frozen'> & {
  home: string
  distrust: Distrust | null
}

/**
 * What was said there goes first: whoever lifts what was said here would otherwise not know why nothing follows. This app's own freeze
 * is about what landed there, and holds nothing elsewhere.
 */
export function rule(
  { stopped, paused, frozen }: Pick<Controls, 'stopped' | 'paused' | 'frozen'>,
  owner: OwnerFacts | null,
  app: { botId: number },
): Ruling {
  if (owner === null) return { stopped, paused, frozen, doubted: null }
  const { home, distrust } = owner
  const from = (said: Said | null): Ruled | null =>
    said === null || said.by.id === app.botId ? null : { ...said, home }
  return {
    stopped: from(owner.stopped) ?? stopped,
    paused: from(owner.paused) ?? paused,
    frozen: from(owner.frozen) ?? frozen,
    doubted: distrust === null ? null : explainOwner(home, distrust),
  }
}
