import { describe, expect, test } from 'vitest'
import { review } from '../../core/gates/review.ts'
import { size } from '../../core/gates/size.ts'
import type { Rules } from '../../core/landing/rules.ts'
import type { TaskRecord } from '../../core/ledger.ts'
import { printBranch, printPullMarker, printTaskId } from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import type { PullFacts, TaskFacts } from '../../core/world.ts'
import {
  at,
  bob,
  makeChange,
  makeCheck,
  makeIssue,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReview,
  makeRules,
  makeWorld,
  sha,
} from '../make.ts'

/** The branch was brought up to date by us: a merge of main on top of the attempt. */
const ATTEMPT = sha(0x201)
const MERGE = sha(0x900)
const branch = printBranch({ agent: 'codex', task: printTaskId(7) })
const updated = (over: Partial<PullFacts> = {}) =>
  makePull({ head: { sha: MERGE, branch }, layers: [MERGE, ATTEMPT], ...over })
// Linear history: no trains.
const strict = makeRules({ strict: true, linear: true })
const red = [makeCheck({ conclusion: 'failure' })]

const planFor = (tasks: readonly TaskFacts[], rules: Rules = strict) =>
  plan(makeWorld({ tasks, rules }), { now: at(60), digest: () => 'd'.repeat(64) }).effects.filter(
    effect => effect.do !== 'label',
  )
const does = (pull: PullFacts) => planFor([makeProposedTask({ pull })]).map(effect => effect.do)
const second = (over: Partial<PullFacts>) => {
  const task = printTaskId(8)
  const body = printPullMarker({ task, attempt: 1 })
  const head = { sha: ATTEMPT, branch: printBranch({ agent: 'codex', task }) }
  const issue = makeIssue({ number: 8 })
  const record: TaskRecord = makeRecord({ issue: 8 })
  return makeProposedTask({ issue, record, pull: makePull({ number: 13, body, head, ...over }) })
}

describe('a branch that is behind where the rules ask for up-to-date ones', () => {
  test('is brought up to date when nothing else stands in the way', () => {
    expect(planFor([makeProposedTask({ pull: makePull({ current: false }) })])).toContainEqual({
      do: 'update',
      task: printTaskId(7),
      pull: 12,
      head: ATTEMPT,
    })
  })
  test('GitHub is not asked again while it does that, nor for another one meanwhile, and is looked at soon', () => {
    const tasks = [
      makeProposedTask({ pull: makePull({ current: false }) }),
      second({ current: false, head: { sha: sha(0x202), branch } }),
    ]
    const look = (moving: string[]) =>
      plan(makeWorld({ tasks, rules: strict, moving: new Set(moving) }), {
        now: at(60),
        digest: () => 'd'.repeat(64),
      })
    const updates = (moving: string[]) =>
      look(moving).effects.flatMap(effect => (effect.do === 'update' ? effect.pull : []))
    expect(updates([])).toEqual([12])
    expect(updates([ATTEMPT])).toEqual([])
    expect(look([ATTEMPT]).lookAgain).toBe(at(60) + 2_000)
    expect(updates([sha(0x999)])).toEqual([12])
  })
  test.each([
    ['CI has not passed', { checks: [] }],
    ['a person asked for changes', { reviews: [makeReview({ state: 'changes_requested' })] }],
    ['it conflicts', { mergeable: false }],
    ['GitHub is still comparing', { current: null }],
  ] satisfies [string, Partial<PullFacts>][])('waits while %s', (_, over) => {
    expect(does(makePull({ current: false, ...over }))).not.toContain('update')
  })
  test('is left alone where the rules do not ask', () => {
    const effects = planFor([makeProposedTask({ pull: makePull({ current: false }) })], makeRules())
    expect(effects.map(effect => effect.do)).toContain('land')
  })
  test.each([
    ['one of two', { current: false }, 1],
    ['none while the other is landing', { current: true }, 0],
    ['none while the other has its CI running', { checks: [makeCheck({ status: 'in_progress' })] }, 0],
    [
      'it, when the other’s CI has run for longer than any job',
      { checks: [makeCheck({ status: 'in_progress', startedAt: at(60 - 6 * 60) })] },
      1,
    ],
    ['it, when the other waits for CI that does not run', { checks: [] }, 1],
  ] satisfies [string, Partial<PullFacts>, number][])('is updated: %s', (_, other, count) => {
    const first = makeProposedTask({ pull: makePull({ current: false }) })
    const updates = planFor([first, second(other)]).filter(effect => effect.do === 'update')
    expect(updates).toHaveLength(count)
  })
})

describe('two that could land at once', () => {
  const both = [makeProposedTask({}), second({})]
  const about = (task: string, rules: Rules) =>
    plan(makeWorld({ tasks: both, rules }), { now: at(60), digest: () => 'd'.repeat(64) }).effects.filter(
      effect => 'task' in effect && effect.task === task,
    )
  test('land both where the rules do not ask for up-to-date branches', () => {
    for (const issue of [7, 8])
      expect(about(printTaskId(issue), makeRules()).map(effect => effect.do)).toContain('land')
  })
  test('land one by one where they do, and nothing is shown of the second', () => {
    expect(about(printTaskId(7), strict).map(effect => effect.do)).toContain('land')
    expect(about(printTaskId(8), strict)).toEqual([])
  })
})

describe('what we brought up to date', () => {
  test('lands as it is', () => expect(does(updated())).toContain('land'))
  test('is nobody’s push', () => expect(review.judge(makeProposal({ pull: updated() })).is).toBe('pass'))
  test('is somebody’s push when somebody pushed beneath it', () => {
    const pull = updated({ layers: [MERGE, sha(0x777)] })
    expect(review.judge(makeProposal({ pull })).is).toBe('wait')
  })
  const large = [makeChange({ added: 9999 })]
  test.each([
    ['17: a review', { pull: updated({ changes: large, reviews: [makeReview()] }) }, 'pass'],
    [
      '17: a review of something else',
      { pull: updated({ changes: large, reviews: [makeReview({ sha: sha(2) })] }) },
      'wait',
    ],
    [
      '17: a review, where the last push needs one',
      { rules: makeRules({ lastPush: true }), pull: updated({ changes: large, reviews: [makeReview()] }) },
      'wait',
    ],
    [
      'a command',
      {
        pull: updated({ changes: large }),
        record: makeRecord({ pullApproval: { by: bob, at: at(30), head: ATTEMPT } }),
      },
      'pass',
    ],
  ] satisfies [string, Parameters<typeof makeProposal>[0], string][])(
    'keeps its approval by %s',
    (_, over, is) => {
      expect(size.judge(makeProposal(over)).is).toBe(is)
    },
  )
  test('goes back to its agent when CI is red on it', () => {
    expect(does(updated({ checks: red }))).toContain('claim')
  })
  test('67: goes back to its agent when it conflicts', () => {
    expect(does(updated({ mergeable: false }))).toContain('claim')
  })
})
