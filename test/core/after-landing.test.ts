import { expect, test } from 'vitest'
import { plan } from '../../core/plan.ts'
import { at, bob, makeIssue, makeLabeled, makeProposedTask, makePull, makeWorld, sha } from '../make.ts'

const merged = makePull({ state: 'merged', mergedSha: sha(9) })

function closings(timeline: Parameters<typeof makeIssue>[0]): string[] {
  const task = makeProposedTask({ pull: merged, issue: makeIssue(timeline) })
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(90), digest: () => 'f'.repeat(64) })
  return effects.map(effect => effect.do).filter(name => name === 'close')
}

const labelled = makeLabeled('agent:codex')
const closed = { is: 'closed', by: bob, at: at(70) } as const
const reopened = { is: 'reopened', by: bob, at: at(80) } as const

test('an issue that its landing did not close is closed', () => {
  expect(closings({ timeline: [labelled] })).toEqual(['close'])
})

test('an issue that a person opened again after the landing stays open', () => {
  expect(closings({ timeline: [labelled, closed, reopened] })).toEqual([])
})

test('opened again before the attempt was made, it is closed by its landing', () => {
  const early = [
    { ...closed, at: at(5) },
    { ...reopened, at: at(6) },
  ]
  expect(closings({ timeline: [labelled, ...early] })).toEqual(['close'])
})
