import { expect, test } from 'vitest'
import { printBranch, printTaskId } from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import { at, makeProposedTask, makeWorld } from '../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const task = printTaskId(7)
const branch = printBranch({ agent: 'codex', task })

const planFor = (taken: { number: number; branch: string; by: string }[]) => {
  const delivered = makeProposedTask({ pull: null, branches: new Map(), taken })
  const { states, effects } = plan(makeWorld({ tasks: [delivered] }), tools)
  return { state: states.get(task)!, does: effects.map(effect => effect.do), effects }
}

test('a pull request that somebody else opened from our branch is said to stand in the way, with what helps', () => {
  const { state, does, effects } = planFor([{ number: 15, branch, by: 'sam' }])
  expect(state).toMatchObject({ is: 'stuck', help: expect.stringContaining('Close #15') })
  expect(does).not.toContain('open')
  expect(does).not.toContain('publish')
  const said = effects.find(effect => effect.do === 'say')
  expect(said?.body).toContain('#15')
  expect(said?.body).not.toContain('@sam')
})

test('from another branch of the task it stands in nobody’s way, and closed neither', () => {
  for (const taken of [[{ number: 15, branch: printBranch({ agent: 'claude', task }), by: 'sam' }], []]) {
    expect(planFor(taken).state.is).toBe('attempted')
  }
})

test('while more pull requests of others wait than one look takes in, the next look follows at once', () => {
  const plain = plan(makeWorld(), tools).lookAgain
  const more = plan(makeWorld({ moreStrangers: true }), tools).lookAgain
  expect(plain).toBeNull()
  expect(more).toBeLessThanOrEqual(tools.now + 5_000)
})
