import { describe, expect, test } from 'vitest'
import type { CheckFacts } from '../../../core/check.ts'
import { checks } from '../../../core/gates/checks.ts'
import { requester } from '../../../core/gates/requester.ts'
import { review } from '../../../core/gates/review.ts'
import type { Revision } from '../../../core/ledger.ts'
import type { Actor, PullFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  CI_APP,
  makeChange,
  makeCheck,
  makeClaim,
  makeConfig,
  makeGate,
  makeIssue,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReview,
  makeRules,
  makeStandings,
  makeTicket,
  sha,
  tim,
} from '../../make.ts'

const green = makeCheck()
const gate = makeCheck({ name: 'chorus/gate', appId: 5000, conclusion: 'failure' })
const status = (over: Partial<CheckFacts> = {}) => makeCheck({ kind: 'status', appId: null, id: 1, ...over })

describe('required checks', () => {
  const judge = (present: CheckFacts[], appId: number | null = CI_APP) =>
    checks.judge(
      makeProposal({
        rules: makeRules({ required: [{ name: 'test', appId }] }),
        pull: makePull({ checks: present }),
      }),
    )
  test.each([
    ['success', 'pass'],
    ['neutral', 'pass'],
    ['skipped', 'pass'],
    ['failure', 'refuse'],
    ['timed_out', 'refuse'],
    ['startup_failure', 'refuse'],
    ['action_required', 'wait'],
    ['cancelled', 'wait'],
    ['stale', 'wait'],
    ['of_a_kind_nobody_knows', 'wait'],
    [null, 'wait'],
  ])('C5, C9, 42, 44: that ended with %s', (conclusion, is) =>
    expect(judge([makeCheck({ conclusion })]).is).toBe(is),
  )

  test.each<[string, CheckFacts[], number | null, string]>([
    ['queued', [makeCheck({ status: 'queued', conclusion: null })], null, 'wait'],
    ['running', [makeCheck({ status: 'in_progress', conclusion: null })], null, 'wait'],
    ['41: absent', [], null, 'wait'],
    ['another name', [makeCheck({ name: 'tests' })], null, 'wait'],
    ['C7, 47: by another app than the pinned one', [makeCheck({ appId: 666 })], CI_APP, 'wait'],
    ['by any app where none is pinned', [makeCheck({ appId: 666 })], null, 'pass'],
    ['a status where an app is pinned', [status()], CI_APP, 'wait'],
    ['a status where none is pinned', [status()], null, 'pass'],
    [
      'C6, 46: red, then green again',
      [makeCheck({ id: 1, conclusion: 'failure', startedAt: at(1) }), green],
      null,
      'pass',
    ],
    [
      'green, then red again',
      [green, makeCheck({ id: 9, conclusion: 'failure', startedAt: at(99) })],
      null,
      'refuse',
    ],
    [
      'green, then started again',
      [green, makeCheck({ id: 9, status: 'queued', conclusion: null, startedAt: at(99) })],
      null,
      'wait',
    ],
    [
      'red in one workflow, green later in another of the same job name',
      [
        makeCheck({ id: 1, source: '1 push', conclusion: 'failure', startedAt: at(1) }),
        makeCheck({ source: '2 push' }),
      ],
      CI_APP,
      'refuse',
    ],
    [
      'red for the branch, green for the merge',
      [
        makeCheck({ id: 1, source: '1 push', conclusion: 'failure', startedAt: at(1) }),
        makeCheck({ source: '1 pull_request' }),
      ],
      null,
      'refuse',
    ],
    [
      'red, then green in another run of the same workflow',
      [
        makeCheck({ id: 1, source: '1 push', conclusion: 'failure', startedAt: at(1) }),
        makeCheck({ source: '1 push' }),
      ],
      CI_APP,
      'pass',
    ],
    [
      '45: check green, status of the same name red',
      [green, status({ conclusion: 'failure' })],
      null,
      'refuse',
    ],
    ['also where the check is pinned', [green, status({ conclusion: 'failure' })], CI_APP, 'refuse'],
    [
      'one app green, another red, none pinned',
      [green, makeCheck({ appId: 666, conclusion: 'failure' })],
      null,
      'refuse',
    ],
    [
      'one app green, another red, the green one pinned',
      [green, makeCheck({ appId: 666, conclusion: 'failure' })],
      CI_APP,
      'pass',
    ],
    ['49: others do not matter', [green, makeCheck({ name: 'lint', conclusion: 'failure' })], null, 'pass'],
    ['51: our own gate never counts', [green, gate], null, 'pass'],
  ])('%s', (_, present, appId, is) => expect(judge(present, appId).is).toBe(is))

  test('an absent one is named', () =>
    expect(judge([])).toMatchObject({ reason: expect.stringContaining('"test"') }))
  test('C3, 48: one that does not come is said to be missing after its time, not while something runs', () => {
    const rules = makeRules({ required: [{ name: 'test', appId: null }] })
    const saidAt = (now: number, present: CheckFacts[] = []) =>
      checks.judge(makeProposal({ rules, pull: makePull({ checks: present, gate: shownAt(18) }), now }))
    const late = { is: 'wait', reason: expect.stringContaining('was expected and has not come') }
    expect(saidAt(at(18) + 14 * 60_000)).not.toMatchObject(late)
    expect(saidAt(at(18) + 15 * 60_000)).toMatchObject(late)
    const lint = makeCheck({ name: 'lint', status: 'in_progress', conclusion: null, startedAt: at(18) })
    expect(saidAt(at(18) + 15 * 60_000, [lint])).not.toMatchObject(late)
  })
  test('the configuration may require more', () => {
    const config = makeConfig({ gates: { checks: ['e2e'] } })
    expect(checks.judge(makeProposal({ config }))).toMatchObject({
      is: 'wait',
      reason: expect.stringContaining('"e2e"'),
    })
  })
  test('a required gate does not wait for itself', () => {
    const rules = makeRules({
      required: [
        { name: 'test', appId: null },
        { name: 'chorus/gate', appId: 5000 },
      ],
    })
    expect(checks.judge(makeProposal({ rules })).is).toBe('pass')
  })
})

/** Our gate stands on the head since then. */
function shownAt(minutes: number): PullFacts['gate'] {
  return makeGate({ at: at(minutes) })
}

describe('nothing is required', () => {
  const rules = makeRules({ required: [{ name: 'chorus/gate', appId: 5000 }] })
  const judge = (present: CheckFacts[], now = at(60)) =>
    checks.judge(makeProposal({ rules, pull: makePull({ checks: present, gate: shownAt(18) }), now }))
  test.each<[string, CheckFacts[], string]>([
    ['all present are green', [green, makeCheck({ name: 'lint' })], 'pass'],
    ['one is red', [green, makeCheck({ name: 'lint', conclusion: 'failure' })], 'refuse'],
    [
      '55, 62: one is running',
      [green, makeCheck({ name: 'lint', status: 'queued', conclusion: null })],
      'wait',
    ],
    ['no CI at all', [gate], 'pass'],
  ])('%s', (_, present, is) => expect(judge(present).is).toBe(is))
  test('not before this very head was seen, however long ago its attempt ended', () => {
    const judgeHead = (pull: Partial<PullFacts>, now: number) =>
      checks.judge(makeProposal({ rules, pull: makePull({ checks: [], ...pull }), now })).is
    // Opened, or brought up to date, just now.
    expect(judgeHead({}, at(60))).toBe('wait')
    expect(judgeHead({ layers: [sha(0x999), sha(0x201)] }, at(60))).toBe('wait')
    expect(judgeHead({ gate: shownAt(60) }, at(60) + 59_000)).toBe('wait')
    expect(judgeHead({ gate: shownAt(60) }, at(61))).toBe('pass')
  })
  test('C8, 59, 60: right after the run CI is given a moment to show up', () => {
    expect(judge([], at(18) + 59_000).is).toBe('wait')
    expect(judge([], at(18) + 60_000)).toEqual({ is: 'pass', note: expect.stringContaining('no CI') })
  })
  test('before it shows up, and while any of it runs, the gate says the same', () => {
    const before = judge([], at(18) + 59_000)
    expect(judge([makeCheck({ status: 'queued', conclusion: null })])).toEqual(before)
    const lint = makeCheck({ name: 'lint', status: 'in_progress', conclusion: null })
    expect(judge([green, lint])).toEqual(before)
    expect(judge([makeCheck({ conclusion: 'failure' }), lint]).is).toBe('refuse')
  })
})

describe('review', () => {
  const asked = makeReview({ id: 1, state: 'changes_requested', at: at(25) })
  const manual = makeConfig({ merge: { strategy: 'manual' } })
  const core = makeConfig({ gates: { core: ['src/**'] } })
  const saidBy = (id: number) =>
    makeRecord({ pullApproval: { by: { id, login: 'bob' }, at: at(30), head: sha(0x201) } })
  const said = saidBy(bob.id)
  const reviewed = (...reviews: ReturnType<typeof makeReview>[]) => makePull({ reviews })
  const one = makeRules({ approvals: 1 })
  const two = makeRules({ approvals: 2 })
  test.each<[string, Parameters<typeof makeProposal>[0], string]>([
    ['nobody has to', {}, 'pass'],
    [
      'a variant in case of a path under `gates.core`',
      { config: core, pull: makePull({ changes: [makeChange({ path: 'SRC/a.ts' })] }) },
      'wait',
    ],
    ['13: one is required and given', { rules: one, pull: reviewed(makeReview()) }, 'pass'],
    ['P1, 16: on an earlier commit', { rules: one, pull: reviewed(makeReview({ sha: sha(8) })) }, 'wait'],
    ['by a triager', { rules: one, pull: reviewed(makeReview({ by: tim })) }, 'wait'],
    ['18: by who asked', { rules: one, pull: reviewed(makeReview({ by: alice })) }, 'wait'],
    ['by an app', { rules: one, pull: reviewed(makeReview({ by: { ...bob, kind: 'app' } })) }, 'wait'],
    ['a comment is no review to GitHub', { rules: one, record: said }, 'wait'],
    [
      'one person twice is one person',
      { rules: two, pull: reviewed(makeReview(), makeReview({ id: 2 })) },
      'wait',
    ],
    [
      'by somebody who may not push any more',
      { rules: one, pull: reviewed(makeReview()), standings: makeStandings({ 102: 'read' }) },
      'wait',
    ],
    ['changes requested by a writer', { pull: reviewed(asked) }, 'wait'],
    ['even on an earlier commit', { pull: reviewed({ ...asked, sha: sha(8) }) }, 'wait'],
    ['changes requested by a stranger', { pull: reviewed({ ...asked, by: tim }) }, 'pass'],
    ['then approved by the same person', { pull: reviewed(asked, makeReview({ id: 2 })) }, 'pass'],
    [
      'then approved by another person only',
      { pull: reviewed(asked, makeReview({ id: 2, by: alice })) },
      'wait',
    ],
    ['12: then dismissed', { pull: reviewed({ ...asked, state: 'dismissed' }) }, 'pass'],
    ['manual', { config: manual }, 'wait'],
    ['manual, approved', { config: manual, pull: reviewed(makeReview()) }, 'pass'],
    ['manual, approved by comment', { config: manual, record: said }, 'pass'],
    [
      'manual, approved by ourselves, who may push',
      {
        config: manual,
        record: saidBy(makeProposal().app.botId),
        standings: makeStandings({ [makeProposal().app.botId]: 'write' }),
      },
      'wait',
    ],
    ['manual, approved by who asked', { config: manual, pull: reviewed(makeReview({ by: alice })) }, 'wait'],
    ['the label on the pull request', { pull: makePull({ labels: ['needs-review'] }) }, 'wait'],
    [
      'the label on the issue',
      { task: makeProposedTask({ issue: makeIssue({ labels: ['needs-review'] }) }) },
      'wait',
    ],
    ['a core path', { config: core }, 'wait'],
    ['perhaps one, as GitHub cut the list', { config: core, pull: makePull({ changes: null }) }, 'wait'],
    [
      'a core path left by a move',
      { config: core, pull: makePull({ changes: [makeChange({ path: 'x', previous: 'src/x' })] }) },
      'wait',
    ],
    ['no core path', { config: core, pull: makePull({ changes: [makeChange({ path: 'x' })] }) }, 'pass'],
    ['somebody pushed', { attempt: sha(0x777) }, 'wait'],
    [
      '53: GitHub refused the merge',
      { pull: makePull({ refusal: { why: 'One approving review is required.', times: 1, again: at(9) } }) },
      'wait',
    ],
    [
      'somebody pushed, and who asked vouches for it',
      { attempt: sha(0x777), pull: reviewed(makeReview({ by: alice })) },
      'pass',
    ],
  ])('%s', (_, over, is) => expect(review.judge(makeProposal(over)).is).toBe(is))
  test('R3: refused by GitHub, it says when it is asked again', () => {
    const refusal = { why: 'A conversation must be resolved.', times: 3, again: at(25) }
    expect(review.judge(makeProposal({ pull: makePull({ refusal }) }))).toEqual({
      is: 'wait',
      ask: '',
      reason:
        'GitHub does not merge it as it is: A conversation must be resolved, 3 times by now; it is asked again at 12:25 UTC, or when the pull request or a rule of its branch changes',
    })
  })
  test('who asked for changes is named', () => {
    expect(review.judge(makeProposal({ pull: reviewed(asked) }))).toMatchObject({
      reason: expect.stringContaining('bob'),
    })
  })
})

describe('requester', () => {
  test.each([
    ['an attempt', null, true],
    ['a revert, which no command approves', { pull: makePull(), own: true, at: at(50), takes: [] }, false],
  ])('how to approve %s', (_, revert, command) => {
    const verdict = requester.judge(makeProposal({ requester: tim, revert }))
    const ask = verdict.is === 'wait' ? verdict.ask : ''
    expect(ask).toContain('can approve it by a review')
    expect(ask?.includes('/chorus approve')).toBe(command)
  })

  const told = (by: Actor | null, over: Partial<Revision> = {}) =>
    makeRecord({
      revisions: [
        {
          attempt: 1,
          why: 'command',
          by: by === null ? null : { id: by.id, login: by.login },
          at: at(5),
          text: 'Add a back door.',
          told: true,
          from: 'head',
          cause: 'comment:1',
          ...over,
        },
      ],
    })
  const second = (continues: string | null) => {
    const claim = makeClaim({
      attempt: 2,
      ticket: { ok: true, value: makeTicket({ attempt: 2, continues }) },
    })
    return { claim, task: makeProposedTask({ claims: [makeClaim(), claim] }) }
  }
  test.each<[string, Parameters<typeof makeProposal>[0], string]>([
    ['may push', {}, 'pass'],
    ['may not push any more', { standings: makeStandings({ 101: 'triage' }) }, 'wait'],
    ['a triager', { requester: tim }, 'wait'],
    [
      'a triager, approved by a writer',
      { requester: tim, pull: makePull({ reviews: [makeReview()] }) },
      'pass',
    ],
    [
      'a triager, approved by another triager',
      {
        requester: tim,
        standings: makeStandings({ 102: 'triage' }),
        pull: makePull({ reviews: [makeReview()] }),
      },
      'wait',
    ],
    ['an app', { requester: { ...alice, kind: 'app' } }, 'wait'],
    ['a triager told the agent what to do', { record: told(tim) }, 'wait'],
    ['a triager only asked for another attempt', { record: told(tim, { text: '', told: false }) }, 'pass'],
    ['a writer told it', { record: told(bob) }, 'pass'],
    ['a triager told it long ago', { record: told(tim, { text: '' }) }, 'wait'],
    [
      'a triager told an attempt that was given up',
      { record: { ...told(tim), voidThrough: 1 }, ...second(null) },
      'pass',
    ],
    [
      'this one went on from an attempt that was given up',
      { record: { ...told(tim), voidThrough: 1 }, ...second(sha(0x201)) },
      'wait',
    ],
    [
      'this one went on from commits that are no attempt’s',
      { record: { ...told(tim), voidThrough: 1 }, ...second(sha(0x777)) },
      'wait',
    ],
    ['a triager told an attempt that is still to come', { record: told(tim, { attempt: 2 }) }, 'pass'],
    [
      'who asked for it approves what a triager told',
      { record: told(tim), pull: makePull({ reviews: [makeReview({ by: alice })] }) },
      'pass',
    ],
    ['CI told it', { record: told(null) }, 'pass'],
    ['nobody', { requester: null }, 'wait'],
  ])('%s', (_, over, is) => expect(requester.judge(makeProposal(over)).is).toBe(is))
})
