import type { CheckRecord } from '../core/contract/report.ts'
import type { Check } from '../core/contract/ticket.ts'
import { cleanOutput, cutTail } from '../core/text/clean.ts'
import { moreWarnings } from '../core/words/check.ts'
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

/** How many warnings each check had before the agent came; null where it could not be run. */
export type Baseline = ReadonlyMap<string, number | null>

export async function countWarnings(checks: readonly Check[], bench: Bench): Promise<Baseline> {
  const counted = new Map<string, number | null>()
  for (const check of checks.filter(one => one.warnings !== undefined)) {
    const { result, warnings } = await runOnce(check, bench, new Map())
    const ran = result === 'passed' || result === 'failed'
    counted.set(check.name, ran ? (warnings?.after ?? null) : null)
  }
  return counted
}

/** Runs the configured commands one after the other; all of them, so that an agent hears of everything at once. */
export async function runChecks(
  checks: readonly Check[],
  bench: Bench,
  baseline: Baseline,
): Promise<CheckRecord[]> {
  const records: CheckRecord[] = []
  for (const check of checks) records.push(await runCheck(check, bench, baseline))
  return records
}

/** What fails is run once more where there is time for it: one that then passes is flaky, and that is said. */
export async function runCheck(check: Check, bench: Bench, baseline: Baseline): Promise<CheckRecord> {
  const first = await runOnce(check, bench, baseline)
  const isOver = bench.signal.aborted || bench.left() < first.seconds * 2000
  if (first.result !== 'failed' || first.exit === 0 || first.exit === null || isOver) return first
  const again = await runOnce(check, bench, baseline)
  return again.result === 'passed' ? { ...again, flaky: true } : first
}

/** Without a second chance. */
export async function runOnce(check: Check, bench: Bench, baseline: Baseline): Promise<CheckRecord> {
  const sign = check.warnings
  let after = 0
  const result = await runShell(check.run, {
    cwd: bench.cwd,
    env: bench.env,
    hold: bench.hold ?? null,
    signal: bench.signal,
    timeoutMs: Math.max(1, Math.min(check.minutes * 60_000, bench.left())),
    maxOutput: 64 * 1024,
    onLine(line) {
      if (sign !== undefined && line.includes(sign)) after++
      bench.onLine(line)
    },
  })
  const record = {
    name: check.name,
    ...judge(result),
    seconds: Math.round(result.ms / 100) / 10,
    tail: readTail(result),
  }
  if (sign === undefined) return record
  const warnings = { before: baseline.get(check.name) ?? null, after }
  if (record.result !== 'passed' || after <= (warnings.before ?? after)) return { ...record, warnings }
  const tail = cutTail(record.tail, TAIL - 300)
  return { ...record, result: 'failed', tail: `${moreWarnings(sign, warnings)}\n${tail}`, warnings }
}

function judge({ end }: ProcessResult): Pick<CheckRecord, 'result' | 'exit'> {
  switch (end.is) {
    case 'exited':
      if (end.code === 0) return { result: 'passed', exit: 0 }
      return { result: CANNOT_RUN.includes(end.code) ? 'cannot-run' : 'failed', exit: end.code }
    case 'timed-out':
    case 'cancelled':
      return { result: 'timed-out', exit: null }
    case 'silent':
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
