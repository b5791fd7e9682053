import { expect, test } from 'vitest'
import { plan } from '../../core/plan.ts'
import type { TaskFacts } from '../../core/world.ts'
import { alice, at, makeComment, makeIssue, makeRecord, makeTask, makeWorld, sam } from '../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const UNREADABLE = '### Goal\n\nSay hello.\n\n### Scope\n\nsrc/[a\n'

function planFor(task: TaskFacts) {
  const { effects, states } = plan(makeWorld({ tasks: [task] }), tools)
  const record = effects.find(effect => effect.do === 'record')?.records.get(task.id)
  return { state: states.get(task.id)!, record, does: effects.map(effect => effect.do) }
}

test('nobody approves a text that cannot be read', () => {
  const { state, record } = planFor(makeTask({ issue: makeIssue({ body: UNREADABLE }) }))

  expect(state.is).toBe('malformed')
  expect(record?.approval ?? null).toBeNull()
})

test('once it is mended by somebody with standing, the label still counts', () => {
  const issue = makeIssue({ edits: [{ at: at(5), by: alice }] })
  const { state, does } = planFor(makeTask({ issue, record: makeRecord({ approval: null }) }))

  expect(state.is).toBe('ready')
  expect(does).toContain('claim')
})

test('a stranger cannot mend it into something else', () => {
  const issue = makeIssue({ edits: [{ at: at(5), by: sam }] })

  expect(planFor(makeTask({ issue, record: makeRecord({ approval: null }) })).state).toMatchObject({
    is: 'waiting',
    on: 'approval',
  })
})

test('an approved text that is edited into something unreadable is said to be so, also while it is blocked', () => {
  const blockers = [{ issue: 3, repo: null, title: 'first', state: 'open', stateReason: null }] as const
  const task = makeTask({ issue: makeIssue({ body: UNREADABLE }), record: makeRecord(), blockers })

  expect(planFor(task).state.is).toBe('malformed')
})

test('`/chorus approve` does not approve it either', () => {
  const says = makeComment({ body: '/chorus approve', at: at(9) })
  const issue = makeIssue({ body: UNREADABLE })
  const task = makeTask({ issue: { ...issue, timeline: [...issue.timeline, says] }, record: makeRecord() })

  expect(planFor(task).record?.approval?.text).toBe(makeRecord().approval?.text)
})
