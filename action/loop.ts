import type { CheckRecord, Outcome, Section } from '../core/contract/report.ts'
import * as words from '../core/words/runner.ts'
import { type Baseline, runChecks } from './checks.ts'
import type { Context } from './context.ts'
import {
  type Conversation,
  converse,
  type Judgement,
  judgeEnd,
  judgeTrouble,
  type Ran,
  type Tally,
} from './converse.ts'
import { readHarvest } from './harvest.ts'
import { growLitter, type Litter, noteUntracked } from './litter.ts'
import { countPlanning, type PlanningText } from './planningtext.ts'
import { writePrompt } from './prompt.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'
import type { Wording } from './template.ts'
import type { Worktree } from './worktree.ts'

export type Round = Conversation & {
  worktree: Worktree
  context: Context
  /** How to work here. */
  wording: Wording
  /** What plans say in this repository, see planningtext.ts. */
  planning: PlanningText
  /** Warnings that were there before the agent came. */
  baseline: Baseline
}

export type LoopEnd = Tally & {
  outcome: Outcome
  summary: string
  /** The files as they were when the agent stopped: what was checked is what is handed over. */
  snapshot: Snapshot
  checks: readonly CheckRecord[]
  prompt: PromptSize
}

/** Of the longest prompt, with its parts and the bytes that plans say; null where that is not measured. */
export type PromptSize = { bytes: number; sections: readonly Section[] | null; planning: number | null }

export const NO_PROMPT: PromptSize = { bytes: 0, sections: null, planning: null }

/**
 * Agent → checks → only what is red goes back → agent …, until green or until a limit.
 * @param litter what was left behind before the agent came
 */
export async function runLoop(round: Round, litter: Litter): Promise<LoopEnd> {
  const { ticket, worktree } = round
  const end: LoopEnd = {
    outcome: 'no-change',
    summary: '',
    snapshot: { is: 'unchanged' },
    checks: [],
    rounds: 0,
    word: null,
    failure: null,
    account: null,
    seconds: 0,
    prompt: NO_PROMPT,
  }
  let left = litter
  let red: readonly CheckRecord[] = []
  for (end.rounds = 1; ; end.rounds++) {
    const prompt = writePrompt(round, red)
    if (prompt.bytes > end.prompt.bytes) {
      const { bytes, sections, text } = prompt
      end.prompt = { bytes, sections, planning: countPlanning(text, round.planning) }
    }
    const ran = await converse(round, end, prompt.text)
    end.snapshot = await takeSnapshot(worktree, {
      files: ticket.limits.max_files,
      bytes: ticket.limits.max_bytes,
      litter: left,
    })
    const early = await judgeAgent(round, end, ran)
    if (early !== null) return { ...end, ...early }
    const before = ticket.checks.length === 0 ? left : await noteUntracked(worktree, left)
    end.checks = await runRound(round, end.rounds)
    red = end.checks.filter(check => check.result !== 'passed')
    const late = judgeChecks(round, end.rounds, red)
    if (late !== null) return { ...end, ...late }
    left = growLitter(left, before, await noteUntracked(worktree, before))
  }
}

/** Is it over before the checks? */
async function judgeAgent(round: Round, end: LoopEnd, ran: Ran): Promise<Judgement | null> {
  const { name } = round.ticket.agent
  const ended = judgeEnd(round.ticket, ran.result)
  if (ended !== null) return ended
  if (end.snapshot.is === 'too-large') {
    return { outcome: 'refused', summary: words.tooLarge(end.snapshot, round.ticket.limits) }
  }
  if (end.snapshot.is === 'not-its-own') {
    return { outcome: 'refused', summary: words.notItsOwn(name, end.snapshot.path) }
  }
  if (end.snapshot.is === 'unfit') {
    return { outcome: 'refused', summary: words.unfit(name, end.snapshot.why) }
  }
  const troubled = judgeTrouble(name, ran, end.word)
  if (troubled !== null) return troubled
  if (end.snapshot.is === 'changed') return null
  const { question } = await readHarvest(round.desk.out)
  if (question !== null) return { outcome: 'question', summary: words.agentAsks(name) }
  return { outcome: 'no-change', summary: words.agentChangedNothing(name) }
}

function runRound(round: Round, loop: number): Promise<CheckRecord[]> {
  const { checks } = round.ticket
  if (checks.length === 0) return Promise.resolve([])
  return round.group(words.checksGroup(loop), onLine =>
    runChecks(checks, { ...round.bench, onLine }, round.baseline),
  )
}

function judgeChecks(round: Round, loop: number, red: readonly CheckRecord[]): Judgement | null {
  const { ticket, bench } = round
  const names = red.map(check => check.name)
  if (red.length === 0) return { outcome: 'done', summary: words.done(ticket, loop) }
  if (red.every(check => check.result === 'cannot-run')) {
    return { outcome: 'cannot-run', summary: words.checksCannotRun(names) }
  }
  if (bench.left() <= 0 || bench.signal.aborted) {
    return { outcome: 'timed-out', summary: words.checksTimedOut(names, ticket.limits.minutes) }
  }
  return loop > ticket.limits.loops ? { outcome: 'red-checks', summary: words.stillRed(names, loop) } : null
}
