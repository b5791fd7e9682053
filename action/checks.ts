import { cleanOutput, cutTail } from '../core/clean.ts'
import type { CheckRecord } from '../core/report.ts'
import type { Check } from '../core/ticket.ts'
import { type Hold, type ProcessResult, runShell } from './process.ts'

export type Bench = {
  cwd: string
  env: Readonly<Record<string, string>>
  /** What all of it runs in; null where the machine offers nothing. */
  hold?: Hold | null
  /** A path at which a program of ours can be read in there. */
  lend?: (path: string) => Promise<string>
  signal: AbortSignal
  /** Milliseconds that are left of the attempt. */
  left(): number
  onLine(line: string): void
}

const TAIL = 4000
const CANNOT_RUN = [126, 127]

/** Runs the configured commands one after the other; all of them, so that an agent hears of everything at once. */
export async function runChecks(checks: readonly Check[], bench: Bench): Promise<CheckRecord[]> {
  const records: CheckRecord[] = []
  for (const check of checks) records.push(await runCheck(check, bench))
  return records
}

export async function runCheck(check: Check, bench: Bench): Promise<CheckRecord> {
  const result = await runShell(check.run, {
    cwd: bench.cwd,
    env: bench.env,
    hold: bench.hold ?? null,
    signal: bench.signal,
    timeoutMs: Math.max(1, Math.min(check.minutes * 60_000, bench.left())),
    maxOutput: 64 * 1024,
    onLine: bench.onLine,
  })
  return {
    name: check.name,
    ...judge(result),
    seconds: Math.round(result.ms / 100) / 10,
    tail: readTail(result),
  }
}

function judge({ end }: ProcessResult): Pick<CheckRecord, 'result' | 'exit'> {
  switch (end.is) {
    case 'exited':
      if (end.code === 0) return { result: 'passed', exit: 0 }
      return { result: CANNOT_RUN.includes(end.code) ? 'cannot-run' : 'failed', exit: end.code }
    case 'timed-out':
    case 'cancelled':
      return { result: 'timed-out', exit: null }
    case 'signalled':
    case 'over-limit':
      return { result: 'failed', exit: null }
    case 'not-found':
    case 'could-not-start':
      return { result: 'cannot-run', exit: null }
  }
}

/** The end of what was said, errors last: cleaned and cut. */
export function readTail(result: Pick<ProcessResult, 'stdout' | 'stderr'>): string {
  const both = [result.stdout, result.stderr].map(bytes => cleanOutput(bytes.toString('utf8')).trim())
  return cutTail(both.filter(text => text !== '').join('\n'), TAIL)
}
