import { isHandled, type TaskRecord } from '../ledger.ts'
import type { CommentFact, TaskFacts, TimelineFact } from '../world.ts'
import { parseCommands } from './command.ts'

/** On the issue and on its pull request. */
function listComments({ issue, pull }: TaskFacts): CommentFact[] {
  const said = issue.timeline.filter(isComment)
  if (pull !== null) said.push(...pull.comments)
  return said.sort((a, b) => a.at - b.at || a.id - b.id)
}

function isComment(fact: TimelineFact): fact is CommentFact {
  return fact.is === 'commented'
}

/** Has anybody said anything? Of most tasks not, and lists of nothing take room too. */
export function isTalkedOf({ issue, pull }: TaskFacts): boolean {
  return issue.timeline.some(isComment) || (pull !== null && pull.comments.length > 0)
}

/** Comments with commands that nobody has answered yet, on the issue and on its pull request, oldest first. */
export function listUnhandled(task: TaskFacts, record: TaskRecord): readonly CommentFact[] {
  if (!isTalkedOf(task)) return NO_COMMENTS
  return listComments(task).filter(
    comment => !comment.edited && !isHandled(record, comment.id) && parseCommands(comment.body).length > 0,
  )
}

const NO_COMMENTS: readonly CommentFact[] = []
