import type { Ticket } from '../../core/contract/ticket.ts'
import { MOST_BYTES, parseRewriting, type Rewriting } from '../../core/rebase/rewriting.ts'
import * as words from '../../core/words/rebasing.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from '../attempt.ts'
import { TASK_BUDGET, writeContext } from '../context.ts'
import type { Judgement } from '../converse.ts'
import { runSecluded } from '../seclusion.ts'

/**
 * One rebase: a fresh agent that sees the task as a person approved it, how attempts at it failed and what was found wrong with
 * them, and nothing of the repository. `use` is given the end while the files exist; it brings words and never a commit.
 */
export async function runRebase<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { ticket } = plan
  const { name } = ticket.agent
  const task = words.rebaseTask(ticket)
  const room = roomIn(ticket)
  return await runSecluded(
    plan,
    {
      role: 'rebase',
      ours: new URL('./prompts/rebase.md', import.meta.url),
      sees: { file: 'task.md', text: task },
      brings: 'rebase.json',
      task,
      values: { task, room: String(room) },
      parse: value => parseRewriting(value, room),
      bad: problems => words.badRewriting(name, problems),
      conclude: rewriting => conclude(name, rewriting, emptyEnd(plan).harvest),
    },
    use,
  )
}

/** Every task has room for so much, though something else may have to go for it. Bytes, as the next of our own words. */
const LEAST = 400
const OWN_WORDS = 150

/** What may be added so that the next agent is told the whole task and all of that. */
export function roomIn(ticket: Ticket): number {
  const task = writeContext({ ...ticket, negative: [], feedback: '' }).bytes
  return Math.max(LEAST, Math.min(MOST_BYTES, TASK_BUDGET - task - OWN_WORDS))
}

/** What a person has to answer first is all that counts. */
function conclude(
  name: string,
  rewriting: Rewriting,
  harvest: AttemptEnd['harvest'],
): Judgement & Partial<AttemptEnd> {
  const { question } = rewriting
  if (question === null) return { outcome: 'done', summary: words.rewrote(name, rewriting), rewriting }
  return { outcome: 'question', summary: words.asks(name), harvest: { ...harvest, question } }
}
