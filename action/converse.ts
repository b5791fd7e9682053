import { writeFile } from 'node:fs/promises'
import { type FailureKind, remedyOf } from '../core/agents/failure.ts'
import type { Outcome } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { fallsBack, stalled } from '../core/words/failure.ts'
import * as words from '../core/words/runner.ts'
import type { AgentWord } from './agents/agent.ts'
import { showLine } from './agents/shown.ts'
import { type Bench, readTail } from './checks.ts'
import type { Desk } from './desk.ts'
import type { Account } from './gateway/account.ts'
import { lendCommand } from './isolation/lend.ts'
import { type ProcessEnd, type ProcessResult, run, runShell } from './process.ts'
import type { Seat, Trouble } from './seat.ts'

/** An agent at its place, to which something can be said. Each time it is a fresh start: no session is gone on with. */
export type Conversation = {
  ticket: Ticket
  seat: Seat
  desk: Desk
  bench: Bench
  /** Folds what is said into a named part of the log. */
  group<T>(title: string, work: (quote: (line: string) => void) => Promise<T>): Promise<T>
  say(line: string): void
}

/** What it came to so far. */
export type Tally = {
  rounds: number
  word: AgentWord | null
  /** Why the agent's program failed, when it did. */
  failure: FailureKind | null
  /** What went through the gateway; null without one. */
  account: Account | null
  /** Seconds that the agent itself ran. */
  seconds: number
}

export const NOTHING_SAID: Tally = { rounds: 0, word: null, failure: null, account: null, seconds: 0 }

export type Ran = { result: ProcessResult; trouble: Trouble | null }
export type Judgement = { outcome: Outcome; summary: string }

/** When its model has no room or no quota left, the other model goes on with what is there. */
export async function converse(round: Conversation, end: Tally, prompt: string): Promise<Ran> {
  const { seat, bench } = round
  for (;;) {
    const { model } = seat
    const result = await runAgent(round, end.rounds, prompt)
    await seat.settle()
    const word = seat.adapter.read(result)
    const trouble = findStall(round, result, seat.diagnose(word, result))
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

/** One fresh round. Null when the agent ended well; what it wrote is in the desk. */
export async function ask(round: Conversation, tally: Tally, prompt: string): Promise<Judgement | null> {
  tally.rounds += 1
  const ran = await converse(round, tally, prompt)
  return judgeEnd(round.ticket, ran.result) ?? judgeTrouble(round.ticket.agent.name, ran, tally.word)
}

/** Ended for its silence, it says nothing of why; what the gateway saw before may. */
function findStall(
  { ticket }: Conversation,
  { end }: ProcessResult,
  trouble: Trouble | null,
): Trouble | null {
  if (end.is !== 'silent' || (trouble !== null && remedyOf(trouble.kind) !== 'retry')) return trouble
  return { kind: 'stalled', summary: stalled(ticket.agent.name, ticket.limits.silence ?? 0) }
}

function failureOf(end: ProcessEnd, trouble: Trouble | null): FailureKind | null {
  if (end.is === 'timed-out') return 'timeout'
  return end.is === 'cancelled' ? null : (trouble?.kind ?? null)
}

async function runAgent(round: Conversation, loop: number, prompt: string): Promise<ProcessResult> {
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
  const result = await round.group(words.agentGroup(ticket.agent.name, loop), quote => {
    const onLine = (line: string) => {
      for (const shown of show === undefined ? [line] : showLine(show, line)) quote(shown)
    }
    const options = {
      cwd: bench.cwd,
      env,
      hold: bench.hold ?? null,
      signal: AbortSignal.any([bench.signal, seat.over]),
      timeoutMs: Math.max(1, bench.left()),
      ...(ticket.limits.silence === undefined
        ? {}
        : { silence: { ms: ticket.limits.silence * 60_000, heard: () => seat.heard() } }),
      maxOutput: 1024 * 1024,
      onLine,
      ...(launch.input === null ? {} : { input: launch.input }),
    }
    return 'shell' in lent ? runShell(lent.shell, options) : run(lent, options)
  })
  // The run was not cancelled: we ended what had nothing more to do.
  const isOver = result.end.is === 'cancelled' && !bench.signal.aborted
  return isOver ? { ...result, end: { is: 'signalled', signal: 'SIGTERM' } } : result
}

/** Did it end by itself at all? */
export function judgeEnd(ticket: Ticket, { end }: ProcessResult): Judgement | null {
  const { name, cli } = ticket.agent
  if (end.is === 'timed-out' || end.is === 'cancelled') {
    return { outcome: 'timed-out', summary: words.agentTimedOut(name, ticket.limits.minutes) }
  }
  if (end.is === 'not-found' || end.is === 'could-not-start') {
    return { outcome: 'cannot-run', summary: words.agentMissing(name, cli) }
  }
  return null
}

/** Its exit code alone proves nothing good, but a bad end is believed. */
export function judgeTrouble(
  name: string,
  { result, trouble }: Ran,
  word: AgentWord | null,
): Judgement | null {
  const { end } = result
  // What a person has to mend would be as broken for the next attempt.
  if (trouble !== null && remedyOf(trouble.kind) === 'stuck') {
    return { outcome: 'cannot-run', summary: trouble.summary }
  }
  if (trouble !== null && trouble.kind !== 'crash')
    return { outcome: 'agent-failed', summary: trouble.summary }
  if (trouble === null && end.is === 'exited' && end.code === 0) return null
  const why = word?.failure?.why || (readTail(result).split('\n').at(-1) ?? '')
  return { outcome: 'agent-failed', summary: words.agentFailed(name, howEnded(end), why) }
}

function howEnded(end: ProcessEnd): string {
  if (end.is === 'exited') return `exit ${end.code}`
  if (end.is === 'over-limit') return `it used more than ${end.what}`
  return end.is === 'signalled' ? end.signal : end.is
}
