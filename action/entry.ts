import type { Change } from '../core/contract/handover.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { writeSubject } from '../core/text/subject.ts'
import type { AttemptEnd } from './attempt.ts'
import { writeBundle } from './bundle.ts'
import { readChanges } from './changes.ts'
import { writeCommit } from './commit.ts'

/** What an attempt came to, kept when its files are gone. */
export type Entry = {
  /** As whoever worked at it had it. */
  ticket: Ticket
  end: AttemptEnd
  /** What it may be called, best first. */
  subjects: readonly string[]
  /** Null: there is nothing to show. */
  made: Made | null
}

/** A commit, packed for somebody who has the one before it. */
export type Made = { head: string; subject: string; bundle: Buffer; changes: readonly Change[] }

export type EntryPlan = { ticket: Ticket; start: string; at: Date }

/** While the files still exist. */
export async function makeEntry(plan: EntryPlan, end: AttemptEnd): Promise<Entry> {
  const subjects = [...end.subjects, end.word?.message.split('\n')[0] ?? ''].filter(line => line !== '')
  const made = await makeCommit(plan, end, subjects[0] ?? plan.ticket.spec.title)
  return { ticket: plan.ticket, end, subjects, made }
}

async function makeCommit(plan: EntryPlan, end: AttemptEnd, proposed: string): Promise<Made | null> {
  if (end.snapshot.is !== 'changed') return null
  const { git, tree } = end.snapshot
  const { ticket, start, at } = plan
  const subject = writeSubject(proposed, { type: ticket.spec.type, id: ticket.task })
  const by = { name: ticket.agent.name, email: `${ticket.agent.name}@chorus.invalid` }
  const head = await writeCommit(git, { tree, parents: [start], message: `${subject}\n`, by, at })
  const bundle = await writeBundle(git, { start, head })
  return { head, subject, bundle, changes: await readChanges(git, start, head) }
}
