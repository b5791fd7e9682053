import type { Config } from '../config/config.ts'
import type { Approval } from '../ledger.ts'
import { isStatusComment } from '../names.ts'
import type { Actor, ClaimFacts, CommentFact, Instant, IssueFacts, Standing, TimelineFact } from '../world.ts'
import { atLeast } from '../world.ts'
import { parseCommands } from './command.ts'

/**
 * What a person approves is a text, not a number: title, body and the comments that an agent will be shown. The text is
 * kept as it was, so that "is it still what was approved?" is a comparison of two strings.
 */

/** Indented bodies keep it unambiguous: no body can look like the beginning of the next part. */
export function approvedText(
  issue: Pick<IssueFacts, 'title' | 'body'>,
  comments: readonly Pick<CommentFact, 'id' | 'by' | 'body'>[],
): string {
  let text = `${printHead(issue)}${indent(issue.body)}\n`
  for (const comment of comments) text += `${printComment(comment)}${indent(comment.body)}\n`
  return text
}

function printHead({ title }: Pick<IssueFacts, 'title'>): string {
  return `title: ${normalise(title).replaceAll('\n', ' ')}\nbody:\n`
}

function printComment({ id, by }: Pick<CommentFact, 'id' | 'by'>): string {
  return `comment ${id} by account ${by.id}:\n`
}

/**
 * The comments that an approval takes in: by people with standing, from before the approval, untouched since, and
 * neither commands nor our own words. Oldest first.
 */
export function admittedComments(
  timeline: readonly TimelineFact[],
  approvedAt: Instant,
  standing: (actor: { id: number }) => Standing,
  config: Pick<Config, 'allow'>,
): CommentFact[] {
  const needed: Standing = config.allow.comments === 'writers' ? 'write' : 'triage'
  return timeline
    .filter(fact => fact.is === 'commented')
    .filter(comment => comment.at < approvedAt && !comment.edited)
    .filter(comment => hasStanding(comment.by, needed, standing, config))
    .filter(comment => !isStatusComment(comment.body) && parseCommands(comment.body).length === 0)
}

/** Title and body as approved, whatever became of the comments. A line at the margin can only begin a part. */
export function sameWords(
  issue: Pick<IssueFacts, 'title' | 'body'>,
  approval: Pick<Approval, 'text'>,
): boolean {
  const words = approval.text.split(/\n(?=comment \d+ by account )/)[0]!.trimEnd()
  return words === approvedText(issue, []).trimEnd()
}

/**
 * Is the text that stands there now, made of the same parts, the approved one? An edit or a deletion shows as a difference. Asked
 * about every task in every plan: what is the same is compared where it lies, and nothing is put together.
 */
export function stillApproved(
  issue: IssueFacts,
  { comments, text }: Pick<Approval, 'comments' | 'text'>,
): boolean {
  let at = skipIndented(text, skip(text, 0, printHead(issue)), issue.body)
  for (const comment of stillThere(issue, comments)) {
    at = skipIndented(text, skip(text, at, printComment(comment)), comment.body)
  }
  return at === text.length
}

const NOWHERE = -1

/** Where `part` ends, which is to begin there. */
function skip(text: string, start: number, part: string): number {
  const end = start + part.length
  return start !== NOWHERE && text.slice(start, end) === part ? end : NOWHERE
}

/** Was an attempt given other words than those that are approved now? */
export function isOfEarlierWords(
  claim: Pick<ClaimFacts, 'ticket'>,
  approval: Pick<Approval, 'sha256'>,
): boolean {
  return claim.ticket.ok && claim.ticket.value.spec.approved !== approval.sha256
}

/** The same, line by line. */
function skipIndented(text: string, start: number, part: string): number {
  const lines = normalise(part)
  let at = start
  for (let from = 0; from <= lines.length && at !== NOWHERE; ) {
    const to = lines.indexOf('\n', from)
    const end = to < 0 ? lines.length : to
    at = skip(text, skipMargin(text, at), lines.slice(from, end))
    if (text[at] !== '\n') return NOWHERE
    at += 1
    from = end + 1
  }
  return at
}

function skipMargin(text: string, at: number): number {
  return text[at] === ' ' && text[at + 1] === ' ' ? at + 2 : NOWHERE
}

/** What is left of the comments that were taken in. */
function stillThere({ timeline }: IssueFacts, comments: readonly number[]): readonly CommentFact[] {
  if (comments.length === 0) return NONE
  return timeline.filter(fact => fact.is === 'commented').filter(({ id }) => comments.includes(id))
}

const NONE: readonly never[] = []

function hasStanding(
  by: Actor,
  needed: Standing,
  standing: (actor: { id: number }) => Standing,
  config: Pick<Config, 'allow'>,
): boolean {
  return by.kind === 'app' ? config.allow.apps.includes(by.id) : atLeast(standing(by), needed)
}

function normalise(text: string): string {
  return (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).trimEnd()
}

function indent(text: string): string {
  return `  ${normalise(text).replace(/\n/g, '\n  ')}`
}
