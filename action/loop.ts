import { writeFile } from 'node:fs/promises'
import { byteLength } from '../core/clean.ts'
import { type FailureKind, remedyOf } from '../core/failure.ts'
import type { CheckRecord, Outcome } from '../core/report.ts'
import type { Ticket } from '../core/ticket.ts'
import { fallsBack } from '../core/words/failure.ts'
import * as words from '../core/words/runner.ts'
import type { AgentWord } from './agents/agent.ts'
import { showLine } from './agents/shown.ts'
import { type Bench, readTail, runChecks } from './checks.ts'
import type { Context } from './context.ts'
import type { Desk } from './desk.ts'
import type { Account } from './gateway/account.ts'
import { readHarvest } from './harvest.ts'
import { lendCommand } from './isolation/lend.ts'
import { type ProcessEnd, type ProcessResult, run, runShell } from './process.ts'
import { writePrompt } from './prompt.ts'
import type { Seat, Trouble } from './seat.ts'
import { listUntracked, type Snapshot, takeSnapshot } from './snapshot.ts'
import type { Worktree } from './worktree.ts'

export type Round = {
  ticket: Ticket
  seat: Seat
  worktree: Worktree
  desk: Desk
  context: Context
  bench: Bench
  /** Folds what is said into a named part of the log. */
  group<T>(title: string, work: (quote: (line: string) => void) => Promise<T>): Promise<T>
  say(line: string): void
}

export type LoopEnd = {
  outcome: Outcome
  summary: string
  /** The files as they were when the agent stopped: what was checked is what is handed over. */
  snapshot: Snapshot
  checks: readonly CheckRecord[]
  rounds: number
  word: AgentWord | null
  /** Why the agent's program failed, when it did. */
  failure: FailureKind | null
  /** What went through the gateway; null without one. */
  account: Account | null
  /** Seconds that the agent itself ran. */
  seconds: number
  /** Bytes of the longest prompt. */
  promptBytes: number
}

/** Agent → checks → only what is red goes back → agent …, until green or until a limit. */
export async function runLoop(round: Round, litter: ReadonlySet<string>): Promise<LoopEnd> {
  const { ticket, worktree } = round
  const made = new Set(litter)
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
    promptBytes: 0,
  }
  let red: readonly CheckRecord[] = []
  for (end.rounds = 1; ; end.rounds++) {
    const prompt = writePrompt(ticket, round.context, red)
    end.promptBytes = Math.max(end.promptBytes, byteLength(prompt))
    const { result, trouble } = await runWithFallback(round, end, prompt)
    end.snapshot = await takeSnapshot(worktree, {
      files: ticket.limits.max_files,
      bytes: ticket.limits.max_bytes,
      litter: made,
    })
    const early = await judgeAgent(round, end, { result, trouble })
    if (early !== null) return { ...end, ...early }
    const before = await listUntracked(worktree)
    const checks = await runRound(round, end.rounds)
    end.checks = checks
    for (const path of await listUntracked(worktree)) if (!before.has(path)) made.add(path)
    red = checks.filter(check => check.result !== 'passed')
    const late = judgeChecks(round, end.rounds, red)
    if (late !== null) return { ...end, ...late }
  }
}

type Judgement = { outcome: Outcome; summary: string }
type Ran = { result: ProcessResult; trouble: Trouble | null }

/** When its model has no room or no quota left, the other model goes on with what is there. */
async function runWithFallback(round: Round, end: LoopEnd, prompt: string): Promise<Ran> {
  const { seat, bench } = round
  for (;;) {
    const { model } = seat
    const result = await runAgent(round, end.rounds, prompt)
    const word = seat.adapter.read(result)
    const trouble = seat.diagnose(word)
    end.seconds += result.ms / 1000
    end.word = word
    end.failure = failureOf(result.end, trouble)
    end.account = seat.account()
    const isOver = bench.left() <= 0 || bench.signal.aborted
    if (trouble === null || isOver || remedyOf(trouble.kind) !== 'other-agent' || !seat.fallBack())
      return { result, trouble }
    round.say(fallsBack(model ?? round.ticket.agent.name, seat.model ?? ''))
  }
}

function failureOf(end: ProcessEnd, trouble: Trouble | null): FailureKind | null {
  if (end.is === 'timed-out') return 'timeout'
  return end.is === 'cancelled' ? null : (trouble?.kind ?? null)
}

async function runAgent(round: Round, loop: number, prompt: string): Promise<ProcessResult> {
  const { ticket, desk, bench, seat } = round
  const { promptFile, home } = desk
  await writeFile(promptFile, prompt)
  const launch = seat.adapter.launch(seat.call({ prompt, promptFile, home }))
  const env = {
    ...bench.env,
    ...launch.env,
    CHORUS_PROMPT: desk.promptFile,
    CHORUS_LOOP: String(loop),
  }
  const { command } = launch
  const lent = 'shell' in command ? command : await lendCommand(command, bench.lend)
  const { show } = seat.adapter
  return round.group(words.agentGroup(ticket.agent.name, loop), quote => {
    const onLine = (line: string) => {
      for (const shown of show === undefined ? [line] : showLine(show, line)) quote(shown)
    }
    const options = {
      cwd: bench.cwd,
      env,
      hold: bench.hold ?? null,
      signal: bench.signal,
      timeoutMs: Math.max(1, bench.left()),
      maxOutput: 1024 * 1024,
      onLine,
      ...(launch.input === null ? {} : { input: launch.input }),
    }
    return 'shell' in lent ? runShell(lent.shell, options) : run(lent, options)
  })
}

/** Is it over before the checks? Its exit code alone proves nothing good, but a bad end is believed. */
async function judgeAgent(round: Round, end: LoopEnd, { result, trouble }: Ran): Promise<Judgement | null> {
  const { name, cli } = round.ticket.agent
  const bad = result.end
  if (bad.is === 'timed-out' || bad.is === 'cancelled') {
    return { outcome: 'timed-out', summary: words.agentTimedOut(name, round.ticket.limits.minutes) }
  }
  if (bad.is === 'not-found' || bad.is === 'could-not-start') {
    return { outcome: 'cannot-run', summary: words.agentMissing(name, cli) }
  }
  if (end.snapshot.is === 'too-large') {
    return { outcome: 'refused', summary: words.tooLarge(end.snapshot, round.ticket.limits) }
  }
  if (end.snapshot.is === 'not-its-own') {
    return { outcome: 'refused', summary: words.notItsOwn(name, end.snapshot.path) }
  }
  // What a person has to mend would be as broken for the next attempt.
  if (trouble !== null && remedyOf(trouble.kind) === 'stuck') {
    return { outcome: 'cannot-run', summary: trouble.summary }
  }
  if (trouble !== null && trouble.kind !== 'crash')
    return { outcome: 'agent-failed', summary: trouble.summary }
  if (trouble !== null || bad.is !== 'exited' || bad.code !== 0) {
    const why = end.word?.failure?.why || (readTail(result).split('\n').at(-1) ?? '')
    return { outcome: 'agent-failed', summary: words.agentFailed(name, howEnded(bad), why) }
  }
  if (end.snapshot.is === 'changed') return null
  const { question } = await readHarvest(round.desk.out)
  if (question !== null) return { outcome: 'question', summary: words.agentAsks(name) }
  return { outcome: 'no-change', summary: words.agentChangedNothing(name) }
}

function howEnded(end: ProcessEnd): string {
  if (end.is === 'exited') return `exit ${end.code}`
  if (end.is === 'over-limit') return `it used more than ${end.what}`
  return end.is === 'signalled' ? end.signal : end.is
}

function runRound(round: Round, loop: number): Promise<CheckRecord[]> {
  const { checks } = round.ticket
  if (checks.length === 0) return Promise.resolve([])
  return round.group(words.checksGroup(loop), onLine => runChecks(checks, { ...round.bench, onLine }))
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
