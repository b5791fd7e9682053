import { join } from 'node:path'
import { type Parsed, printProblem } from '../../core/contract/problem.ts'
import { printBranch } from '../../core/names.ts'
import { type Opinion, parseOpinion } from '../../core/review/opinion.ts'
import { byteLength } from '../../core/text/clean.ts'
import { redactSecrets } from '../../core/text/secret.ts'
import { visibleText } from '../../core/text/visible.ts'
import * as words from '../../core/words/reviewing.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from '../attempt.ts'
import { ask, type Conversation, type Judgement, NOTHING_SAID, type Tally } from '../converse.ts'
import { type Desk, openDesk } from '../desk.ts'
import { readAgentFile } from '../harvest.ts'
import { NO_PROMPT, type PromptSize } from '../loop.ts'
import { shelve } from '../shelf.ts'
import { fillTemplate, readTemplate } from '../template.ts'
import { openWorkplace } from '../workplace.ts'
import { openWorktree } from '../worktree.ts'
import { quoteDiff, readDiff } from './diff.ts'

const DIFF = 'change.diff'
const OPINION = 'verdict.json'

/** A second version where the first cannot be read; more would be the same again. */
const ROUNDS = 2

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
  const ours = new URL('./prompts/review.md', import.meta.url)
  const template = await readTemplate(plan.store.git, ticket.base, 'review', ours)
  const task = words.reviewTask(ticket.spec)
  const values = {
    file: join(desk.out, OPINION),
    task,
    checks: words.reviewChecks(ticket.review?.checks ?? []),
    diff: quoteDiff(diff),
  }
  const context = { text: task, bytes: byteLength(task), sections: [], dropped: [] }
  let problems: readonly string[] = []
  for (let round = 1; ; round++) {
    const text = fillTemplate(template, { ...values, problems: words.repairOpinion(problems) })
    const prompt = { ...NO_PROMPT, bytes: byteLength(text) }
    const bad = await ask(session, tally, text)
    if (bad !== null) return { judgement: bad, prompt, context }
    const opinion = await readOpinion(desk)
    if (opinion.ok) {
      const judgement = {
        outcome: 'done',
        summary: words.reviewed(ticket.agent.name, opinion.value),
      } as const
      return { judgement, opinion: opinion.value, prompt, context }
    }
    problems = opinion.problems.map(printProblem).slice(0, 10)
    if (round === ROUNDS || session.bench.left() <= 0) {
      const summary = words.badOpinion(ticket.agent.name, problems)
      return { judgement: { outcome: 'agent-failed', summary }, prompt, context }
    }
  }
}

/** What lies on the desk: visible, without keys, and exactly of the agreed form. */
async function readOpinion({ out }: Desk): Promise<Parsed<Opinion>> {
  const text = await readAgentFile(join(out, OPINION))
  if (text === null) return { ok: false, problems: [{ path: OPINION, message: 'was not written' }] }
  try {
    return parseOpinion(
      JSON.parse(text, (_, value) => (typeof value === 'string' ? redactSecrets(visibleText(value)) : value)),
    )
  } catch {
    return { ok: false, problems: [{ path: OPINION, message: 'is no JSON' }] }
  }
}
