import type { TrainFacts } from '../landing/trainfacts.ts'
import { SKIP_CI } from '../names.ts'
import { quoteLine, quotePlainLine } from '../text/quote.ts'
import type { PullFacts, RepoFacts } from '../world.ts'
import type { GateText } from './gate.ts'

/** The pull request of a combination. */
export function writeTrain(repo: RepoFacts, members: readonly Shown[]): { title: string; body: string } {
  const list = members.map(({ pull }) => `- #${pull.number} ${quoteLine(pull.title, 200)}`)
  return {
    title: `chore: land ${printNumbers(members)} together`,
    body: [
      `These pull requests pass every gate of their own. \`${repo.target.branch}\` asks for up-to-date branches, so Chorus has merged them onto its newest commit here, in this order, and CI judges exactly what will land:`,
      list.join('\n'),
      'If CI is green, this lands by one merge commit, and the pull requests above show as merged. If it is red, Chorus finds out which of them it is; the others go on without it.',
      'Should CI be cancelled here, or wait for a person, run it again: after an hour in which nothing has begun, Chorus lands the pull requests above one by one.',
      'Otherwise there is nothing to do here. Closing this pull request, or pushing to its branch, only makes Chorus build another one.',
    ].join('\n\n'),
  }
}

/** The same in lanes, where it only judges. */
export function writeLaneTrain(repo: RepoFacts, members: readonly Shown[]): { title: string; body: string } {
  const list = members.map(({ pull }) => `- #${pull.number} ${quoteLine(pull.title, 200)}`)
  return {
    title: `chore: judge ${printNumbers(members)} together`,
    body: [
      `These pull requests pass every gate of their own, and their CI was green before \`${repo.target.branch}\`, or one ahead of them, changed what they touch. Chorus has merged them onto its newest commit here, in this order, so that one run of CI judges all of them:`,
      list.join('\n'),
      'If CI is green, each of them lands by its own pull request, and this one is closed. If it is red, Chorus finds out which of them it is; the others go on without it.',
      'Should CI be cancelled here, or wait for a person, run it again: after an hour in which nothing has begun, Chorus brings the pull requests above up to date one by one.',
      'Otherwise there is nothing to do here. Closing this pull request, or pushing to its branch, only makes Chorus build another one.',
    ].join('\n\n'),
  }
}

/** In lanes: whoever would press its button is told, and where the gate is required nobody can. */
export const ONLY_JUDGES: GateText = {
  title: 'Only judged, never merged',
  summary:
    '**Not to be merged:** this is here so that one run of CI judges several pull requests. Green, each of them lands by its own, and Chorus closes this one.\n',
}

type Shown = { pull: Pick<PullFacts, 'number' | 'title'> }

/** The commit that takes one into the combination; of one line, so that a title is all of it that anybody wrote. */
export function writeTrainMerge({ number, title }: PullFacts): string {
  return `chore: merge #${number}, ${quotePlainLine(title)}`
}

export type TrainMember = { pull: number; title: string }

export function parseTrainMerge(subject: string): TrainMember | null {
  const match = /^chore: merge #([1-9][0-9]{0,9}), (.*)$/.exec(subject.replace(` ${SKIP_CI}`, ''))
  return match === null ? null : { pull: Number(match[1]), title: match[2]! }
}

/**
 * Title, message and gate of its landing. It closes no issue by itself: a member to which somebody pushed in that very moment stays
 * open, and so does its task. The others' issues close with their pull requests, which show as merged.
 */
export function writeTrainLanding(
  { checks, branch }: TrainFacts,
  members: readonly Shown[],
): { title: string; message: string; summary: string } {
  const passed = checks.filter(check => check.conclusion === 'success').map(check => check.name)
  const lines = members.map(({ pull }) => `- ${quotePlainLine(pull.title)} (#${pull.number})`)
  const trailers = [
    `Chorus-Train: ${branch}`,
    ...(passed.length === 0 ? [] : [`Checks: ${quotePlainLine([...new Set(passed)].join(', '))}`]),
  ]
  return {
    title: `chore: land ${printNumbers(members)} together`,
    message: `${lines.join('\n')}\n\n${trailers.join('\n')}\n`,
    summary: `CI is green on exactly this combination: ${printNumbers(members)}. Chorus merges this commit.\n`,
  }
}

function printNumbers(members: readonly Shown[]): string {
  const numbers = members.map(({ pull }) => `#${pull.number}`)
  if (numbers.length < 2) return numbers.join('')
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`
}
