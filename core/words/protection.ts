/** How far what an attempt runs is held apart from the machine: what was reached there, never what was wished. */
export type Protection = {
  /** It runs under a user of its own. */
  user: boolean
  /** It sees and reaches no process but its own. */
  processes: boolean
  /** It reaches no address but the doors. */
  network: boolean
  /** What was wished and not reached, and why. */
  missing: readonly string[]
}

/** Where the job that ran the agent handed nothing over. */
export const UNKNOWN_PROTECTION = 'not known'

/** The level in words, strongest part first. */
export function printLevel({ user, processes, network }: Protection): string {
  const parts = [
    user ? 'own user' : '',
    processes ? 'own processes' : '',
    network ? 'no network but the gateway' : '',
  ].filter(part => part !== '')
  return parts.length === 0 ? 'same user' : parts.join(', ')
}

/** For report and summary: nobody shall take a weaker protection for a stronger one. */
export function printProtection(protection: Protection): string {
  const { user, processes, network, missing } = protection
  if (missing.length > 0) return `${printLevel(protection)}; not reached: ${missing.join('; ')}`
  const not = [user ? '' : 'own user', processes ? '' : 'own processes', network ? '' : 'network limits']
  const rest = not.filter(part => part !== '')
  return rest.length === 0 ? printLevel(protection) : `${printLevel(protection)}; without ${rest.join(', ')}`
}
