import type { Blocking, GateName } from '../gates/gate.ts'

/** What people can do about a pull request that does not land; null when there is nothing but to wait. */
export function askFor({ gate, is, ask }: Blocking): string | null {
  const usual = is === 'refuse' ? (OF_REFUSALS[gate] ?? OF_BOTH[gate]) : OF_BOTH[gate]
  return ask === '' ? null : (ask ?? usual ?? null)
}

/** The reason with what the gate asks for, where there is one line for both. */
export function explainBlocking({ reason, ask = '' }: Blocking): string {
  return ask === '' ? reason : `${reason}: ${ask}`
}

/** Where the gate does not say it better. */
const OF_BOTH: Partial<Record<GateName, string>> = {
  linked: '`/chorus retry` starts a fresh attempt',
  scope:
    '`/chorus revise` tells the agent to stay in scope; or widen the scope in the issue and comment `/chorus approve`',
  protected: '`/chorus revise` tells the agent to leave that alone; or make this part of the change yourself',
  secrets: 'revoke the key if it is a real one, then `/chorus retry`',
  review: 'review the pull request',
  needs: 'let that one land first; or take the "blocked by" link off if it does not matter',
}

/** What only waits gets there by itself. */
const OF_REFUSALS: Partial<Record<GateName, string>> = {
  checks: 'look at the check; `/chorus revise` gives the agent a hint',
  conflict: '`/chorus retry` starts afresh on the present base',
}

/** A line of its own, so that nobody has to look for it. */
export function writeAsk(ask: string): string {
  return `**What you can do:** ${ask.charAt(0).toUpperCase()}${ask.slice(1)}${/[.!?]$/.test(ask) ? '' : '.'}`
}
