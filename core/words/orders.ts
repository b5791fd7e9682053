import type { ForeignTree } from '../landing/alarm.ts'
import type { Command, OfOneIssue } from '../people/command.ts'
import { quotePlainLine } from '../text/quote.ts'

type Order = 'stopped' | 'paused'

/** @param home where it was said of all repositories of the owner; absent: here, of this one */
export function explainRepository(
  order: Order,
  { by, home }: { by: { login: string }; home?: string },
): string {
  if (home === undefined)
    return `the whole repository was ${order} by @${by.login}; \`/chorus resume all\` lets it go on`
  return `all repositories of this owner were ${order} by @${by.login} in ${home}; \`/chorus resume all\` there lets them go on`
}

/** For the gate. */
export function explainFrozen({ by, home }: { by: { login: string }; home?: string }): string {
  if (home === undefined) return `@${by.login} froze all landings: \`/chorus unfreeze\` lets them go on`
  return `@${by.login} froze the landings of all repositories of this owner in ${home}: \`/chorus unfreeze\` there lets them go on`
}

export function explainEpic(order: Order, epic: number): string {
  return `its parent #${epic} is ${order}; \`/chorus resume\` there lets it go on`
}

/** Events of the log. */
export function explainOrder(
  say: 'stop' | 'pause' | 'resume' | 'retry' | 'freeze' | 'unfreeze',
  by: { login: string },
): string {
  const all = say === 'freeze' || say === 'unfreeze' ? '' : ' all'
  return `${by.login} said \`/chorus ${say}${all}\``
}

/** For the log: what somebody said on an issue. */
export function explainSaid(command: Command, by: { login: string }): string {
  const rest = sayRest(command)
  return `${by.login} said \`/chorus ${command.say}${rest === '' ? '' : ` ${rest}`}\``
}

function sayRest(command: Command): string {
  switch (command.say) {
    case 'run':
    case 'plan':
    case 'assign':
      return quotePlainLine(command.agent ?? '', 40)
    case 'priority':
      return String(command.level ?? '')
    case 'hotfix':
      return `#${command.issue}`
    case 'rollback':
      return command.step === 'propose' ? '' : command.step
    default:
      return ''
  }
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
  if (agent === 'all') return WHO_DOES_ALL
  const names = `there are: ${known.join(', ')}`
  return agent === null ? `name an agent; ${names}` : `no agent is called "${agent}"; ${names}`
}

const WHO_DOES_ALL =
  'who does what in the whole repository is said in .github/chorus.yml, by `default_agent` and `routing`; `/chorus assign` and `/chorus unassign` are for one issue, or on a parent for all below it'
const WHERE_IT_WAS_BAD =
  'say it on the task whose landing was bad; what builds on that one is found by itself'

/** What is about one issue, said of the whole repository. */
export function explainMisplaced(word: OfOneIssue): string {
  switch (word) {
    case 'run':
      return 'whatever somebody asked for begins by itself as soon as it is ready: say it on the issue that is meant, or on a parent for all below it'
    case 'unassign':
      return WHO_DOES_ALL
    case 'priority':
      return 'a priority says what goes before what, so that one for all changes nothing: say it on an issue, or on a parent for all below it'
    case 'hotfix':
    case 'rollback':
      return WHERE_IT_WAS_BAD
    case 'split':
      return 'say it on the issue that is too large, with its parts as a list below'
  }
}

/** What is about a task's own work, said on a parent; null for what a parent can be told. */
export function explainOfParent(say: Command['say']): string | null {
  switch (say) {
    case 'hotfix':
    case 'rollback':
      return `it is a parent, and nothing landed for itself: ${WHERE_IT_WAS_BAD}`
    case 'revise':
    case 'hold':
    case 'eject':
    case 'merge':
      return 'it is a parent, which is never worked on itself: say it on the sub-issue that you mean'
    case 'plan':
      return 'it has sub-issues already, and what is planned has none: say it on one of those, or on a new issue'
    default:
      return null
  }
}

export const NO_LEVEL = 'say a number: 0 is the most urgent, 4 the least'
