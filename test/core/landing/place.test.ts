import { expect, test } from 'vitest'
import { plan } from '../../../core/plan.ts'
import { at, makeCheck, makeGate, makeRules, makeWorld } from '../../make.ts'
import { makeTrain, makeUnjudged } from '../ready.ts'

const behind = { checks: [makeCheck()], current: false }
const strict = makeRules({ strict: true })
const running = {
  checks: [makeCheck({ status: 'in_progress', conclusion: null, endedAt: null })],
  at: at(50),
}
const WORDS = 'fresh: judged as 2 of 3 in #500 since 12:50 UTC; CI takes about a minute'

function gatesOf(world: Parameters<typeof makeWorld>[0]) {
  const digest = () => 'd'.repeat(64)
  const { effects } = plan(makeWorld({ rules: strict, ...world }), { now: at(60), digest })
  return effects.flatMap(effect => (effect.do === 'gate' ? [effect] : []))
}

test('the gate of each member names its train, its place in it, since when, and how long CI takes', () => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const [, second] = gatesOf({ tasks, trains: [makeTrain([1, 2, 3], running)] })
  expect(second?.title).toBe(WORDS)
})

test('it is written once, not at each look, nor while the next train is being built', () => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const trains = [makeTrain([1, 2, 3], running)]
  const said = gatesOf({ tasks, trains })
  const told = [1, 2, 3].map((issue, i) =>
    makeUnjudged(issue, { ...behind, gate: makeGate({ key: said[i]!.key }) }),
  )
  expect(gatesOf({ tasks: told, trains })).toEqual([])
  expect(gatesOf({ tasks: told, trains: [makeTrain([], { ...running, members: null })] })).toEqual([])
})

test('of two trains the longer one counts, as the shorter only looks for who is red', () => {
  const tasks = [1, 2, 3].map(issue => makeUnjudged(issue, behind))
  const trains = [
    makeTrain([1, 2], { ...running, branch: 'chorus/train/b', pull: 501 }),
    makeTrain([1, 2, 3], running),
  ]
  expect(gatesOf({ tasks, trains })[0]?.title).toContain('1 of 3 in #500')
})
