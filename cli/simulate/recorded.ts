import type { Parsed, Problem } from '../../core/contract/problem.ts'
import type { Arrival } from './world.ts'

export type Recorded = Pick<Arrival, 'at' | 'touches'>

/** A real history: one JSON object a line, `{"at": minutes, "touches": ["path", …]}`, in any order. */
export function readRecorded(text: string): Parsed<Recorded[]> {
  const lines = text.split('\n').map((line, i) => ({ line, path: `line ${i + 1}` }))
  const read = lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, path }) => ({ path, one: parse(line) }))
  const problems = read.flatMap(({ path, one }): Problem[] =>
    one === null ? [{ path, message: 'is not like {"at": 12.5, "touches": ["src/a.ts"]}' }] : [],
  )
  if (problems.length > 0) return { ok: false, problems }
  const arrivals = read.flatMap(({ one }) => one ?? []).sort((a, b) => a.at - b.at)
  if (arrivals.length === 0) return { ok: false, problems: [{ path: '', message: 'no arrival is named' }] }
  return { ok: true, value: arrivals }
}

function parse(line: string): Recorded | null {
  let value: { at?: unknown; touches?: unknown } | null
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  const { at, touches } = value ?? {}
  if (typeof at !== 'number' || !(at >= 0) || !Array.isArray(touches)) return null
  return touches.every(place => typeof place === 'string') ? { at, touches } : null
}
