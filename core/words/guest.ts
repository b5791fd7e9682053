import { printAuthors } from '../landing/authors.ts'
import { type Guest, LAND_LABEL } from '../landing/guest.ts'
import { quotePlain, quotePlainLine, quoteWords } from '../text/quote.ts'
import type { PullFacts } from '../world.ts'
import { type GateText, STRANGER_GATE } from './gate.ts'

export const FROM_FORK =
  'it comes from a fork, and what runs for it there has no keys: Chorus lands only from branches of this repository'

export function explainTarget(base: string, target: string): string {
  return `it goes to ${base}, and Chorus lands only on ${target}`
}

export const NOBODY_ASKED = `nobody who may push has asked for it, by the label \`${LAND_LABEL}\` or by \`/chorus merge\``

/** On somebody's pull request that carries the label, or a command, and is left to people all the same. */
export function writeUninvited(why: string): GateText {
  return {
    ...STRANGER_GATE,
    summary: `${STRANGER_GATE.summary}\nIt was to be landed by Chorus, and is not: ${why}. A person can merge it as ever.\n`,
  }
}

/** For the gate: nobody answers commands on people's own pull requests. Empty where nothing was refused. */
export function writeRefusedEmergency({ refused }: Guest): string {
  if (refused === null) return ''
  const who = quoteWords(`@${refused.by.login}`)
  return `**No emergency:** ${who} said so, and that needs the maintain role or more; theirs is ${refused.has}. It lands in its turn.`
}

/** Title and message of the commit that lands it. */
export function writeGuestMerge(
  { number, title, checks, authors }: PullFacts,
  { by, emergency }: Guest,
  author: { id: number } | null,
): { title: string; message: string } {
  const passed = checks.filter(check => check.conclusion === 'success').map(check => check.name)
  const lines = [
    `Pull-Request: #${number}`,
    `Asked-For: ${quotePlain(by.login, 60)}`,
    ...(emergency === null ? [] : [`Emergency: ${quotePlain(emergency.by.login, 60)}`]),
    ...(passed.length === 0 ? [] : [`Checks: ${quotePlainLine([...new Set(passed)].join(', '))}`]),
    ...printAuthors(authors, '', author?.id ?? null),
  ]
  return { title: `${quotePlainLine(title)} (#${number})`, message: `${lines.join('\n')}\n` }
}
