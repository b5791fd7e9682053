import type { TaskRecord } from '../ledger.ts'
import { quoteLine } from '../text/quote.ts'
import { visibleText } from '../text/visible.ts'
import { atLeast, type CommentFact, type Instant, type Standing, type TaskFacts } from '../world.ts'
import { parseCommands } from './command.ts'

/** A thread may be long, and an agent's context is not: the newest count. */
const MOST = 5
const LONGEST = 500

type Thread = { task: TaskFacts; record: TaskRecord; standing(actor: { id: number }): Standing }

/**
 * What people wrote on the issue since its text was approved, and since attempt `heard`; empty when nobody did. Only of those
 * who may push: of others an agent hears by `/chorus revise` or as an answer, which the gate knows of.
 */
export function writeNotes({ task, record, standing }: Thread, heard: number): string {
  const since = Math.max(record.approval?.at ?? 0, claimedAt(task, heard))
  const isNote = (comment: CommentFact) =>
    comment.at >= since &&
    !comment.edited &&
    comment.by.kind === 'person' &&
    atLeast(standing(comment.by), 'write') &&
    parseCommands(comment.body).length === 0 &&
    !record.revisions.some(({ cause }) => cause === `comment:${comment.id}`)
  const notes = task.issue.timeline
    .filter(fact => fact.is === 'commented')
    .filter(isNote)
    .map(({ by, body }) => ({ by, text: visibleText(body).trim().slice(0, LONGEST) }))
    .filter(({ text }) => text !== '')
    .slice(-MOST)
  const lines = notes.map(({ by, text }) => `- @${quoteLine(by.login, 60)}: ${text}`)
  return lines.length === 0 ? '' : `Notes on the issue:\n${lines.join('\n')}`
}

function claimedAt({ claims }: TaskFacts, attempt: number): Instant {
  return claims.find(claim => claim.sealed && claim.attempt === attempt)?.at ?? 0
}
