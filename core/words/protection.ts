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

export const NO_NETWORK = 'no network but the gateway'

/** The same machine for an attempt that may use its network: then nothing of it is missing. */
export function withNetwork(protection: Protection): Protection {
  const missing = protection.missing.filter(part => !part.startsWith(NO_NETWORK))
  return { ...protection, network: false, missing }
}

/** Where the job that ran the agent handed nothing over. */
export const UNKNOWN_PROTECTION = 'not known'

/** The level in words, strongest part first. */
export function printLevel({ user, processes, network }: Protection): string {
  const parts = [user ? 'own user' : '', processes ? 'own processes' : '', network ? NO_NETWORK : ''].filter(
    part => part !== '',
  )
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
