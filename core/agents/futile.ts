import { showsPlan } from '../attempt/attempt.ts'
import { sameWords } from '../people/approval.ts'
import type { Command } from '../people/command.ts'
import type { Context, Taken } from '../project.ts'
import { explainReview } from '../review/wish.ts'
import { explainHotfix } from '../rollback/hotfix.ts'
import { explainRollback } from '../rollback/rollback.ts'
import { explainSplit } from '../split.ts'
import { RUN_BY_APP } from '../words/below.ts'
import {
  explainMisplaced,
  explainOfParent,
  explainUnknownAgent,
  NO_LEVEL,
  UNTRUSTED,
} from '../words/orders.ts'
import { CLOSED, EDITED, explainClosed, explainLanded, OUTDATED } from '../words/refusal.ts'
import { atLeast, type Instant, type TaskFacts } from '../world.ts'

/** Why this would do nothing as things are; null when it does something. */
export function explainFutile(command: Command, taken: Taken): string | null {
  if (['status', 'usage', 'help', 'unknown'].includes(command.say)) return null
  if (command.say === 'misplaced') return explainMisplaced(command.word)
  if ('all' in command && command.all) return taken.context.trusted ? null : UNTRUSTED
  const ofParent =
    isWhole(taken.task) && !isMeantForIt(command, taken.task) ? explainOfParent(command.say) : null
  if (ofParent !== null) return ofParent
  if (command.say === 'priority' && command.level === null) return NO_LEVEL
  if (command.say === 'hotfix')
    return explainHotfix(taken.context.tasks, { task: taken.task, target: command.issue })
  if (command.say === 'rollback')
    return explainRollback(command, { task: taken.task, at: taken.comment.at, tasks: taken.context.tasks })
  const { pull } = taken.task
  const { agents } = taken.context.config
  if (command.say === 'assign' && !Object.hasOwn(agents, command.agent ?? ''))
    return explainUnknownAgent(command.agent, Object.keys(agents))
  if (isOver(taken.task) && !isForParts(command, taken.task))
    return pull?.state === 'merged' ? explainLanded(pull) : CLOSED
  if (command.say === 'split') return explainSplit(command.parts, taken.task)
  if (command.say === 'review') return explainReview(taken.task)
  if (command.say === 'approve' || command.say === 'merge') {
    if (isOutdated(taken)) return OUTDATED
    if (pull?.state === 'closed' && !(command.say === 'approve' && isEdited(taken)))
      return explainClosed(pull)
  }
  if (command.say === 'run' && isWhole(taken.task)) return explainRunBelow(command, taken)
  return (command.say === 'run' || command.say === 'plan') && isUnclear(taken) ? EDITED : null
}

/** Approving many at a word is for people; an app asks for one by one. */
function explainRunBelow({ agent }: { agent: string | null }, { comment, context }: Taken): string | null {
  if (comment.by.kind === 'app') return RUN_BY_APP
  const { agents } = context.config
  return agent === null || Object.hasOwn(agents, agent)
    ? null
    : explainUnknownAgent(agent, Object.keys(agents))
}

export function isOver({ issue, pull }: TaskFacts): boolean {
  return pull?.state === 'merged' || issue.state === 'closed'
}

/** Only what is below it is worked on: a parent of sub-issues, or what was planned. What landed for itself before is none. */
export function isWhole(task: TaskFacts): boolean {
  return task.pull?.state === 'merged' ? showsPlan(task) : task.issue.container
}

/** What was planned was planned there. */
function isMeantForIt({ say }: Command, { pull }: TaskFacts): boolean {
  return say === 'plan' && pull?.state === 'merged'
}

/** What holds for all below a parent, as long as that is open: that its plan has landed is no end. */
const FOR_PARTS: readonly Command['say'][] = [
  ...(['run', 'stop', 'pause', 'resume', 'retry'] as const),
  ...(['assign', 'unassign', 'priority', 'split'] as const),
]

function isForParts({ say }: Command, task: TaskFacts): boolean {
  return task.issue.state === 'open' && isWhole(task) && FOR_PARTS.includes(say)
}

/** Then a word of approval is for the text. */
function isEdited({ task }: Pick<Taken, 'task'>): boolean {
  const approval = task.record?.approval ?? null
  return approval !== null && !sameWords(task.issue, approval)
}

/** It was to approve a text, and that is no longer the one that was read. */
function isUnclear({ comment, task, context }: Taken): boolean {
  const isNew = (task.record?.approval ?? null) === null || isEdited({ task })
  return isNew && editedSince(task, comment, context)
}

/**
 * An approval by word names no commit. So it counts for a head that people could see when it was said: where our gate
 * stood already. Without a gate to compare with, it waits for the next look.
 */
function isOutdated({ comment, task }: Taken): boolean {
  return task.pull?.state === 'open' && task.pull.gate !== null && task.pull.gate.at > comment.at
}

/**
 * Between somebody's word and our reading of the text, somebody whose word counts for less may have changed what was meant: work
 * that a person asked for who may push can land without another. GitHub tells seconds: within the same one nobody knows what
 * came first.
 */
export function editedSince(
  task: TaskFacts,
  word: { at: Instant; by: { id: number } },
  { standings }: Pick<Context, 'standings'>,
): boolean {
  const standingOf = ({ id }: { id: number }) => standings.get(id) ?? 'none'
  const needed = atLeast(standingOf(word.by), 'write') ? 'write' : 'triage'
  return (task.issue.edits ?? [])
    .filter(edit => edit.at >= word.at)
    .some(({ by }) => by === null || !atLeast(standingOf(by), needed))
}
