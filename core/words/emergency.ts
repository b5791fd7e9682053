import type { TaskRecord } from '../ledger.ts'
import { quoteWords } from '../text/quote.ts'
import type { TaskFacts } from '../world.ts'
import type { GateText } from './gate.ts'

type Order = NonNullable<TaskRecord['landing']>

/** For the ledger: who said what about a landing. */
export function explainOrder({ is, by, why }: Order): string {
  const because = why === '' ? '' : `: ${why}`
  switch (is) {
    case 'held':
      return `@${by.login} holds it back`
    case 'wanted':
      return `@${by.login} lets it land when every gate passes`
    case 'ejected':
      return `@${by.login} took it out of what lands${because}`
    case 'emergency':
      return `@${by.login} says that it goes first and alone`
  }
}

/** The gate of one that could land. */
export function writePassed({ pull }: Pick<TaskFacts, 'pull'>): GateText {
  return {
    title: `Waits for #${pull?.number}, an emergency`,
    summary: `**Waiting:** every gate passes, but #${pull?.number} is an emergency: it goes first and alone. This lands after it.\n`,
  }
}

/** In the gate's text, for whoever reads the pull request later. */
export function writeEmergency({ by }: Order): string {
  return `**Emergency:** ${quoteWords(`@${by.login}`)} said that this lands first and alone. Every gate still holds.`
}
