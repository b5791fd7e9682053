import { cpus, loadavg, totalmem } from 'node:os'
import { type Figure, isMissed } from './figure.ts'

export type Result = { name: string; about: string; figures: readonly Figure[] }

/** Figures mean something only together with the machine. */
export function describeMachine(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() || 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0]!.toFixed(1)
  return `${processors.length} cores (${model}), ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}, load ${load}`
}

/** A table in Markdown, readable as it is. */
export function printTable(figures: readonly Figure[]): string {
  const rows = figures.map(one => [
    one.name,
    printValue(one.value, one.unit),
    one.goal === null ? '' : `≤ ${printValue(one.goal, one.unit)}`,
    [isMissed(one) ? 'missed' : '', one.note ?? ''].filter(text => text !== '').join('; '),
  ])
  const all = [['figure', 'measured', 'goal', ''], ...rows]
  const widths = [0, 1, 2, 3].map(column => Math.max(...all.map(row => [...row[column]!].length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`
  return [line(all[0]!), rule, ...all.slice(1).map(line)].join('\n')
}

function printValue(value: number, unit: string): string {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`
}
