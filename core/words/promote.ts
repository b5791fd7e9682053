import type { Refused } from '../check.ts'
import { printAuthors, readTrailers } from '../landing/authors.ts'
import type { Asked } from '../landing/demands.ts'
import {
  type IntegrationFacts,
  type LandedFacts,
  parseLandedFor,
  printPromotes,
} from '../landing/integration.ts'
import { keepStanding } from '../merge/tips.ts'
import { quoteLine, quotePlainLine, quoteWords } from '../text/quote.ts'
import type { RepoFacts, Sha } from '../world.ts'
import { writeAsk } from './ask.ts'
import { explainHeld } from './demands.ts'
import type { GateText } from './gate.ts'
import { listReverts } from './rollback.ts'

const MOST_LISTED = 50

/** The pull request of a pinned tip. */
export function writePromotion(
  repo: RepoFacts,
  integration: IntegrationFacts,
  tip: Sha,
): { title: string; body: string } {
  const landings = landingsUpTo(integration, tip)
  const list = landings.slice(-MOST_LISTED).map(one => `- ${nameLanding(one)}`)
  const left = landings.length - list.length
  const { branch } = integration
  return {
    title: `chore: promote ${branch} at ${tip.slice(0, 7)}`,
    body: [
      `This is \`${branch}\` as it was at ${tip.slice(0, 7)}. These landed there since the last promotion:`,
      [...(left > 0 ? [`- ${left} earlier ones`] : []), ...list].join('\n'),
      `CI judges here exactly what will come to \`${repo.defaultBranch}\`. Green, Chorus merges it. Red, Chorus judges the tips in between until it is known which landing it is, and says so here; the ones before it are promoted meanwhile.`,
      'Otherwise there is nothing to do here. Closing this pull request, or pushing to its branch, only makes Chorus open another one.',
    ].join('\n\n'),
  }
}

/** Title, message and gate of its landing. It closes the issues of what it brings, but of nothing that was taken back before. */
export function writePromoted(
  integration: IntegrationFacts,
  tip: Sha,
): { title: string; message: string; summary: string } {
  const landings = landingsUpTo(integration, tip)
  const undone = listUndone(landings)
  const lines = landings.map(one => {
    const issues = undone.has(one.sha) ? [] : parseLandedFor(one.message)
    const closes = issues.map(issue => `\n  Closes #${issue}`)
    return `- ${quotePlainLine(subjectOf(one))}${closes.join('')}`
  })
  const kept = landings.filter(one => !undone.has(one.sha))
  const authors = printAuthors(
    kept.flatMap(({ message }) => readTrailers(message)),
    '',
    null,
  )
  return {
    title: `chore: promote ${integration.branch} at ${tip.slice(0, 7)}`,
    message: `${lines.join('\n')}\n\n${[printPromotes(tip), ...authors].join('\n')}\n`,
    summary: 'CI is green on exactly this tip. Chorus merges it.\n',
  }
}

/** `issue`: whose landing is taken back by itself; null where a person has to. */
type Found = { landed: LandedFacts; issue: number | null }
/** `isAsked`: CI was asked a second time. `more`: others that are red by themselves. */
type Blamed = { issue: number | null; isAsked: boolean; more: readonly Found[] }

export function writeCulprit(landed: LandedFacts, { issue, isAsked, more }: Blamed): GateText {
  const goesOn = 'as soon as a newer tip is green, promotion goes on'
  return {
    title: `Red since ${quoteLine(subjectOf(landed), 200)}`,
    summary: [
      `**Red with this landing${isAsked ? ', twice,' : ''} and green without it:** ${nameLanding(landed)}, ${landed.sha.slice(0, 7)}.${isAsked ? '' : ' CI could not be asked a second time, as only what runs on GitHub Actions can.'} What landed before it is promoted; it, and what landed after it, waits. ${adviseOn({ landed, issue })}: ${goesOn}.\n`,
      ...more.map(
        one =>
          `**Red by itself as well:** ${nameLanding(one.landed)}, ${one.landed.sha.slice(0, 7)}: the branch is green only without all of them. ${adviseOn(one)}.\n`,
      ),
    ].join('\n'),
  }
}

function adviseOn({ landed, issue }: Found): string {
  const [closed] = parseLandedFor(landed.message)
  const where = closed === undefined ? 'its issue' : `#${closed}`
  return issue === null
    ? `Mend it with a new pull request, or by an issue that \`/chorus hotfix\` on ${where} names, or comment \`/chorus rollback\` there`
    : `Chorus takes it back by a pull request of its own that has to pass the gates; \`/chorus rollback cancel\` on #${issue} keeps it, and then it is mended by a new pull request`
}

/** For the log. */
export function explainRed(landed: LandedFacts): string {
  return `CI is red with ${landed.sha}, and green without it: ${quotePlainLine(subjectOf(landed))}`
}

export const ASKED_ONCE_MORE: GateText = {
  title: 'Red once: CI is asked a second time',
  summary:
    '**Waiting:** everything before this is green, so what landed last is suspected. It may be a flake: CI runs once more before anything is taken back.\n',
}

/**
 * @param culprits those that were found, and are taken back, or would be.
 * @param suspects of these at least one is red as well, as far as is known.
 */
export function writeTangled(culprits: readonly LandedFacts[], suspects: readonly LandedFacts[]): GateText {
  const found = culprits.map(listOne).join('\n')
  const said = [
    `**Waiting for a person:** CI is red with what landed here, and red without it, too:\n\n${found}`,
    suspects.length === 0
      ? 'Nothing that landed beside it is red: so either CI itself is out of order, or what takes it back does not pass. Look at the log of that pull request, and have its CI run again.'
      : `At least one of these is red as well, and Chorus does not find out which: too many landings were red within a day, or git cannot make the states in between.\n\n${suspects.map(listOne).join('\n')}`,
    'Take back what is red by `/chorus rollback` on its issue, or mend it with a new pull request: as soon as a newer tip is green, promotion goes on.',
  ]
  return { title: 'Red, also without the culprit', summary: `${said.join('\n\n')}\n` }
}

const MOST_FILES = 5

/** With what it changes: there a person begins to look. */
function listOne(landed: LandedFacts): string {
  const files = landed.files ?? []
  const shown = files.slice(0, MOST_FILES).map(file => `\`${quoteLine(file, 100)}\``)
  const left = files.length - shown.length
  const more = left > 0 ? [`${left} more files`] : []
  const what = landed.files === null ? ['more files than GitHub lists'] : [...shown, ...more]
  return `- ${nameLanding(landed)}, ${landed.sha.slice(0, 7)}: ${what.join(', ')}`
}

export function writePromotionRefused(refused: Refused, asked: Asked, branch: string): GateText {
  const { reason, ask } = explainHeld(refused, asked, branch)
  return {
    title: 'GitHub does not merge this promotion',
    summary: `**Waiting:** CI is green, but ${reason}. ${writeAsk(ask === '' ? USUAL : ask)}\n`,
  }
}

const USUAL = "where the branch asks for people's reviews, approve this pull request"

export const SILENT_PROMOTION: GateText = {
  title: 'CI has come to no end here',
  summary:
    '**Waiting for a person:** for an hour nothing has been at work that could say more, and a required check is missing or was cancelled, or the merge job cannot run. Run it again; a newer tip is judged without waiting for this one.\n',
}

/** A queue merges under words of its own, by which no promotion is known again, and which close no issue. */
export function explainQueue({ defaultBranch }: Pick<RepoFacts, 'defaultBranch'>): string {
  return `a ruleset asks for a merge queue on ${defaultBranch}, and no promotion can go through one: take that rule off, or set \`merge.strategy\` to \`auto\` and let the queue do what lanes do`
}

export function writeClash(branch: string, defaultBranch: string): GateText {
  return {
    title: `${defaultBranch} does not merge into ${branch}`,
    summary: `**Waiting for a person:** somebody changed \`${defaultBranch}\`, and that conflicts with what landed on \`${branch}\`. Merge \`${defaultBranch}\` into \`${branch}\` by hand: then promotion goes on.\n`,
  }
}

export const OVERTAKEN: GateText = {
  title: 'Something in it is taken back',
  summary:
    '**Waiting:** CI is green, but something in it has been taken back since it was pinned, or is being taken back. A newer tip that has that, too, comes in its place; Chorus judges it by itself.\n',
}

export function writeHeldPromotion(why: string): GateText {
  return {
    title: 'Nothing is promoted now',
    summary: `**Waiting:** CI is green, but ${quoteWords(why)}. After that Chorus merges it.\n`,
  }
}

function landingsUpTo({ landed, promoted }: IntegrationFacts, tip: Sha): readonly LandedFacts[] {
  const first = landed.findIndex(one => one.sha === promoted) + 1
  return landed.slice(first, landed.findIndex(one => one.sha === tip) + 1).filter(one => !one.back)
}

/** What later ones among them take back. */
function listUndone(landings: readonly LandedFacts[]): ReadonlySet<Sha> {
  const said = landings.map(({ sha, message }) => ({ key: sha, undoes: listReverts(message) }))
  return new Set(keepStanding(said).flatMap(({ undoes }) => undoes))
}

/** With its pull request, where its message says which. */
export function nameLanding(landed: LandedFacts): string {
  const pull = pullOf(landed)
  return `${quoteLine(subjectOf(landed), 200)}${pull === null ? '' : ` (#${pull})`}`
}

function pullOf({ message }: LandedFacts): string | null {
  const line = message.split('\n').find(one => one.startsWith('Pull-Request: #'))
  return /#([1-9][0-9]{0,9})$/.exec(line ?? '')?.[1] ?? null
}

function subjectOf({ message }: LandedFacts): string {
  return message.split('\n')[0] ?? ''
}
