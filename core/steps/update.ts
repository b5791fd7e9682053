import type { Effect } from '../effect.ts'
import { REDS_ALONE } from '../gates/checks.ts'
import type { Verdicts } from '../gates/gate.ts'
import { isUnderWay } from '../gates/running.ts'
import { isInherited } from '../gates/verdict.ts'
import { readJudgement } from '../landing/judgement.ts'
import { asksUpToDate } from '../landing/landing.ts'
import type { TaskId } from '../names.ts'
import type { TaskState } from '../state.ts'
import type { Instant, PullFacts, World } from '../world.ts'
import { awaitsJudgeOnly } from './judge.ts'

type Shown = { task: TaskId | null; pull: PullFacts; verdicts: Verdicts }

/** Only when being behind is all that stands in its way: each update runs CI anew. */
export function update({ task, pull, verdicts }: Shown, world: World, now: Instant): Effect[] {
  const closed = verdicts.all.filter(line => line.verdict.is !== 'pass')
  const others = closed.filter(({ gate }) => gate !== 'fresh')
  const isOnly = others.every(({ gate }) => gate === 'checks' && awaitsJudgeOnly({ pull }, world, now))
  if (pull.current !== false || closed.length === others.length || !isOnly) return []
  return [{ do: 'update', task, pull: pull.number, head: pull.head.sha }]
}

/** Its red was that of the branch, which is mended: brought up to date, it is judged on top of that. */
export function renew({ task, pull, verdicts }: Shown): Effect[] {
  const isOnly = verdicts.all.every(({ verdict }) => verdict.is !== 'refuse')
  const isMended = verdicts.all.some(({ verdict }) => isInherited(verdict) && verdict.inherited === 'mended')
  return isOnly && isMended ? [{ do: 'update', task, pull: pull.number, head: pull.head.sha }] : []
}

/**
 * One at a time: each landing puts all others behind again, so updating them together would run CI for nothing. While
 * one that is up to date has its CI running, or lands, the others wait. The same goes for asking the merge job.
 */
export function keepOneUpdate(
  effects: readonly Effect[],
  states: Iterable<TaskState>,
  now: Instant,
): readonly Effect[] {
  const isTurn = (effect: Effect) => effect.do === 'update' || (effect.do === 'judge' && effect.task !== null)
  const first = effects.find(isTurn)
  if (first === undefined) return effects
  const kept = [...states].some(state => isOnItsWay(state, now)) ? null : first
  return effects.filter(effect => !isTurn(effect) || effect === kept)
}

/**
 * Where branches have to be up to date, the first landing puts the others behind: GitHub would refuse them, and their green
 * would blink. Whatever else was planned with such a landing waits with it.
 */
export function keepOneLanding(
  effects: readonly Effect[],
  world: Pick<World, 'rules' | 'config'>,
): readonly Effect[] {
  if (!asksInTurns(world)) return effects
  const [, ...late] = effects.filter(effect => effect.do === 'land')
  const tasks = late.flatMap(({ task }) => task ?? [])
  const isLate = (effect: Effect) => 'task' in effect && effect.task !== null && tasks.includes(effect.task)
  // What takes a landing back is nobody's attempt.
  return effects.filter(effect => !isLate(effect) && !(effect.do === 'land' && late.includes(effect)))
}

/** Does each landing make the others' judgements worthless? */
export function asksInTurns({ rules, config }: Pick<World, 'rules' | 'config'>): boolean {
  return config.ok && asksUpToDate({ rules, merge: config.value.merge })
}

function isOnItsWay(state: TaskState, now: Instant): boolean {
  if (state.is !== 'proposed' || state.pull.current !== true) return false
  const { blocking } = state.verdicts
  if (blocking === null) return true
  const { checks, judged } = state.pull
  const isJudged = readJudgement({ judged, reds: REDS_ALONE, now }).is === 'running'
  return blocking.gate === 'checks' && (isJudged || isUnderWay(checks, now, now))
}
