import type { Epic } from '../epic.ts'
import type { Folding } from '../fold.ts'
import { printTaskId } from '../names.ts'
import { strongOf } from '../words/spending.ts'
import { addMeasure, countUnmeasured, NO_MEASURES } from './measure.ts'
import { type Metrics, type Story, summariseStories } from './metrics.ts'
import { settleAll, UNSETTLED } from './settle.ts'

/**
 * What an epic took, once all below it is over. `before`: attempts made before any of this was kept. `whole`: no sub-issue is
 * open that nobody asked an agent for.
 */
export type Closing = { metrics: Metrics; model: string | null; before: number; whole: boolean }

/** Null while something below it may still change. */
export function closeEpic(epic: Epic, { world, task, config, now }: Folding): Closing | null {
  if (!epic.over) return null
  const facts = new Map([task, ...epic.facts].map(one => [one.issue.number, one]))
  const landed = new Set(epic.tasks.flatMap(({ state, number }) => (state.is === 'merged' ? [number] : [])))
  // What was planned and landed long ago is out of view, and still part of it.
  const planned = task.plan?.below.map(({ number }) => number) ?? []
  const numbers = new Set([...facts.keys(), ...planned])
  const records = [...numbers].map(number => {
    const one = facts.get(number)
    const record = one?.record ?? world.ledger.records.get(printTaskId(number)) ?? null
    const fresh = one === undefined ? [] : settleAll(one, record ?? UNSETTLED, { ...world, now }).events
    return { number, record, fresh }
  })
  const stories = records.map(({ number, record, fresh }): Story => {
    const measured = fresh.reduce(addMeasure, record?.measured ?? NO_MEASURES)
    return { measured, landed: landed.has(number) || record?.logged === 'merged' }
  })
  const strong = config.ok ? strongOf(config.value) : null
  return {
    metrics: summariseStories(stories, strong?.price ?? null),
    model: strong?.model ?? null,
    whole: epic.done === epic.total,
    before: records
      .map(({ record }) => (record === null ? 0 : countUnmeasured(record)))
      .reduce((a, b) => a + b, 0),
  }
}
