import { writeFile } from 'node:fs/promises'
import { byteLength } from '../core/clean.ts'
import type { CheckRecord, Outcome } from '../core/report.ts'
import type { Ticket } from '../core/ticket.ts'
import * as words from '../core/words/runner.ts'
import type { Adapter, AgentWord } from './agents/agent.ts'
import { type Bench, readTail, runChecks } from './checks.ts'
import type { Context } from './context.ts'
import type { Desk } from './desk.ts'
import { readHarvest } from './harvest.ts'
import { type ProcessResult, run, runShell } from './process.ts'
import { writePrompt } from './prompt.ts'
import { listUntracked, type Snapshot, takeSnapshot } from './snapshot.ts'
import type { Worktree } from './worktree.ts'

export type Round = {
  ticket: Ticket
  adapter: Adapter
  worktree: Worktree
  desk: Desk
  context: Context
  bench: Bench
  /** Folds what is said into a named part of the log. */
  group<T>(title: string, work: (quote: (line: string) => void) => Promise<T>): Promise<T>
}

export type LoopEnd = {
  outcome: Outcome
  summary: string
  /** The files as they were when the agent stopped: what was checked is what is handed over. */
  snapshot: Snapshot
  checks: readonly CheckRecord[]
  rounds: number
  word: AgentWord | null
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
    seconds: 0,
    promptBytes: 0,
  }
  let red: readonly CheckRecord[] = []
  for (end.rounds = 1; ; end.rounds++) {
    const prompt = writePrompt(ticket, round.context, red)
    end.promptBytes = Math.max(end.promptBytes, byteLength(prompt))
    const result = await runAgent(round, end.rounds, prompt)
    end.seconds += result.ms / 1000
    end.word = round.adapter.read(result)
    end.snapshot = await takeSnapshot(worktree, {
      files: ticket.limits.max_files,
      bytes: ticket.limits.max_bytes,
      litter: made,
    })
    const early = await judgeAgent(round, end, result)
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

async function runAgent(round: Round, loop: number, prompt: string): Promise<ProcessResult> {
  const { ticket, desk, bench, adapter } = round
  await writeFile(desk.promptFile, prompt)
  const launch = adapter.launch({ spec: ticket.agent, prompt, promptFile: desk.promptFile, home: desk.home })
  const env = {
    ...bench.env,
    ...launch.env,
    CHORUS_PROMPT: desk.promptFile,
    CHORUS_LOOP: String(loop),
  }
  return round.group(words.agentGroup(ticket.agent.name, loop), onLine => {
    const options = {
      cwd: bench.cwd,
      env,
      signal: bench.signal,
      timeoutMs: Math.max(1, bench.left()),
      maxOutput: 1024 * 1024,
      onLine,
      ...(launch.input === null ? {} : { input: launch.input }),
    }
    return 'shell' in launch.command ? runShell(launch.command.shell, options) : run(launch.command, options)
  })
}

/** Is it over before the checks? Its exit code alone proves nothing good, but a bad end is believed. */
async function judgeAgent(round: Round, end: LoopEnd, result: ProcessResult): Promise<Judgement | null> {
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
  if (bad.is === 'signalled' || bad.code !== 0 || end.word?.failure) {
    const how = bad.is === 'signalled' ? bad.signal : `exit ${bad.code}`
    const why = end.word?.failure ?? readTail(result).split('\n').at(-1) ?? ''
    return { outcome: 'agent-failed', summary: words.agentFailed(name, how, why) }
  }
  if (end.snapshot.is === 'changed') return null
  const { question } = await readHarvest(round.desk.out)
  if (question !== null) return { outcome: 'question', summary: words.agentAsks(name) }
  return { outcome: 'no-change', summary: words.agentChangedNothing(name) }
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
