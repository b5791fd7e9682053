import { SLUG } from '../../core/backlog/contract.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { BACKLOG_FILE, SPECS } from '../../core/names.ts'
import { checkDocument, DOCUMENT_BYTES, DOCUMENTS, type Planner } from '../../core/planning/document.ts'
import { noPlan } from '../../core/words/planning.ts'
import { LONGEST_BACKLOG } from '../../forge/backlog.ts'
import { type Git, GitFailure } from '../git.ts'
import { fitToKeep } from './session.ts'

/** A planner's document of before, fit to be shown; null where there is none. */
export function readDocument(git: Git, ticket: Ticket, role: Planner): Promise<string | null> {
  return readOld(git, ticket, DOCUMENTS[role].file)
}

/** The document of before where it need not be written anew, and can be used as it is. */
export async function keepDocument(git: Git, ticket: Ticket, role: Planner): Promise<string | null> {
  if (ticket.planning?.previous?.again.includes(role) !== false) return null
  const text = await readDocument(git, ticket, role)
  return checkDocument(role, text).length === 0 ? text : null
}

/** Why the plan of another feature cannot be run again: it is not there. Null where it is, or where none was asked for. */
export async function explainMissing(git: Git, ticket: Ticket): Promise<string | null> {
  const { feature, previous } = ticket.planning ?? {}
  if (previous === undefined || previous.made !== null || previous.feature === feature) return null
  if ((await readDocument(git, ticket, 'spec')) !== null) return null
  const paths = await git.text(['ls-tree', '-r', '--name-only', '-z', previous.at, SPECS])
  const spec = `/${DOCUMENTS.spec.file}`
  const names = paths
    .split('\0')
    .flatMap(path => (path.endsWith(spec) ? path.slice(SPECS.length, -spec.length) : []))
  return noPlan(
    previous.feature,
    previous.at,
    names.filter(name => SLUG.test(name)),
  )
}

export type OldPlan = { plan: string | null; backlog: string | null }

/** The plan of before as people left it, and as it had been made where they may have edited it. */
export async function readOldPlan(git: Git, ticket: Ticket): Promise<{ now: OldPlan; made: OldPlan | null }> {
  const read = async (at?: string): Promise<OldPlan> => ({
    plan: await readOld(git, ticket, DOCUMENTS.synthesis.file, at),
    backlog: await readOld(git, ticket, BACKLOG_FILE, at),
  })
  const made = ticket.planning?.previous?.made ?? null
  return { now: await read(), made: made === null ? null : await read(made) }
}

/** People may have written anything there. */
async function readOld(
  git: Git,
  { planning }: Ticket,
  file: string,
  at = planning?.previous?.at,
): Promise<string | null> {
  const { previous } = planning ?? {}
  if (previous === undefined || at === undefined) return null
  const text = await git
    .text(['cat-file', 'blob', `${at}:${SPECS}${previous.feature}/${file}`])
    .catch(error => {
      if (error instanceof GitFailure) return null
      throw error
    })
  return text === null ? null : fitToKeep(text, file === BACKLOG_FILE ? LONGEST_BACKLOG : DOCUMENT_BYTES)
}
