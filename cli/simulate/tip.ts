import { type Tip as Planned, planTips } from '../../core/merge/tips.ts'
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
  /** The pull request that takes that one back. */
  reverting: { key: string; end: number } | null
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
  /** Does CI find it red? As it was when it came to be. */
  broken: boolean
}

export function createTip(): Tip {
  const counts = { runs: 0, promotions: 0, badPromotions: 0, falseReverts: 0, redMinutes: 0 }
  return { tips: [], judging: [], reverting: null, mended: null, broken: new Map(), reds: [], ...counts }
}

/** @param breaks is it broken with it, and was not without? */
export function landOn(tip: Tip, key: string, { breaks, now }: { breaks: boolean; now: number }): void {
  if (breaks) tip.broken.set(key, now)
  tip.tips.push({ key, state: 'unknown', undoes: null, broken: tip.broken.size > 0 })
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

/** What has ended by now; then what the planner wants. */
export function judgeTip(tip: Tip, at: At): void {
  for (const one of tip.judging.filter(({ end }) => end <= at.now)) conclude(tip, one, at)
  if (tip.reverting !== null && tip.reverting.end <= at.now) takeBack(tip, tip.reverting.key, at.now)
  if (tip.mended !== null && tip.mended <= at.now) mend(tip, at.now)
  const plan = planTips(tip.tips, { places: at.model.places, below: 'green' })
  if (plan.promote !== null) promote(tip, plan.promote)
  for (const key of plan.judge) begin(tip, key, 'running', at)
  if (plan.again !== null) begin(tip, plan.again, 'asked', at)
  if (plan.tangled !== null) tip.mended ??= at.now + PERSON
  const isKnown = tip.reverting !== null || tip.tips.some(({ undoes }) => undoes === plan.culprit)
  if (plan.culprit === null || isKnown) return
  tip.reds.push({ key: plan.culprit, at: at.now })
  tip.runs += 1
  tip.reverting = { key: plan.culprit, end: at.now + takeMinutes(at.model, at.random) }
}

function begin(tip: Tip, key: string, state: 'running' | 'asked', { now, model, random }: At): void {
  tip.runs += 1
  tip.judging.push({ key, end: now + takeMinutes(model, random) })
  setState(tip, key, state)
}

function setState(tip: Tip, key: string, state: Judged['state']): void {
  tip.tips = tip.tips.map(one => (one.key === key ? { ...one, state } : one))
}

function conclude(tip: Tip, ended: Tip['judging'][number], { model, random }: At): void {
  tip.judging = tip.judging.filter(one => one !== ended)
  const judged = tip.tips.find(one => one.key === ended.key)
  if (judged === undefined) return
  const red = judged.broken || random.unit() < model.flake
  setState(tip, ended.key, red ? (judged.state === 'asked' ? 'red' : 'doubted') : 'green')
}

/** What is judged of it and of those before it tells nothing more. */
function promote(tip: Tip, key: string): void {
  const at = tip.tips.findIndex(one => one.key === key)
  if (tip.tips[at]!.broken) tip.badPromotions += 1
  const gone = tip.tips.splice(0, at + 1)
  const isGone = (one: { key: string }) => gone.some(({ key }) => key === one.key)
  tip.judging = tip.judging.filter(one => !isGone(one))
  // Green with it after all: it stays.
  if (tip.reverting !== null && isGone(tip.reverting)) tip.reverting = null
  tip.promotions += 1
}

function mend(tip: Tip, now: number): void {
  tip.mended = null
  for (const since of tip.broken.values()) tip.redMinutes += now - since
  tip.broken.clear()
  tip.tips.push({ key: `mended at ${now}`, state: 'unknown', undoes: null, broken: false })
}

function takeBack(tip: Tip, key: string, now: number): void {
  tip.reverting = null
  const since = tip.broken.get(key)
  if (since === undefined) tip.falseReverts += 1
  else tip.redMinutes += now - since
  tip.broken.delete(key)
  tip.tips.push({ key: `${key} back`, state: 'unknown', undoes: key, broken: tip.broken.size > 0 })
}
