import type { Report } from '../../core/contract/report.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { checkDocument, DOCUMENTS, PLANNERS, type Planner } from '../../core/planning/document.ts'
import { byteLength } from '../../core/text/clean.ts'
import { fence } from '../../core/text/fence.ts'
import * as words from '../../core/words/planning.ts'
import type { NoPlace } from '../workplace.ts'
import type { Brought } from './parcel.ts'
import { fitToKeep, ticketFor } from './session.ts'

/** What each planner handed over; null: nothing that could be read. */
export type Sources = Readonly<Record<Planner, Brought | null>>

export type Papers = {
  documents: ReadonlyMap<Planner, string>
  /** For the prompt. */
  text: string
  bytes: number
  usage: readonly Report['usage'][]
  /** Why there cannot be a plan; null when all documents are there. */
  missing: NoPlace | null
}

/** The documents as they came out of other jobs: cleaned and judged anew, since agents had a hand in them. */
export function readPapers(sources: Sources, ticket: Ticket): Papers {
  const documents = new Map<Planner, string>()
  for (const role of PLANNERS) {
    const document = sources[role]?.document ?? null
    if (document === null) continue
    const text = fitToKeep(document)
    if (checkDocument(role, text).length === 0) documents.set(role, text)
  }
  const text = [...documents]
    .map(([role, document]) => fence('document', document, DOCUMENTS[role].file))
    .join('\n\n')
  const usage = PLANNERS.map(role => {
    const source = sources[role]
    return source === null ? usageOfLost(role, ticket) : source.note.usage
  })
  return { documents, text, bytes: byteLength(text), usage, missing: findMissing(sources, documents) }
}

/** It may have worked and been paid before it was lost: that is no zero. */
function usageOfLost(role: Planner, ticket: Ticket): Report['usage'] {
  const { name, model } = ticketFor(ticket, role).agent
  return {
    agent: name,
    model,
    tokens_in: null,
    tokens_out: null,
    tokens_cached: null,
    cost_usd: null,
    seconds: 0,
  }
}

function findMissing(sources: Sources, documents: ReadonlyMap<Planner, string>): NoPlace | null {
  const role = PLANNERS.find(one => !documents.has(one))
  if (role === undefined) return null
  const note = sources[role]?.note ?? null
  if (note === null) return { outcome: 'agent-failed', summary: words.plannerLost(role), failure: null }
  const outcome = note.outcome === 'done' ? 'agent-failed' : note.outcome
  return { outcome, summary: words.plannerFailed(role, note.summary), failure: note.failure }
}
