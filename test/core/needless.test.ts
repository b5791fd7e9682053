import { expect, test } from 'vitest'
import { plan } from '../../core/plan.ts'
import type { RunFacts } from '../../core/world.ts'
import { at, makeClaim, makeIssue, makeRecord, makeRun, makeTask, makeWorld } from '../make.ts'

function cancelled(run: Partial<RunFacts>): number[] {
  const task = makeTask({
    issue: makeIssue({ state: 'closed' }),
    record: makeRecord(),
    claims: [makeClaim()],
    runs: [makeRun({ status: 'in_progress', conclusion: null, receipt: null, ...run })],
  })
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
  return effects.flatMap(effect => (effect.do === 'cancel' ? [effect.run] : []))
}

test('the run of a closed issue is ended', () => {
  expect(cancelled({ id: 7 })).toEqual([7])
})

test('a run that was asked to end is given the time that it needs', () => {
  expect(cancelled({ cancelAsked: at(58) })).toEqual([])
})

test('a run that is over, or that somebody started again by hand, is let be', () => {
  expect(cancelled({ status: 'completed', conclusion: 'success' })).toEqual([])
  expect(cancelled({ runAttempt: 2 })).toEqual([])
})
