import { printPath } from '../gates/verdict.ts'
import { printReviewMarker, type TaskId } from '../names.ts'
import type { Finding, Opinion, Verdict } from '../review/opinion.ts'
import type { ReviewStanding } from '../review/standing.ts'
import { cutHead, trimLast } from '../text/clean.ts'
import { quoteBlock, quoteLine } from '../text/quote.ts'
import { visibleText } from '../text/visible.ts'
import type { ClaimFacts } from '../world.ts'
import { explainPulse } from './heartbeat.ts'

/** Why an agent reviews what `author` made. */
export function explainReviewer(author: string, agent: string, other: boolean): string {
  if (agent === author) return 'a fresh session of the author, as no other agent is named'
  return other ? `of another vendor than ${author}` : `another agent than ${author}`
}

/** How a review by an agent stands, in one line. */
export function explainStanding(reviewed: Exclude<ReviewStanding, { is: 'unasked' }>): string {
  switch (reviewed.is) {
    case 'due':
      return reviewed.asked
        ? `${reviewed.choice.agent} reviews it next, as somebody asked`
        : `${reviewed.choice.agent} reviews it when CI is green and nothing else is refused`
    case 'claimed':
      if (reviewed.claim.dispatch?.is === 'refused')
        return `GitHub refuses to start its review: ${trimLast(reviewed.claim.dispatch.why, '.')}`
      return `${nameOf(reviewed.claim)} reviews it now`
    case 'running':
      return `${nameOf(reviewed.claim)} reviews it now${explainPulse(reviewed.pulse)}`
    case 'given':
      return explainVerdict(reviewed.by, reviewed.verdict)
    case 'failed':
      return `no agent could review it (${trimLast(quoteLine(reviewed.why, 200), '.')})`
  }
}

function nameOf({ ticket }: ClaimFacts): string {
  return ticket.ok ? ticket.value.agent.name : 'an agent'
}

export function explainVerdict(by: string, verdict: Verdict): string {
  return `${by} ${SAID[verdict]}`
}

const SAID: Readonly<Record<Verdict, string>> = {
  approve: 'finds nothing that has to change',
  changes: 'asks for changes',
  rebase: 'thinks that this has to be begun afresh',
}

export function explainDelay(why: string): string {
  return `the review by an agent ${why}`
}

/** So much of it another attempt can take in beside its task. */
const MOST_TOLD = { findings: 12, bytes: 300 } as const

/** What the next attempt is told, a line each; what has to go for want of room goes from the top. */
export function printFindings({ verdict, summary, findings }: Opinion): string {
  const heading =
    verdict === 'rebase'
      ? 'A reviewer found that the last attempt went the wrong way; begin afresh and avoid this:'
      : 'A reviewer of the change asks for this:'
  const points = findings.slice(0, MOST_TOLD.findings).map(one => `- ${place(one)}${line(one.body)}`)
  return [heading, line(summary), ...points].join('\n')
}

function place({ path, line: number }: Finding): string {
  if (path === null) return ''
  return `${line(path)}${number === null ? '' : `:${number}`}: `
}

function line(text: string): string {
  return cutHead(visibleText(text).replace(/\s+/g, ' ').trim(), MOST_TOLD.bytes)
}

export type Told = {
  task: TaskId
  number: number
  by: string
  opinion: Opinion
  /** Findings that do not stand on lines of their own. */
  rest: readonly Finding[]
  next: string
  /** Of its run. */
  url: string
}

/** The text of the review on the pull request. */
export function writeReview({ task, number, by, opinion, rest, next, url }: Told): string {
  const { verdict, summary } = opinion
  const listed = rest.slice(0, MOST_LISTED).map(one => `- ${writePlace(one)}${quoteLine(one.body, 600)}`)
  const parts = [
    `${ICONS[verdict]} **${quoteLine(by, 60)} ${SAID[verdict]}.** ${next}`.trimEnd(),
    quoteBlock(summary, 1500),
    listed.join('\n'),
    `<sub>A review by an agent in a fresh session ([run](${url})), which saw the change, what it has to fulfil and how its checks ended. It can hold a change back; it never replaces a person’s review or CI.</sub>`,
    printReviewMarker({ task, attempt: number }),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

const MOST_LISTED = 20
const ICONS: Readonly<Record<Verdict, string>> = { approve: '✅', changes: '✏️', rebase: '↩️' }

function writePlace({ path, line: number }: Finding): string {
  if (path === null) return ''
  return `${printPath(path)}${number === null ? '' : `, line ${number}`}: `
}

/** The text of a comment on a line. */
export function writeComment({ body }: Finding): string {
  return quoteBlock(body, 1500)
}

/** What becomes of it. */
export function explainNext(verdict: Verdict, goesBack: boolean): string {
  if (verdict === 'approve') return ''
  if (!goesBack) return 'A person decides what becomes of it.'
  return verdict === 'changes'
    ? 'The next attempt goes on from here and is told so.'
    : 'The next attempt begins afresh on the present base and is told why.'
}

export const NOTHING_TO_REVIEW = 'there is no open pull request that an agent could review'
export const PLANS_ARE_FOR_PEOPLE =
  'people review plans: approve it, edit its backlog, or `/chorus revise` it'
