import { findAccount, SITE } from '../accounts.ts'
import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import type { Account, Actor, TwinState } from '../state.ts'

/** Author or committer of a commit; `date` is ISO 8601 in UTC, whole seconds. */
export type Identity = { name: string; email: string; date: string }

/** How an account signs its commits, now. */
export function identityOf(state: TwinState, account: Account): Identity {
  const email = `${account.id}+${account.login}@users.noreply.${mailHost(state)}`
  return { name: account.login, email, date: timestamp(state.clock.now()) }
}

export function identityOfActor(state: TwinState, actor: Actor): Identity {
  return identityOf(state, accountOf(actor))
}

/** The committer of everything that the site itself commits. */
export function siteIdentity(state: TwinState): Identity {
  return { name: 'GitHub', email: `noreply@${mailHost(state)}`, date: timestamp(state.clock.now()) }
}

/** The account behind a commit's mail address, as far as the address tells. */
export function accountByMail(state: TwinState, email: string): Account | null {
  if (email === siteIdentity(state).email) return SITE
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\./.exec(email)?.[1]
  return login === undefined ? null : (findAccount(state, login) ?? null)
}

/** REST and GraphQL take dates with any offset. Undefined when it is no date. */
export function parseDate(text: string): string | undefined {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : timestamp(ms)
}

function mailHost(state: TwinState): string {
  return state.url ? new URL(state.url).hostname : 'localhost'
}
