import type { Contender, Outcome, Race } from '../contract/report.ts'
import { type AttemptName, printLoserRef } from '../names.ts'
import { quoteLine } from '../text/quote.ts'

/** Who won a race, and why; and what is kept of the others. */

/** How an attempt ended, in a word or two. */
export const ENDS: Readonly<Record<Outcome, string>> = {
  done: 'done',
  question: 'asks',
  'red-checks': 'red checks',
  'timed-out': 'out of time',
  'no-change': 'no change',
  refused: 'refused',
  'agent-failed': 'failed',
  'cannot-run': 'could not run',
  'setup-failed': 'setup failed',
  superseded: 'superseded',
}

/** One sentence. */
export function explainRace(race: Race): string {
  const names = tellApart(race.contenders.map(({ agent }) => agent))
  const winner = race.contenders[race.winner]
  const name = names[race.winner] ?? 'nobody'
  const tell = (how: (one: Contender) => string) =>
    race.contenders.flatMap((one, at) => (at === race.winner ? [] : `${names[at]}: ${how(one)}`)).join('; ')
  if (winner?.outcome !== 'done') {
    const all = race.contenders.map((one, at) => `${names[at]}: ${ENDS[one.outcome]}`).join('; ')
    return `Nobody won the race (${all}); what ${name} came to counts.`
  }
  switch (race.by) {
    case 'checks':
      return `${name} won the race: it alone is done (${tell(one => ENDS[one.outcome])}).`
    case 'size':
      return `${name} won the race: of what is done its change is the smallest (${writeLines(winner)}; ${tell(writeEnd)}).`
    case 'order':
      return `${name} won the race: no change that is done is smaller (${writeLines(winner)}; ${tell(writeEnd)}), and it is named first.`
  }
}

function writeEnd(one: Contender): string {
  return one.outcome === 'done' ? writeLines(one) : ENDS[one.outcome]
}

function writeLines({ lines }: Contender): string {
  return `${lines ?? 0} ${lines === 1 ? 'line' : 'lines'}`
}

/** The same agent may race with itself. */
export function tellApart(agents: readonly string[]): string[] {
  return agents.map((agent, at) => {
    const before = agents.slice(0, at).filter(one => one === agent).length
    return before === 0 ? agent : `${agent} (${before + 1})`
  })
}

/** A line for each of the others: how it ended, and where it is kept. */
export function writeLosers(race: Race, of: AttemptName): string[] {
  const names = tellApart(race.contenders.map(({ agent }) => agent))
  return race.contenders.flatMap((one, at) => {
    if (at === race.winner) return []
    const ref = printLoserRef({ task: of.task, attempt: of.attempt, contender: at + 1 })
    const kept = one.head === null ? 'nothing is kept of it' : `kept as \`${ref}\` (${one.head.slice(0, 7)})`
    return [`${quoteLine(names[at] ?? '', 60)}: ${quoteLine(one.summary, 200)} (${kept})`]
  })
}

export function raceGroup(agents: readonly string[], sideBySide: number): string {
  const how = sideBySide === 1 ? 'one after the other' : `${sideBySide} at a time`
  return `Race of ${tellApart(agents).join(' and ')}, ${how}`
}

/** Where agents run as one user, each could read and spoil what another makes. */
export const NOT_SIDE_BY_SIDE =
  'This runner cannot keep several agents apart (it gives them no users of their own): they work one after the other, and each has its share of the time.'

export const NO_OWN_USER = 'the runner had no user for it that is not another’s'

export function contenderBroke(agent: string, why: string): string {
  return `${agent} could not be run to its end: ${why}`
}

export function notKept(refusals: readonly string[]): string {
  return `It is not kept: ${refusals[0] ?? 'it was not handed over whole'}.`
}

export const TOO_LARGE_TO_KEEP = 'Its change is too large to be kept.'
