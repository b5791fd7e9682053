import type { Parsed, Problem } from '../../core/contract/problem.ts'
import type { Arrival } from './world.ts'

export type Recorded = Pick<Arrival, 'at' | 'touches'>

/** Of longer ones the minutes are seconds, most likely. */
const MOST_DAYS = 3660

/** A real history: one JSON object a line, `{"at": minutes, "touches": ["path", …]}`, in any order; told from the first on. */
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
  const first = arrivals[0]!.at
  const days = (arrivals.at(-1)!.at - first) / (24 * 60)
  if (days <= MOST_DAYS) return { ok: true, value: arrivals.map(one => ({ ...one, at: one.at - first })) }
  const message = `"at" is told in minutes; from the first to the last it is ${Math.round(days)} days, and at most ${MOST_DAYS} are replayed`
  return { ok: false, problems: [{ path: '', message }] }
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
