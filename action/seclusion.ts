import { join } from 'node:path'
import type { Parsed } from '../core/contract/problem.ts'
import { printBranch } from '../core/names.ts'
import { byteLength } from '../core/text/clean.ts'
import { repairFile } from '../core/words/repair.ts'
import { type AttemptEnd, type AttemptPlan, emptyEnd } from './attempt.ts'
import { type Conversation, type Judgement, NOTHING_SAID, type Tally } from './converse.ts'
import { openDesk } from './desk.ts'
import { askForFile } from './jsonfile.ts'
import { NO_PROMPT } from './loop.ts'
import { shelve } from './shelf.ts'
import { fillIn, readTemplate } from './template.ts'
import { openWorkplace } from './workplace.ts'
import { openWorktree } from './worktree.ts'

/** What is asked of an agent that sees one file, and nothing of the repository. */
export type Secluded<V> = {
  /** What it is to itself, and whose words it is told. */
  role: 'review' | 'rebase'
  ours: URL
  sees: { file: string; text: string }
  /** The file that it brings. */
  brings: string
  /** What of its words is the task. */
  task: string
  /** For the places of its words, beside the file that it brings and what was wrong with that. */
  values: Readonly<Record<string, string>>
  parse(value: unknown): Parsed<V>
  bad(problems: readonly string[]): string
  conclude(value: V): Made
}

type Made = Judgement & Partial<AttemptEnd>

/** A fresh agent's answer in one file. `use` is given the end while the files exist; it brings words and never a commit. */
export async function runSecluded<V, T>(
  plan: AttemptPlan,
  work: Secluded<V>,
  use: (end: AttemptEnd) => Promise<T>,
): Promise<T> {
  const { isolation, ticket } = plan
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  await using worktree = await openWorktree({
    ...(await shelve(plan, new Map([[work.sees.file, work.sees.text]]))),
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
  const env = { ...bench.env, CHORUS_ROLE: work.role }
  const session = { ticket, seat, desk, bench: { ...bench, env }, group: plan.group, say: plan.say }
  const tally = { ...NOTHING_SAID }
  const made = await answer(plan, work, { session, tally })
  return await use({ ...emptyEnd(plan), ...tally, ...made })
}

async function answer<V>(
  { store }: AttemptPlan,
  { role, ours, brings, task, values, parse, bad, conclude }: Secluded<V>,
  { session, tally }: { session: Conversation; tally: Tally },
): Promise<Made> {
  const { ticket, desk } = session
  const template = await readTemplate(store.git, ticket, role, ours)
  const context = { text: task, bytes: byteLength(task), sections: [], dropped: [] }
  if (template.is === 'bad') return { outcome: 'cannot-run', summary: template.problem, context }
  session.say(template.said)
  const file = join(desk.out, brings)
  const prompt = (problems: readonly string[]) =>
    fillIn(template, { ...values, file, problems: repairFile(problems) })
  const answer = await askForFile({ session, tally, file: brings, parse, prompt })
  const sizes = { prompt: { ...NO_PROMPT, bytes: byteLength(answer.prompt) }, context }
  if (answer.is === 'failed') return { ...answer.judgement, ...sizes }
  if (answer.is === 'bad') return { outcome: 'agent-failed', summary: bad(answer.problems), ...sizes }
  return { ...conclude(answer.value), ...sizes }
}
