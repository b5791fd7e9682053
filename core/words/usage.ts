import type { Parsed } from '../contract/problem.ts'
import type { Report } from '../contract/report.ts'

/** `$0.02 · 1,200 tokens · 40 s`; null when no report says anything. */
export function writeUsage(reports: readonly Report[]): string | null {
  const known = reports.map(report => report.usage).filter(usage => usage !== null)
  if (known.length === 0) return null
  const costs = known.map(usage => usage.cost_usd).filter(cost => cost !== null)
  const tokens = known.map(usage => (usage.tokens_in ?? 0) + (usage.tokens_out ?? 0)).reduce(add, 0)
  const seconds = known.map(usage => usage.seconds).reduce(add, 0)
  const parts = [
    costs.length === 0 ? 'cost unknown' : writeDollars(costs.reduce(add, 0)),
    ...(tokens === 0 ? [] : [`${writeNumber(tokens)} tokens`]),
    writeSeconds(seconds),
  ]
  return parts.join(' · ')
}

export function readableReports(reports: ReadonlyMap<number, { report: Parsed<Report> }>): Report[] {
  return [...reports.values()].flatMap(({ report }) => (report.ok ? [report.value] : []))
}

export function writeDollars(dollars: number): string {
  return dollars > 0 && dollars < 0.01 ? '< $0.01' : `$${dollars.toFixed(2)}`
}

/** With commas; the same everywhere, whatever the machine's language. */
export function writeNumber(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

export function writeSeconds(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds * 10) / 10} s`
  return `${Math.round(seconds / 60)} min`
}

export function writeBytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 100) / 10} KB`
}

function add(a: number, b: number): number {
  return a + b
}
