import { isWithin, printWindow } from '../window.ts'
import { FROZEN_BY_US } from '../words/orders.ts'
import type { Gate } from './gate.ts'
import { pass, wait } from './verdict.ts'

/** Times at which nothing lands: said by a person, or written in the configuration. */
export const freeze: Gate = {
  name: 'freeze',
  judge({ frozen, config, now, app }) {
    if (frozen?.by.login === app.login) return wait(FROZEN_BY_US)
    if (frozen !== null) {
      return wait(`@${frozen.by.login} froze all landings: \`/chorus unfreeze\` lets them go on`)
    }
    const window = config.gates.freeze.find(one => isWithin(one, now))
    if (window !== undefined) return wait(`nothing lands ${printWindow(window)}, as \`gates.freeze\` says`)
    const open = config.gates.window
    if (open.length === 0 || open.some(one => isWithin(one, now))) return pass('landings are not frozen')
    return wait(`something lands only ${open.map(printWindow).join(', or ')}, as \`gates.window\` says`)
  },
}
