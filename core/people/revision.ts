import { newestClaim, showsPlan } from '../attempt/attempt.ts'
import type { Revision, TaskRecord } from '../ledger.ts'
import type { Taken } from '../project.ts'
import { visibleText } from '../text/visible.ts'

/** One comment asks for one attempt, in however many lines. */
export function askRevision(
  record: TaskRecord,
  { comment, task }: Taken,
  text: string,
): Pick<TaskRecord, 'revisions' | 'countFrom'> {
  const cause = `comment:${comment.id}`
  const known = record.revisions.find(one => one.cause === cause)
  const said = [known?.text ?? '', visibleText(text)].filter(line => line.trim() !== '').join('\n')
  const revision: Revision = {
    attempt: (newestClaim(task)?.attempt ?? 0) + 1,
    why: 'command',
    by: { id: comment.by.id, login: comment.by.login },
    at: comment.at,
    text: said,
    told: said !== '',
    from: task.pull?.state === 'open' ? 'head' : 'base',
    cause,
  }
  const others = record.revisions.filter(one => one !== known)
  return { revisions: [...others, revision], countFrom: revision.attempt - 1 }
}

/**
 * `/chorus plan` where a plan is shown has it made again; and what is said with it is heard, by that plan or by the first.
 * Where other work is shown, it only says what is wanted next.
 */
export function askPlan(record: TaskRecord, taken: Taken, words: string): Partial<TaskRecord> {
  const { comment, task } = taken
  const shown = task.pull !== null
  if (shown && !showsPlan(task)) return {}
  const text = [words, withoutCommands(comment.body)].filter(part => part.trim() !== '').join('\n\n')
  return shown || text !== '' ? askRevision(record, taken, text) : {}
}

/** Code and quotes stay: they say what is meant. */
function withoutCommands(body: string): string {
  const lines = visibleText(body).split('\n')
  return lines
    .filter(line => !/^\/chorus(?:\s|$)/.test(line))
    .join('\n')
    .trim()
}
