import { closedUntil } from '../../core/landing/reds.ts'
import { type Tip as Planned, parseWithout, planTips } from '../../core/merge/tips.ts'
import type { Random } from './random.ts'
import { takeMinutes } from './runtime.ts'
import type { Model } from './world.ts'

/**
 * The integration branch of lanes, judged and promoted as production does it: by `core/merge/tips.ts`. A culprit is taken back by
 * a pull request, which CI judges as any other.
 */
export type Tip = {
  /** All since the last promotion, oldest first. */
  tips: Judged[]
  /** Runs under way, of tips by key. */
  judging: { key: string; end: number }[]
  /** What was judged of tips without some. */
  without: Map<string, Planned['state']>
  /** The pull request that takes those back; `isAsked`: it was red once. */
  reverting: { keys: readonly string[]; end: number; isAsked: boolean } | null
  /** Those that it could not take back, being red itself. */
  stuck: readonly string[]
  /** When a person has mended what cannot be told apart; null while nobody has to. */
  mended: number | null
  /** Landings that broke the branch and are not taken back yet, with the minute. */
  broken: Map<string, number>
  /** Landings that were found to make it red, with the minute: each once. */
  reds: { key: string; at: number }[]
  runs: number
  promotions: number
  /** Promoted tips that were broken. */
  badPromotions: number
  /** Landings that were taken back although they broke nothing. */
  falseReverts: number
  redMinutes: number
}

type Judged = Planned & {
  /** With which it is red, as it was when it came to be. */
  faults: ReadonlySet<string>
}

export function createTip(): Tip {
  const counts = { runs: 0, promotions: 0, badPromotions: 0, falseReverts: 0, redMinutes: 0 }
  const none = { tips: [], judging: [], without: new Map(), reverting: null, stuck: [], mended: null }
  return { ...none, broken: new Map(), reds: [], ...counts }
}

/** @param breaks is it broken with it, and was not without? */
export function landOn(tip: Tip, key: string, { breaks, now }: { breaks: boolean; now: number }): void {
  if (breaks) tip.broken.set(key, now)
  addTip(tip, key, [])
}

function addTip(tip: Tip, key: string, undoes: readonly string[]): void {
  tip.tips.push({ key, state: 'unknown', undoes, faults: new Set(tip.broken.keys()) })
}

/** So long a person takes to mend what is tangled. Minutes. */
const PERSON = 60

/** Runners that it has. */
export function countRunners({ judging, reverting }: Tip): number {
  return judging.length + (reverting === null ? 0 : 1)
}

export function nextTipEnd({ judging, reverting, mended }: Tip): number {
  const never = Number.POSITIVE_INFINITY
  return Math.min(reverting?.end ?? never, mended ?? never, ...judging.map(({ end }) => end))
}

type At = { model: Model; random: Random; now: number }

/** Have so many been red that the lanes are closed? */
export function isClosed({ reds }: Tip, { model, now }: Pick<At, 'model' | 'now'>): boolean {
  const times = reds.map(({ key, at }) => ({ sha: key, at: at * MINUTE }))
  return closedUntil({ strategy: 'lanes', reds: model.reds }, times, now * MINUTE) !== null
}

const MINUTE = 60_000

/** What has ended by now; then what the planner wants. */
export function judgeTip(tip: Tip, at: At): void {
  for (const one of tip.judging.filter(({ end }) => end <= at.now)) conclude(tip, one, at)
  if (tip.reverting !== null && tip.reverting.end <= at.now) endRevert(tip, tip.reverting, at)
  if (tip.mended !== null && tip.mended <= at.now) mend(tip, at.now)
  const search = { places: at.model.places, below: 'green', deep: !isClosed(tip, at) } as const
  const plan = planTips(tip.tips, {
    ...search,
    without: tip.without,
    taking: { keys: tip.reverting?.keys ?? tip.stuck, isStuck: tip.stuck.length > 0 },
    leaving: [],
  })
  if (plan.promote !== null) promote(tip, plan.promote)
  for (const key of plan.judge) begin(tip, key, 'running', at)
  if (plan.again !== null) begin(tip, plan.again, 'asked', at)
  for (const key of plan.drop) tip.without.delete(key)
  if (plan.tangled !== null) tip.mended ??= at.now + PERSON
  const left = plan.culprits.filter(key => !tip.tips.some(({ undoes }) => undoes.includes(key)))
  const fresh = left.filter(key => !tip.reds.some(red => red.key === key))
  if (fresh.length === 0) return
  tip.reds.push(...fresh.map(key => ({ key, at: at.now })))
  takeBack(tip, { keys: left, isAsked: false }, at)
}

function takeBack(tip: Tip, which: Omit<NonNullable<Tip['reverting']>, 'end'>, at: At): void {
  tip.runs += 1
  tip.stuck = []
  tip.reverting = { ...which, end: at.now + takeMinutes(at.model, at.random) }
}

/** It lands when it is green; red, it is asked once more. */
function endRevert(tip: Tip, { keys, isAsked }: NonNullable<Tip['reverting']>, at: At): void {
  tip.reverting = null
  const isRed = [...tip.broken.keys()].some(key => !keys.includes(key))
  if (!isRed && at.random.unit() >= at.model.flake) land(tip, keys, at.now)
  else if (isAsked) tip.stuck = keys
  else takeBack(tip, { keys, isAsked: true }, at)
}

function begin(tip: Tip, key: string, state: 'running' | 'asked', { now, model, random }: At): void {
  tip.runs += 1
  tip.judging.push({ key, end: now + takeMinutes(model, random) })
  setState(tip, key, state)
}

function setState(tip: Tip, key: string, state: Judged['state']): void {
  if (parseWithout(key) !== null) tip.without.set(key, state)
  tip.tips = tip.tips.map(one => (one.key === key ? { ...one, state } : one))
}

function conclude(tip: Tip, ended: Tip['judging'][number], { model, random }: At): void {
  tip.judging = tip.judging.filter(one => one !== ended)
  const { tip: at, left } = parseWithout(ended.key) ?? { tip: ended.key, left: [] }
  const judged = tip.tips.find(one => one.key === at)
  const state = left.length === 0 ? judged?.state : tip.without.get(ended.key)
  if (judged === undefined || state === undefined) return
  const isBroken = [...judged.faults].some(key => !left.includes(key))
  const red = isBroken || random.unit() < model.flake
  setState(tip, ended.key, red ? (state === 'asked' ? 'red' : 'doubted') : 'green')
}

/** What is judged of it and of those before it tells nothing more. */
function promote(tip: Tip, key: string): void {
  const at = tip.tips.findIndex(one => one.key === key)
  if (tip.tips[at]!.faults.size > 0) tip.badPromotions += 1
  const gone = new Set(tip.tips.splice(0, at + 1).map(one => one.key))
  tip.judging = tip.judging.filter(one => !gone.has(one.key))
  // Green with it after all: it stays.
  if (tip.reverting?.keys.some(one => gone.has(one))) tip.reverting = null
  tip.promotions += 1
}

function mend(tip: Tip, now: number): void {
  tip.mended = null
  for (const since of tip.broken.values()) tip.redMinutes += now - since
  tip.broken.clear()
  addTip(tip, `mended-${now}`, [])
}

function land(tip: Tip, keys: readonly string[], now: number): void {
  for (const key of keys) {
    const since = tip.broken.get(key)
    if (since === undefined) tip.falseReverts += 1
    else tip.redMinutes += now - since
    tip.broken.delete(key)
  }
  tip.stuck = []
  addTip(tip, `${keys.join('+')}-back`, keys)
}
