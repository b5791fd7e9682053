/** One number that was measured. `goal`: what it is to be at most; null where it is only told. */
export type Figure = { name: string; value: number; unit: string; goal: number | null; note?: string }

export type Bench = {
  name: string
  /** What it measures, in one sentence. */
  about: string
  /** `history`: a repository whose commits are replayed. */
  run(given: { input: string | null; history: string }): Promise<Figure[]>
}

export function isMissed({ value, goal }: Figure): boolean {
  return goal !== null && value > goal
}

/** The middle one, and the one below which `part` of them lie. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}
