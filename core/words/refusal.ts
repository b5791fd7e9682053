import type { PullFacts } from '../world.ts'

/** Why a command does nothing, in words that say what would. */

export const OUTDATED =
  'the pull request got another commit about when you said it; look again, then repeat it'

export const EDITED =
  'somebody who may do less here than you edited the issue after you said it, so it was not clear what you meant; read it as it stands, then repeat it'

/** Follows what was closed. */
export function explainClosed({ number }: PullFacts): string {
  return `#${number} is closed, so there is nothing to decide about; open it again, or \`/chorus retry\` makes another attempt`
}

export const CLOSED = 'the issue is closed; open it again, then repeat it'

export function explainLanded({ number }: PullFacts): string {
  return `#${number} is merged, and with that this task is over; open a new issue for what is left to do`
}
