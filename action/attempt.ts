import { join } from 'node:path'
import type { Report } from '../core/contract/report.ts'
import { printBranch } from '../core/names.ts'
import type { Lack } from '../core/planning/lack.ts'
import type { Rewriting } from '../core/rebase/rewriting.ts'
import type { Opinion } from '../core/review/opinion.ts'
import { printProtection } from '../core/words/protection.ts'
import * as words from '../core/words/runner.ts'
import { type Baseline, type Bench, countWarnings } from './checks.ts'
import { type Context, writeContext } from './context.ts'
import { openDesk } from './desk.ts'
import { settle } from './ground.ts'
import { type Harvest, readHarvest, readSubjects } from './harvest.ts'
import { findHints } from './hints.ts'
import { NO_LITTER, noteUntracked } from './litter.ts'
import { type LoopEnd, NO_PROMPT, type Round, runLoop } from './loop.ts'
import { readPlanning } from './planningtext.ts'
import { readWording } from './prompt.ts'
import { prepare } from './setup.ts'
import { openWorkplace, protectionOf, type WorkplacePlan } from './workplace.ts'
import { openWorktree } from './worktree.ts'

export type AttemptPlan = WorkplacePlan & {
  start: string
  group: Round['group']
  say: Round['say']
}

export type AttemptEnd = LoopEnd & {
  context: Context
  harvest: Harvest
  subjects: readonly string[]
  protection: string
  /** What a reviewer says of a change. */
  opinion?: Opinion
  /** What was added to a task that was thought over. */
  rewriting?: Rewriting
  /** Which documents were not enough to make a plan of them. */
  lacks?: Lack[]
  /** What others used for the same attempt. */
  besides?: readonly Report['usage'][]
}

const NOTHING: Omit<LoopEnd, 'outcome' | 'summary'> = {
  snapshot: { is: 'unchanged' },
  checks: [],
  rounds: 0,
  word: null,
  failure: null,
  account: null,
  seconds: 0,
  prompt: NO_PROMPT,
}

/** An attempt in which no file was changed yet, for what is made otherwise than in a worktree. */
export function emptyEnd(plan: AttemptPlan): AttemptEnd {
  return {
    ...NOTHING,
    outcome: 'agent-failed',
    summary: '',
    context: { text: '', bytes: 0, sections: [], dropped: [] },
    harvest: { question: null, discovered: [], learnings: [], scratchpad: null },
    subjects: [],
    protection: printProtection(protectionOf(plan)),
  }
}

/**
 * One attempt from worktree to snapshot. `use` is given the result while the files still exist; afterwards everything
 * that the attempt made on this machine is gone.
 */
export async function runAttempt<T>(plan: AttemptPlan, use: (end: AttemptEnd) => Promise<T>): Promise<T> {
  const { ticket } = plan
  const { isolation } = plan
  const wording = await readWording(plan.store.git, ticket)
  if (wording.is === 'bad')
    return await use({ ...emptyEnd(plan), outcome: 'cannot-run', summary: wording.problem })
  plan.say(wording.said)
  // It never fails, so it may be left alone where the worktree does.
  const looking = findHints(plan.store.git, plan.start, ticket)
  const reading = readPlanning(plan.store.git, plan.start, ticket)
  // Heard of where it is waited for.
  reading.catch(() => {})
  await using worktree = await openWorktree({
    store: plan.store,
    root: isolation.room,
    owner: isolation,
    start: plan.start,
    branch: printBranch({ agent: ticket.agent.name, task: ticket.task }),
    agent: ticket.agent.name,
    fast: ticket.checks.filter(check => check.fast).map(check => check.run),
  })
  const [hints, planning] = await Promise.all([looking, reading])
  const context = writeContext(ticket, hints)
  const desk = await openDesk(join(isolation.room, 'desk'), isolation)
  const end = await work(plan, { worktree, desk, context, wording, planning })
  const [harvest, subjects] = await Promise.all([readHarvest(desk.out), readSubjects(worktree.dir)])
  const protection = printProtection(protectionOf(plan))
  return await use({ ...end, context, harvest, subjects, protection })
}

async function work(
  plan: AttemptPlan,
  place: Pick<Round, 'worktree' | 'desk' | 'context' | 'wording' | 'planning'>,
): Promise<LoopEnd> {
  const { ticket } = plan
  const workplace = await openWorkplace(plan, { cwd: place.worktree.dir, desk: place.desk })
  if ('outcome' in workplace) return { ...NOTHING, ...workplace }
  await using _ = workplace
  const { seat, bench } = workplace
  const failed = await prepare(plan, bench)
  if (failed !== null) return { ...NOTHING, ...failed }
  const baseline = await countBefore(plan, bench)
  const ran = ticket.setup.length + baseline.size > 0
  const worktree = ran ? await settle(place.worktree) : place.worktree
  const litter = ran ? await noteUntracked(worktree) : NO_LITTER
  const round = { ticket, seat, ...place, worktree, bench, baseline, group: plan.group, say: plan.say }
  return await runLoop(round, litter)
}

async function countBefore({ ticket, group }: AttemptPlan, bench: Bench): Promise<Baseline> {
  const counted = ticket.checks.filter(check => check.warnings !== undefined)
  if (counted.length === 0) return new Map()
  return await group(words.WARNINGS_GROUP, onLine => countWarnings(counted, { ...bench, onLine }))
}
