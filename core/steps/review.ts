import type { Grant } from '../accounts/books.ts'
import { type Effect, NOTHING } from '../effect.ts'
import type { Folding } from '../fold.ts'
import { printReviewMarker } from '../names.ts'
import { isOurApp } from '../people/intent.ts'
import { wasSentBack } from '../review/cause.ts'
import type { Finding, Opinion } from '../review/opinion.ts'
import { readOpinion } from '../review/standing.ts'
import { writeReviewTicket } from '../review/ticket.ts'
import { isReviewDue } from '../review/turn.ts'
import type { TaskState } from '../state.ts'
import { explainNext, writeComment, writeReview } from '../words/review.ts'
import type { FileChange, Instant, PullFacts } from '../world.ts'
import { dispatch } from './start.ts'

type Proposed = Extract<TaskState, { is: 'proposed' }>

/** A claim first, alone, as for attempts; then its run. */
export function startReview(facts: Folding, state: Proposed, grant: Grant | null): Effect[] {
  if (state.review.is === 'claimed') return dispatch(facts, state.review.claim)
  if (grant === null || !isReviewDue(state)) return []
  const ticket = writeReviewTicket(facts, state, grant)
  const { task, world } = facts
  return ticket === null
    ? []
    : [{ do: 'claim', task: task.id, attempt: ticket.attempt, ticket, admitted: world.admission.last }]
}

/** A review that was posted but has not appeared is posted again after this long. Milliseconds. */
const POST_AGAIN = 60_000

/** Since when what a reviewer said is to be posted; null when it stands there, or where there is nothing to say. */
function unpostedSince({ world, task: { id, pull, reviews }, record }: Folding): Instant | null {
  const { opinion } = record
  if (opinion === null || pull?.state !== 'open' || !pull.layers.includes(opinion.head)) return null
  // Asked again at each look GitHub would say the same; what was found counts, and stands on the ledger.
  if (pull.unreviewable) return null
  // Of what was cleared away, or is of no claim any more, nothing is left to say.
  if (!reviews.reports.has(opinion.review)) return null
  const marker = printReviewMarker({ task: id, attempt: opinion.review })
  if (pull.reviews.some(one => isOurApp(one.by, world.app) && one.body.includes(marker))) return null
  return opinion.at
}

export function whenToPostAgain(facts: Folding): Instant | null {
  const at = unpostedSince(facts)
  return at === null ? null : at + POST_AGAIN
}

/**
 * What a reviewer said stands on the pull request as a review of ours, once. The right to post it is won with the ledger's
 * commit that holds the opinion: so in that very pass, and later only when it has not appeared.
 */
export function postReview(facts: Folding): readonly Effect[] {
  const { task, world, record, now } = facts
  const at = unpostedSince(facts)
  if (at === null || (at !== now && now - at < POST_AGAIN)) return NOTHING
  const read = readOpinion(task, world)
  const { pull } = task
  if (read === null || pull === null || read.number !== record.opinion?.review) return NOTHING
  const { opinion, number, head, by, url } = read
  const { onLines, rest } = placeFindings(opinion, pull)
  const next = explainNext(opinion.verdict, wasSentBack(record, number))
  const write = (others: readonly Finding[]) =>
    writeReview({ task: task.id, number, by, opinion, rest: others, next, url })
  const comments = onLines.map(one => ({ path: one.path, line: one.line, body: writeComment(one) }))
  return [
    {
      do: 'review',
      task: task.id,
      pull: pull.number,
      head,
      body: write(rest),
      whole: write(opinion.findings),
      comments,
    },
  ]
}

type OnLine = Finding & { path: string; line: number }

/** Each comment is a message to people: so many stand on lines, the others in the text. */
const MOST_COMMENTS = 10

/** GitHub takes a comment only on a line that its diff shows. */
function placeFindings(
  { findings }: Opinion,
  { changes }: PullFacts,
): { onLines: OnLine[]; rest: Finding[] } {
  const fits = (one: Finding): one is OnLine =>
    one.path !== null &&
    one.line !== null &&
    isShown(
      changes?.find(({ path }) => path === one.path),
      one.line,
    )
  const onLines = findings.filter(fits).slice(0, MOST_COMMENTS)
  return { onLines, rest: findings.filter(one => !onLines.includes(one as OnLine)) }
}

function isShown(change: FileChange | undefined, line: number): boolean {
  return change?.shown?.some(([first, last]) => first <= line && line <= last) ?? false
}
