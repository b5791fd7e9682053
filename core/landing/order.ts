import type { TaskRecord } from '../ledger.ts'
import type { Command } from '../people/command.ts'
import type { CommentFact, TaskFacts } from '../world.ts'

/** What a person says about its landing, of the commit that people see then. */
export function orderLanding(
  command: Extract<Command, { say: 'hold' | 'eject' | 'merge' }>,
  { comment, task: { pull } }: { comment: CommentFact; task: TaskFacts },
): TaskRecord['landing'] {
  const by = { id: comment.by.id, login: comment.by.login }
  const said = { by, at: comment.at, head: pull?.state === 'open' ? pull.head.sha : null, why: '' }
  if (command.say === 'hold') return { ...said, is: 'held' }
  if (command.say === 'eject') return { ...said, is: 'ejected', why: command.why }
  return { ...said, is: command.emergency ? 'emergency' : 'wanted' }
}
