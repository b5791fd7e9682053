import type { Refused } from '../check.ts'
import { printAuthors, readTrailers } from '../landing/authors.ts'
import {
  type IntegrationFacts,
  type LandedFacts,
  parseLandedFor,
  printPromotes,
} from '../landing/integration.ts'
import { quoteLine, quotePlainLine, quoteWords } from '../text/quote.ts'
import type { RepoFacts, Sha } from '../world.ts'
import type { GateText } from './gate.ts'
import { explainRefused } from './refused.ts'
import { parseReverts } from './rollback.ts'

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

/** `issue`: whose landing is taken back by itself; null where a person has to. `isAsked`: CI was asked a second time. */
type Blamed = { issue: number | null; isAsked: boolean }

export function writeCulprit(landed: LandedFacts, { issue, isAsked }: Blamed): GateText {
  const [closed] = parseLandedFor(landed.message)
  const where = closed === undefined ? 'its issue' : `#${closed}`
  const how =
    issue === null
      ? `Mend it with a new pull request, or by an issue that \`/chorus hotfix\` on ${where} names, or comment \`/chorus rollback\` there`
      : `Chorus takes it back by a pull request of its own that has to pass the gates; \`/chorus rollback cancel\` on #${issue} keeps it, and then it is mended by a new pull request`
  return {
    title: `Red since ${quoteLine(subjectOf(landed), 200)}`,
    summary: `**Red with this landing${isAsked ? ', twice,' : ''} and green without it:** ${nameLanding(landed)}, ${landed.sha.slice(0, 7)}.${isAsked ? '' : ' CI could not be asked a second time, as only what runs on GitHub Actions can.'} What landed before it is promoted; it, and what landed after it, waits. ${how}: as soon as a newer tip is green, promotion goes on.\n`,
  }
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

/** @param culprit the landing that was taken back, and is not all that was red. */
export function writeTangled(culprit: LandedFacts): GateText {
  const what = `${nameLanding(culprit)}, ${culprit.sha.slice(0, 7)},`
  return {
    title: 'Red, though the culprit is taken back',
    summary: `**Waiting for a person:** ${what} was taken back, and CI is red all the same. Something that landed between the two is red as well; which, no state of the branch shows by itself. Look at the log, and take that back by \`/chorus rollback\` on its issue, or mend it with a new pull request: as soon as a newer tip is green, promotion goes on.\n`,
  }
}

export function writePromotionRefused(refused: Refused): GateText {
  return {
    title: 'GitHub does not merge this promotion',
    summary: `**Waiting:** CI is green, and GitHub does not merge it: ${explainRefused(refused)}. Where the branch asks for people's reviews, approve this pull request.\n`,
  }
}

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
  title: 'Something in it was taken back since',
  summary:
    '**Waiting:** CI is green, but something in it has been taken back since it was pinned. A newer tip that has that, too, comes in its place; Chorus judges it by itself.\n',
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

/** What later ones among them take back; who was taken back takes nothing back. */
function listUndone(landings: readonly LandedFacts[]): ReadonlySet<Sha> {
  const undone = new Set<Sha>()
  for (const { sha, message } of landings.toReversed()) {
    const reverted = undone.has(sha) ? null : parseReverts(message)
    if (reverted !== null) undone.add(reverted)
  }
  return undone
}

/** With its pull request, where its message says which. */
function nameLanding(landed: LandedFacts): string {
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
