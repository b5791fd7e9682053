import type { Folding } from '../fold.ts'
import type { LedgerEvent, TaskRecord } from '../ledger.ts'
import { listWaiting } from '../rollback/hotfix.ts'
import { explainSaid } from '../words/orders.ts'
import type { CommentFact, Instant, TaskFacts } from '../world.ts'
import type { Command } from './command.ts'

/** A word of somebody who may say it, in the pass that carries it out. */
export type Said = { command: Command; comment: CommentFact }

/** As people would look it up. */
export function nameWord(command: Command): string {
  return command.say === 'misplaced' ? `${command.word} all` : command.say
}

/** Ask for words, which is no news; or are told elsewhere: about a landing by what became of it, about the repository by `hearing.ts`. */
const TOLD_ELSEWHERE: readonly Command['say'][] = [
  ...(['status', 'usage', 'help', 'unknown', 'misplaced'] as const),
  ...(['hold', 'merge', 'eject', 'freeze', 'unfreeze'] as const),
]

/** What was said on a task and done, for the log: who, in which comment, and what it made of the record. */
export function logSaid(
  said: readonly Said[],
  { task, record, world }: Pick<Folding, 'task' | 'record' | 'world'>,
  at: Instant,
): LedgerEvent[] {
  return said.flatMap(({ command, comment }) => {
    if (TOLD_ELSEWHERE.includes(command.say) || isOfAll(command)) return []
    return {
      at,
      task: task.id,
      event: printEvent(command, task),
      actor: comment.by.login,
      cause: explainSaid(command, comment.by),
      evidence: {
        issue: task.issue.number,
        comment: comment.id,
        ...evidenceOf(command, { task, record, world }),
      },
    }
  })
}

export function isOfAll(command: Command): boolean {
  return 'all' in command && command.all
}

/** `pause`, `pause:epic` on a parent, `rollback:confirm`. */
function printEvent(command: Command, { issue }: TaskFacts): string {
  if (command.say === 'rollback') return `rollback:${command.step}`
  return issue.container ? `${command.say}:epic` : command.say
}

function evidenceOf(
  command: Command,
  { task, record, world }: Pick<Folding, 'task' | 'record' | 'world'>,
): LedgerEvent['evidence'] {
  const { pull, issue } = task
  switch (command.say) {
    case 'run':
      // What that approves is told of each issue below.
      return issue.container ? {} : { approved: record.approval?.sha256 ?? null }
    case 'plan':
      return { approved: record.approval?.sha256 ?? null }
    case 'approve':
      return { approved: record.approval?.sha256 ?? null, pull: pull?.number ?? null, head: headOf(record) }
    case 'review':
      return { pull: pull?.number ?? null, head: record.reviewWish?.head ?? null }
    case 'retry':
    case 'stop':
      return { void_through: record.voidThrough }
    case 'revise':
      return { attempt: record.revisions.at(-1)?.attempt ?? null }
    case 'hotfix':
      return { mended_by: command.issue, ...listHeld(world.tasks, { task, target: command.issue }) }
    case 'rollback':
      return { pulls: record.rollback?.pulls.map(one => `#${one.pull}`).join(' ') ?? null }
    case 'split':
      return { parts: command.parts.length }
    default:
      return {}
  }
}

/** Each link that is made by that. */
function listHeld(tasks: readonly TaskFacts[], { task, target }: { task: TaskFacts; target: number | null }) {
  const waiting = listWaiting(tasks, task.issue.number, target)
  return { waiting: waiting.map(({ issue }) => `#${issue.number}`).join(' ') }
}

function headOf({ pullApproval }: TaskRecord): string | null {
  return pullApproval?.head ?? null
}
