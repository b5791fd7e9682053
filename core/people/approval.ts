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
  let text = `title: ${normalise(issue.title).replaceAll('\n', ' ')}\nbody:\n${indent(issue.body)}\n`
  for (const comment of comments) {
    text += `comment ${comment.id} by account ${comment.by.id}:\n${indent(comment.body)}\n`
  }
  return text
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

/** The text that stands there now, made of the same parts as the approved one: an edit or a deletion shows as a difference. */
export function liveText(issue: IssueFacts, approval: Pick<Approval, 'comments'>): string {
  if (approval.comments.length === 0) return approvedText(issue, [])
  const comments = issue.timeline
    .filter(fact => fact.is === 'commented')
    .filter(comment => approval.comments.includes(comment.id))
  return approvedText(issue, comments)
}

export function stillApproved(issue: IssueFacts, approval: Pick<Approval, 'comments' | 'text'>): boolean {
  return liveText(issue, approval) === approval.text
}

/** Was an attempt given other words than those that are approved now? */
export function isOfEarlierWords(
  claim: Pick<ClaimFacts, 'ticket'>,
  approval: Pick<Approval, 'sha256'>,
): boolean {
  return claim.ticket.ok && claim.ticket.value.spec.approved !== approval.sha256
}

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
