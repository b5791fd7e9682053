import type { Run } from '../../core/merge/snapshot.ts'

/** `end`: the minute; null while it waits for a runner. */
export type Live = Run & { length: number; end: number | null }

export function isUnderWay({ state }: Run): boolean {
  return state === 'running' || state === 'ending'
}

/** Who came first gets the next runner, as on GitHub. @param free what others have left of them */
export function giveRunners(runs: readonly Live[], free: number, now: number): void {
  const under = runs.filter(isUnderWay)
  let left = free - under.filter(({ end }) => end !== null).length
  for (const run of under) {
    if (left <= 0) return
    if (run.end !== null) continue
    run.end = now + run.length
    left -= 1
  }
}

export function nextEnd(runs: readonly Live[]): number {
  return runs.reduce(
    (end, run) => (isUnderWay(run) && run.end !== null ? Math.min(end, run.end) : end),
    Number.POSITIVE_INFINITY,
  )
}
