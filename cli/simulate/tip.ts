import type { Random } from './random.ts'
import { takeMinutes } from './runtime.ts'
import type { Model } from './world.ts'

/**
 * The integration branch of lanes: its newest tip is judged again and again; a green tip is promoted, a red one is judged
 * again together with those since the last green one, which shows the culprit, and mended by a revert.
 */
export type Tip = {
  /** Landings up to here are green and promoted. */
  green: number
  /** Landings, by position, that broke the branch and are not reverted yet, with the minute. */
  broken: Map<number, number>
  judging: { upTo: number; end: number; doing: 'judge' | 'search' | 'revert' } | null
  runs: number
  promotions: number
  redMinutes: number
}

export function createTip(): Tip {
  return { green: 0, broken: new Map(), judging: null, runs: 0, promotions: 0, redMinutes: 0 }
}

type At = { model: Model; random: Random; now: number; landed: number }

/** What is due by now; then the next look at the newest tip, if it is another one. */
export function judgeTip(tip: Tip, at: At): void {
  if (tip.judging !== null && tip.judging.end <= at.now) conclude(tip, at)
  if (tip.judging === null && at.landed > tip.green)
    begin(tip, at, { upTo: at.landed, doing: 'judge', runs: 1 })
}

type Doing = NonNullable<Tip['judging']>['doing']

/** Runs side by side: as long as the longest of them. */
function begin(tip: Tip, at: At, next: { upTo: number; doing: Doing; runs: number }): void {
  tip.runs += next.runs
  const minutes = Array.from({ length: next.runs }, () => takeMinutes(at.model, at.random))
  tip.judging = { upTo: next.upTo, end: at.now + Math.max(...minutes), doing: next.doing }
}

/** At most so many places between the last green tip and the red one are looked at, side by side. */
const SEARCHED = 8

function conclude(tip: Tip, at: At): void {
  const { upTo, doing } = tip.judging!
  tip.judging = null
  const culprits = [...tip.broken.keys()].filter(position => position < upTo)
  if (doing === 'revert') {
    for (const position of culprits) mend(tip, position, at.now)
    return
  }
  const red = culprits.length > 0
  if (doing === 'judge' && (red || at.random.unit() < at.model.flake)) {
    // The second word about the tip and the search for the culprit are one.
    begin(tip, at, { upTo, doing: 'search', runs: Math.min(SEARCHED, upTo - tip.green) })
  } else if (red) {
    begin(tip, at, { upTo, doing: 'revert', runs: 1 })
  } else {
    tip.green = upTo
    tip.promotions += 1
  }
}

function mend(tip: Tip, position: number, now: number): void {
  tip.redMinutes += now - tip.broken.get(position)!
  tip.broken.delete(position)
}
