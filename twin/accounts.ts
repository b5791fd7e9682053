import type { App } from './apps/state.ts'
import { type Account, nodeId, type TwinState, takeId } from './state.ts'

const KIND = { User: 'U', Bot: 'BOT', Organization: 'O' } as const

/** Who commits what is made on the site itself; GitHub's own, with its number. */
export const SITE: Account = { id: 19864447, node_id: nodeId('U', 19864447), login: 'web-flow', type: 'User' }

/** Logins are compared without regard to case, as on GitHub. */
export function findAccount(state: TwinState, login: string): Account | undefined {
  return state.accounts.get(login.toLowerCase())
}

/** Makes the account, or gives back the one that has this login already. */
export function addAccount(state: TwinState, login: string, type: Account['type'] = 'User'): Account {
  const known = findAccount(state, login)
  if (known) return known
  const id = takeId(state)
  const account: Account = { id, node_id: nodeId(KIND[type], id), login, type }
  state.accounts.set(login.toLowerCase(), account)
  return account
}

/** The account in whose name an app acts. */
export function botOf(state: TwinState, app: App): Account {
  return addAccount(state, `${app.slug}[bot]`, 'Bot')
}
