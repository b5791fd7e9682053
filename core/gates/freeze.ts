import type { Config } from '../config/config.ts'
import { isWithin, printWindow } from '../window.ts'
import { explainFrozen, FROZEN_BY_US } from '../words/orders.ts'
import type { AppFacts, Instant } from '../world.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Times at which nothing lands: said by a person, or written in the configuration. */
export const freeze: Gate = {
  name: 'freeze',
  judge(proposal) {
    const why = explainFreeze(proposal)
    return why === null ? pass('landings are not frozen') : wait(why)
  },
}

type Asked = {
  app: Pick<AppFacts, 'login'>
  config: Config
  frozen: { by: { login: string }; home?: string } | null
  now: Instant
}

/** Why nothing lands now; null when something may. */
export function explainFreeze({ frozen, config, now, app }: Asked): string | null {
  if (frozen?.by.login === app.login) return FROZEN_BY_US
  if (frozen !== null) return explainFrozen(frozen)
  const window = config.gates.freeze.find(one => isWithin(one, now))
  if (window !== undefined) return `nothing lands ${printWindow(window)}, as \`gates.freeze\` says`
  const open = config.gates.window
  if (open.length === 0 || open.some(one => isWithin(one, now))) return null
  return `something lands only ${open.map(printWindow).join(', or ')}, as \`gates.window\` says`
}
