import { describe, expect, test } from 'vitest'
import {
  type Dispatching,
  parseTakeoverRef,
  printTakeoverRef,
  type Takeover,
  whenToDispatch,
} from '../../../core/attempt/dispatching.ts'
import { makeClaim, sha } from '../../make.ts'

const SECOND = 1_000
/** Seconds since the claim was made. */
const due = (known: Dispatching | null, over: number | null) => {
  const takeover: Takeover | null = over === null ? null : { sha: sha(7), at: over * SECOND, since: 0 }
  const { at, own } = whenToDispatch(makeClaim({ at: 0, dispatch: known, takeover }))
  return { at: at / SECOND, own: own === null ? null : own / SECOND }
}

describe('when a claim is dispatched', () => {
  const at = SECOND
  test.each<[string, Dispatching | null, number | null, ReturnType<typeof due>]>([
    ['by its maker at once, for five seconds of its own', { is: 'unsent', at }, null, { at: 0, own: 6 }],
    ['by others when those and what a list lags are over', null, null, { at: 10, own: null }],
    ['by others when somebody took it over and died', null, 5, { at: 15, own: null }],
    ['for as long again as went by in vain', null, 60, { at: 125, own: null }],
    ['and never for longer than ten minutes', null, 36_000, { at: 36_605, own: null }],
    ['by its maker like by others once it was taken over', { is: 'unsent', at }, 10, { at: 25, own: null }],
    ['again when an answer was lost and no run shows', { is: 'unclear', at }, null, { at: 6, own: null }],
    ['not before whoever took it over had his time', { is: 'unclear', at }, 10, { at: 25, own: null }],
    ['again when no list ever shows the run', { is: 'sent', run: 1, at }, null, { at: 91, own: null }],
    ['again a minute after a refusal', { is: 'refused', at, why: '' }, null, { at: 61, own: null }],
    // A commit that somebody pushed there says nothing of when.
    ['by others when a stranger moved the ref', null, -1e6, { at: 10, own: null }],
  ])('%s', (_, known, over, wanted) => {
    expect(due(known, over)).toEqual(wanted)
  })
})

test('who took a claim over is known by its ref, apart for attempts and reviews', () => {
  const name = { task: 'bd-k3f9', attempt: 2 }
  const refs = [printTakeoverRef({ kind: 'plan', ...name }), printTakeoverRef({ kind: 'review', ...name })]
  expect(refs).toEqual(['refs/chorus/takeovers/bd-k3f9/2', 'refs/chorus/review-takeovers/bd-k3f9/2'])
  expect(refs.map(parseTakeoverRef)).toEqual([
    { of: 'attempt', ...name },
    { of: 'review', ...name },
  ])
  for (const other of [
    'refs/chorus/takeovers/bd-k3f9/0',
    'refs/chorus/takeovers/bd-k3f9/1/2',
    'refs/chorus/claims/bd-k3f9/1',
  ])
    expect(parseTakeoverRef(other)).toBeNull()
})
