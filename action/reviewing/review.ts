import { join } from 'node:path'
import { printBranch } from '../../core/names.ts'
import { type Opinion, parseOpinion } from '../../core/review/opinion.ts'
import { byteLength } from '../../core/text/clean.ts'
import { repairFile } from '../../core/words/repair.ts'
import * as words from '../../core/words/reviewing.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from '../attempt.ts'
import { type Conversation, type Judgement, NOTHING_SAID, type Tally } from '../converse.ts'
import { openDesk } from '../desk.ts'
import { askForFile } from '../jsonfile.ts'
import { NO_PROMPT, type PromptSize } from '../loop.ts'
import { shelve } from '../shelf.ts'
import { fillIn, readTemplate } from '../template.ts'
import { openWorkplace } from '../workplace.ts'
import { openWorktree } from '../worktree.ts'
import { quoteDiff, readDiff } from './diff.ts'

const DIFF = 'change.diff'
const OPINION = 'verdict.json'

/**
 * One review: a fresh agent that sees the change, what it has to fulfil and how its checks ended, and nothing of the
 * repository. `use` is given the end while the files exist; it brings an opinion and never a commit.
 */
export async function runReview<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { isolation, ticket } = plan
  const diff = await readDiff(plan.store.git, ticket.base, plan.start)
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  await using worktree = await openWorktree({
    ...(await shelve(plan, new Map([[DIFF, diff]]))),
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
  const env = { ...bench.env, CHORUS_ROLE: 'review' }
  const session = { ticket, seat, desk, bench: { ...bench, env }, group: plan.group, say: plan.say }
  const tally = { ...NOTHING_SAID }
  const { judgement, ...made } = await judge(plan, { session, tally, diff })
  return await use({ ...emptyEnd(plan), ...tally, ...judgement, ...made })
}

type Talk = { session: Conversation; tally: Tally; diff: string }
type Made = { judgement: Judgement; opinion?: Opinion; prompt: PromptSize; context: AttemptEnd['context'] }

async function judge(plan: AttemptPlan, { session, tally, diff }: Talk): Promise<Made> {
  const { ticket, desk } = session
  const { name } = ticket.agent
  const ours = new URL('./prompts/review.md', import.meta.url)
  const template = await readTemplate(plan.store.git, ticket, 'review', ours)
  const task = words.reviewTask(ticket.spec)
  const values = {
    file: join(desk.out, OPINION),
    task,
    checks: words.reviewChecks(ticket.review?.checks ?? []),
    diff: quoteDiff(diff),
  }
  const context = { text: task, bytes: byteLength(task), sections: [], dropped: [] }
  if (template.is === 'bad') {
    const judgement = { outcome: 'cannot-run', summary: template.problem } as const
    return { judgement, prompt: NO_PROMPT, context }
  }
  const prompt = (problems: readonly string[]) =>
    fillIn(template, { ...values, problems: repairFile(problems) })
  session.say(template.said)
  const answer = await askForFile({ session, tally, file: OPINION, parse: parseOpinion, prompt })
  const sizes = { prompt: { ...NO_PROMPT, bytes: byteLength(answer.prompt) }, context }
  if (answer.is === 'failed') return { judgement: answer.judgement, ...sizes }
  if (answer.is === 'bad') {
    const summary = words.badOpinion(name, answer.problems)
    return { judgement: { outcome: 'agent-failed', summary }, ...sizes }
  }
  const summary = words.reviewed(name, answer.value)
  return { judgement: { outcome: 'done', summary }, opinion: answer.value, ...sizes }
}
