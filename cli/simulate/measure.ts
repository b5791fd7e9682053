import type { History } from './state.ts'
import type { Model } from './world.ts'

/** What is told of one simulation. Minutes, unless it says otherwise. */
export type Measures = {
  landedAnHour: number
  /** Waits of those that landed: who waits still, `left`, may have waited longer. */
  p50: number
  p95: number
  /** Runs for landing, for each that landed. */
  runsEach: number
  /** The same with the pull request's own CI, and with the runs of the integration branch. */
  allRunsEach: number
  /** Of all that came to an end, part of the innocent that were sent back. */
  falseReturns: number
  redADay: number
  untested: number
  /** Part of the time that the integration branch was red, and how often it was promoted. */
  redTime: number
  promotions: number
  /** Promoted tips that were broken, and landings that were taken back although they were not; a day. */
  redPromotionsADay: number
  falseRevertsADay: number
  drained: number
  left: number
}

export function measure(history: History, model: Model): Measures {
  const fates = [...history.fates.values()]
  const landed = fates.filter(fate => fate.is === 'landed')
  const warm = landed.filter(fate => model.burst !== null || fate.arrival.at >= model.warmUp)
  const waits = warm.map(fate => fate.at - fate.arrival.at).sort((a, b) => a - b)
  const innocent = fates.filter(fate => fate.is === 'returned' && !fate.guilty)
  const hours = model.burst === null ? model.hours : history.end / 60
  const drained = Math.max(0, ...landed.map(fate => fate.at))
  return {
    // A burst is over with the last that lands; the integration branch may be judged and promoted for some time yet.
    landedAnHour: landed.length / (model.burst === null ? hours : drained / 60),
    p50: at(waits, 0.5),
    p95: at(waits, 0.95),
    runsEach: history.runs / Math.max(1, landed.length),
    allRunsEach: allRuns(history, model) / Math.max(1, landed.length),
    falseReturns: innocent.length / Math.max(1, fates.length),
    redADay: history.broken / (hours / 24),
    untested: history.untested,
    redTime: redMinutes(history) / history.end,
    promotions: history.tip?.promotions ?? 0,
    redPromotionsADay: (history.tip?.badPromotions ?? 0) / (hours / 24),
    falseRevertsADay: (history.tip?.falseReverts ?? 0) / (hours / 24),
    drained,
    left: history.queue.at(-1)?.waiting ?? 0,
  }
}

/** Each had CI of its own before it came, once more where that was a flake. */
function allRuns({ runs, tip, fates, queue }: History, { flake }: Model): number {
  const came = fates.size + (queue.at(-1)?.waiting ?? 0)
  return runs + (tip?.runs ?? 0) + came * (1 + flake)
}

function redMinutes({ tip, end }: History): number {
  if (tip === null) return 0
  return [...tip.broken.values()].reduce((sum, since) => sum + end - since, tip.redMinutes)
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** Means over several seeds. One in which none landed says nothing of waits. */
export function average(all: readonly Measures[]): Measures {
  const keys = Object.keys(all[0]!) as (keyof Measures)[]
  const mean = (key: keyof Measures) => {
    const told = all.map(one => one[key]).filter(Number.isFinite)
    return told.reduce((sum, value) => sum + value, 0) / told.length
  }
  return Object.fromEntries(keys.map(key => [key, mean(key)])) as Measures
}
