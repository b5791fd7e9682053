import type { Result } from './run.ts'

const SIGNS = { passed: 'pass', failed: 'FAIL', skipped: 'skip' }

/** One case: what came of it, and what the reader should know. */
export function printLine(result: Result): void {
  const { id, title, cites, mark, outcome, reason, notes, left, seconds } = result
  const head = `${SIGNS[outcome]}  ${id.padEnd(26)} ${mark.padEnd(10)} platform-facts ${cites}  ${title}`
  const time = seconds >= 1 ? ` (${seconds.toFixed(1)} s)` : ''
  process.stdout.write(`${head}${time}\n`)
  const more = [
    ...(reason === null ? [] : [outcome === 'skipped' ? `skipped: ${reason}` : reason]),
    ...notes,
    ...left.map(what => `left over: ${what}`),
  ]
  for (const line of more) process.stdout.write(`      ${line.replaceAll('\n', '\n      ')}\n`)
}

/** Marks down, outcomes across. */
export function printSummary(host: string, results: readonly Result[]): void {
  const outcomes = ['passed', 'failed', 'skipped'] as const
  const count = (mark: string | null, outcome: string) =>
    results.filter(one => (mark === null || one.mark === mark) && one.outcome === outcome).length
  const row = (name: string, cells: (string | number)[]) =>
    `${name.padEnd(12)}${cells.map(cell => String(cell).padStart(9)).join('')}\n`
  const marks = ['proven', 'documented', 'unproven'].filter(mark => results.some(one => one.mark === mark))
  process.stdout.write(`\n${results.length} cases against ${host}\n\n${row('', [...outcomes])}`)
  for (const mark of marks)
    process.stdout.write(
      row(
        mark,
        outcomes.map(outcome => count(mark, outcome)),
      ),
    )
  process.stdout.write(
    row(
      'all',
      outcomes.map(outcome => count(null, outcome)),
    ),
  )
  const seconds = results.reduce((sum, one) => sum + one.seconds, 0)
  process.stdout.write(`\n${seconds.toFixed(0)} s. Proven means: has passed against the real GitHub.\n`)
}
