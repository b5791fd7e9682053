import { join } from 'node:path'
import type { Ticket } from '../../core/contract/ticket.ts'
import { printBranch } from '../../core/names.ts'
import { MOST_BYTES, parseRewriting, type Rewriting } from '../../core/rebase/rewriting.ts'
import { byteLength } from '../../core/text/clean.ts'
import * as words from '../../core/words/rebasing.ts'
import { repairFile } from '../../core/words/repair.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from '../attempt.ts'
import { TASK_BUDGET, writeContext } from '../context.ts'
import { type Conversation, type Judgement, NOTHING_SAID, type Tally } from '../converse.ts'
import { openDesk } from '../desk.ts'
import { askForFile } from '../jsonfile.ts'
import { NO_PROMPT, type PromptSize } from '../loop.ts'
import { shelve } from '../shelf.ts'
import { fillIn, readTemplate } from '../template.ts'
import { openWorkplace } from '../workplace.ts'
import { openWorktree } from '../worktree.ts'

const TASK = 'task.md'
const REWRITING = 'rebase.json'

/**
 * One rebase: a fresh agent that sees the task as a person approved it, how attempts at it failed and what was found wrong with
 * them, and nothing of the repository. `use` is given the end while the files exist; it brings words and never a commit.
 */
export async function runRebase<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { isolation, ticket } = plan
  const task = words.rebaseTask(ticket)
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  await using worktree = await openWorktree({
    ...(await shelve(plan, new Map([[TASK, task]]))),
    root: join(isolation.room, 'shelf'),
    owner: isolation,
    branch: printBranch({ agent: ticket.agent.name, task: ticket.task }),
    agent: ticket.agent.name,
    fast: [],
  })
  const workplace = await openWorkplace(plan, { cwd: worktree.dir, desk })
  if ('outcome' in workplace) return await use({ ...emptyEnd(plan), ...workplace })
  await using _ = workplace
  const { seat, bench } = workplace
  const env = { ...bench.env, CHORUS_ROLE: 'rebase' }
  const session = { ticket, seat, desk, bench: { ...bench, env }, group: plan.group, say: plan.say }
  const tally = { ...NOTHING_SAID }
  const { judgement, ...made } = await think(plan, { session, tally, task })
  return await use({ ...emptyEnd(plan), ...tally, ...judgement, ...made })
}

type Talk = { session: Conversation; tally: Tally; task: string }
type Made = { judgement: Judgement; prompt: PromptSize } & Pick<AttemptEnd, 'context'> &
  Partial<Pick<AttemptEnd, 'rewriting' | 'harvest'>>

async function think(plan: AttemptPlan, { session, tally, task }: Talk): Promise<Made> {
  const { ticket, desk } = session
  const { name } = ticket.agent
  const ours = new URL('./prompts/rebase.md', import.meta.url)
  const template = await readTemplate(plan.store.git, ticket, 'rebase', ours)
  const context = { text: task, bytes: byteLength(task), sections: [], dropped: [] }
  if (template.is === 'bad') {
    const judgement = { outcome: 'cannot-run', summary: template.problem } as const
    return { judgement, prompt: NO_PROMPT, context }
  }
  session.say(template.said)
  const room = roomIn(ticket)
  const values = { file: join(desk.out, REWRITING), task, room: String(room) }
  const prompt = (problems: readonly string[]) =>
    fillIn(template, { ...values, problems: repairFile(problems) })
  const parse = (value: unknown) => parseRewriting(value, room)
  const answer = await askForFile({ session, tally, file: REWRITING, parse, prompt })
  const sizes = { prompt: { ...NO_PROMPT, bytes: byteLength(answer.prompt) }, context }
  if (answer.is === 'failed') return { judgement: answer.judgement, ...sizes }
  if (answer.is === 'bad') {
    const summary = words.badRewriting(name, answer.problems)
    return { judgement: { outcome: 'agent-failed', summary }, ...sizes }
  }
  return { ...sizes, ...conclude(name, answer.value, emptyEnd(plan).harvest) }
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
): Pick<Made, 'judgement' | 'rewriting' | 'harvest'> {
  const { question } = rewriting
  if (question === null)
    return { judgement: { outcome: 'done', summary: words.rewrote(name, rewriting) }, rewriting }
  return { judgement: { outcome: 'question', summary: words.asks(name) }, harvest: { ...harvest, question } }
}
