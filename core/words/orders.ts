import type { ForeignTree } from '../landing/alarm.ts'

type Order = 'stopped' | 'paused'

export function explainRepository(order: Order, by: { login: string }): string {
  return `the whole repository was ${order} by @${by.login}; \`/chorus resume all\` lets it go on`
}

export function explainEpic(order: Order, epic: number): string {
  return `its parent #${epic} is ${order}; \`/chorus resume\` there lets it go on`
}

/** Events of the log. */
export function explainOrder(
  say: 'stop' | 'pause' | 'resume' | 'freeze' | 'unfreeze',
  by: { login: string },
): string {
  const all = say === 'freeze' || say === 'unfreeze' ? '' : ' all'
  return `${by.login} said \`/chorus ${say}${all}\``
}

export function explainForeign({ pull, sha }: ForeignTree): string {
  return `#${pull} landed as ${sha.slice(0, 7)}, whose tree is not the one that was judged: nothing more lands until a person has looked`
}

/** For the gate, while that holds. */
export const FROZEN_BY_US =
  'something landed whose tree is not the one that was judged (the log of events on the ledger says what): look at it, then `/chorus unfreeze`'

export const UNTRUSTED =
  'the controls on the ledger are not to be believed; see what the status says about them'

export function explainUnknownAgent(agent: string | null, known: readonly string[]): string {
  const names = `there are: ${known.join(', ')}`
  return agent === null ? `name an agent; ${names}` : `no agent is called "${agent}"; ${names}`
}

export const NO_LEVEL = 'say a number: 0 is the most urgent, 4 the least'
