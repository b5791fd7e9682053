import { describe, expect, test } from 'vitest'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { emptyControls, type TaskRecord } from '../../../core/ledger.ts'
import { printBranch, printPullMarker, printTaskId } from '../../../core/names.ts'
import { type Plan, plan } from '../../../core/plan.ts'
import { createPlanner } from '../../../core/planner.ts'
import { listConfirmed, listInvolved } from '../../../core/rollback/rollback.ts'
import type {
  BlockerFacts,
  CommentFact,
  PullFacts,
  RevertFacts,
  TaskFacts,
  World,
} from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeApproval,
  makeChange,
  makeCheck,
  makeClaim,
  makeComment,
  makeIssue,
  makeLabeled,
  makePlanClaim,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRules,
  makeRun,
  makeStandings,
  makeTask,
  makeWorld,
  sha,
  tim,
} from '../../make.ts'
import { settle } from '../../settle.ts'

const NOW = at(90)
const tools = { now: NOW, digest: () => 'd'.repeat(64) }
const find = <K extends EffectName>({ effects }: Plan, name: K) =>
  effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === name)
const by = { id: alice.id, login: alice.login }
const run = (tasks: TaskFacts[], more: Partial<World> = {}) => plan(makeWorld({ tasks, ...more }), tools)

function blocker(issue: number, state: 'open' | 'closed'): BlockerFacts {
  return { issue, repo: null, title: 'x', state, stateReason: state === 'open' ? null : 'completed' }
}

type Landing = {
  pull: number
  closed: number
  on?: number[]
  said?: CommentFact[]
  record?: Partial<TaskRecord>
}

/** Landed by that pull request, when its issue was closed. */
function landed(number: number, { pull, closed, on = [], said = [], record = {} }: Landing): TaskFacts {
  const id = printTaskId(number)
  const issue = makeIssue({
    number,
    state: 'closed',
    stateReason: 'completed',
    closedAt: at(closed),
    timeline: [makeLabeled('agent:codex'), ...said],
  })
  const body = printPullMarker({ task: id, attempt: 1 })
  const head = { sha: sha(0x201), branch: printBranch({ agent: 'codex', task: id }) }
  const mergedSha = sha(0xa00 + pull)
  return makeProposedTask({
    id,
    issue,
    pull: makePull({
      number: pull,
      state: 'merged',
      title: `feat: number ${number} [${id}]`,
      body,
      head,
      mergedSha,
    }),
    record: makeRecord({
      issue: number,
      approval: makeApproval({ issue }),
      settled: 1,
      logged: 'merged',
      ...record,
    }),
    blockers: on.map(one => blocker(one, 'closed')),
    branches: new Map(),
  })
}

function open(number: number, ...on: number[]): TaskFacts {
  const issue = makeIssue({ number })
  return makeTask({
    id: printTaskId(number),
    issue,
    record: makeRecord({ issue: number, approval: makeApproval({ issue }) }),
    blockers: on.map(one => blocker(one, one === 7 ? 'closed' : 'open')),
  })
}

function running(number: number, ...on: number[]): TaskFacts {
  const work = { status: 'in_progress', conclusion: null, receipt: null } as const
  return { ...open(number, ...on), claims: [makeClaim()], runs: [makeRun(work)] }
}

const say = (body: string, minute = 80, who = alice) =>
  makeComment({ id: 900 + minute, at: at(minute), by: who, body })

/** 7 is bad; 8 and 9 landed on top, 9 last; 10 is at work and 11 waits for both. */
const PULLS = [
  { issue: 9, pull: 29 },
  { issue: 8, pull: 28 },
  { issue: 7, pull: 27 },
]
const proposed = { rollback: { by, at: at(70), pulls: PULLS, confirmed: null } }
const confirmed = { rollback: { ...proposed.rollback, confirmed: { by, at: at(80) } } }
const bad = (record: Partial<TaskRecord> = {}, ...said: CommentFact[]) =>
  landed(7, { pull: 27, closed: 40, said, record })
const eight = () => landed(8, { pull: 28, closed: 50, on: [7] })
const nine = () => landed(9, { pull: 29, closed: 60, on: [7] })
const world = (first: TaskFacts) => [first, eight(), nine(), running(10, 7), open(11, 8, 10)]

const stateOf = ({ states }: Plan, number: number) => states.get(printTaskId(number))!
const recordOf = (came: Plan, number: number) => find(came, 'record')[0]?.records.get(printTaskId(number))
const answerOn = (came: Plan, issue: number) => find(came, 'say').find(one => one.issue === issue)?.body
const DONE: readonly EffectName[] = ['revert', 'reopen', 'land', 'cancel', 'drop-branch', 'step', 'close']
const doings = ({ effects }: Plan) => effects.filter(effect => DONE.includes(effect.do))

describe('what a rollback would do is told first', () => {
  test('the newest landing first, who waits, and nothing is done', () => {
    const came = run(world(bad({}, say('/chorus rollback'))))
    expect(recordOf(came, 7)?.rollback).toEqual({ by, at: at(80), pulls: PULLS, confirmed: null })
    expect(answerOn(came, 7)).toMatch(
      /Nothing has been done yet[\s\S]*1\. revert #29[\s\S]*2\. revert #28[\s\S]*3\. revert #27[\s\S]*2 open tasks build on it[\s\S]*#10, #11[\s\S]*rollback confirm/,
    )
    expect(doings(came)).toEqual([])
    expect(stateOf(came, 10).is).toBe('running')
  })

  test('of what landed long ago not all that builds on it may be in view, and that is said', () => {
    const told = (days: number) =>
      answerOn(run(world(bad({}, say('/chorus rollback', 40 + days * 24 * 60)))), 7)
    expect(told(6)).not.toContain('are not seen here')
    expect(told(8)).toContain('tasks that were closed that long ago are not seen here')
  })

  test('of two that landed in the same second, the one that builds on the other goes first', () => {
    const nearer = landed(8, { pull: 30, closed: 60, on: [7] })
    const further = landed(9, { pull: 29, closed: 60, on: [8] })
    const came = run([bad({}, say('/chorus rollback')), nearer, further])
    expect(recordOf(came, 7)?.rollback?.pulls.map(one => one.pull)).toEqual([29, 30, 27])
  })

  test('where few build on it, a hotfix is named too', () => {
    expect(answerOn(run([bad({}, say('/chorus rollback'))]), 7)).toContain('/chorus hotfix')
    expect(answerOn(run(world(bad({}, say('/chorus rollback')))), 7)).not.toContain('/chorus hotfix')
  })

  const plans = { ...nine(), claims: [makePlanClaim()] }
  const late = [
    bad(proposed, say('/chorus rollback confirm')),
    eight(),
    nine(),
    landed(12, { pull: 33, closed: 75, on: [9] }),
  ]
  test.each<[string, TaskFacts[], RegExp]>([
    [
      'confirmed in the same breath',
      world(bad({}, say('/chorus rollback\n/chorus rollback confirm'))),
      /nothing is proposed yet/,
    ],
    ['nothing was proposed', world(bad({}, say('/chorus rollback confirm'))), /nothing is proposed yet/],
    [
      'nothing is there to be cancelled',
      world(bad({}, say('/chorus rollback cancel'))),
      /nothing is proposed yet/,
    ],
    [
      'it was said before the proposal was written',
      world(bad(proposed, say('/chorus rollback confirm', 60))),
      /nothing is proposed/,
    ],
    ['more has landed since', late, /has changed since/],
    ['a word that is not known', world(bad(proposed, say('/chorus rollback yes'))), /rollback confirm/],
    [
      'somebody without write access',
      world(bad(proposed, say('/chorus rollback confirm', 80, tim))),
      /needs the write role/,
    ],
    ['it is under way', world(bad(confirmed, say('/chorus rollback confirm', 85))), /already/],
    ['one of them is a plan', [bad({}, say('/chorus rollback')), eight(), plans], /#9 is a plan/],
  ])('refused: %s', (_, tasks, why) => {
    const came = run(tasks)
    expect(answerOn(came, 7)).toMatch(/was not done/)
    expect(answerOn(came, 7)).toMatch(why)
    expect(find(came, 'react')).toMatchObject([{ content: '-1' }])
    if (tasks[0]!.record?.rollback?.confirmed == null) expect(doings(came)).toEqual([])
  })

  test('one that has not landed has nothing to take back', () => {
    const issue = makeIssue({ timeline: [makeLabeled('agent:codex'), say('/chorus rollback')] })
    const came = run([makeTask({ issue })])
    expect(answerOn(came, 7)).toMatch(/nothing to take back/)
  })

  test('confirmed, it is remembered who did; a hotfix is over with it', () => {
    const hotfix = { by, at: at(65), issue: 12 }
    const came = run(world(bad({ ...proposed, hotfix }, say('/chorus rollback confirm', 80, bob))))
    const who = { id: bob.id, login: 'bob' }
    expect(recordOf(came, 7)).toMatchObject({
      rollback: { confirmed: { by: who, at: at(80) } },
      hotfix: null,
    })
    expect(doings(came)).toEqual([])
  })
})

const makeRevert = (pull: Partial<PullFacts> = {}, own = true): RevertFacts => ({
  own,
  at: at(82),
  takes: [],
  pull: makePull({
    number: 31,
    title: 'revert: feat: number 9 (#29)',
    body: 'Takes back #29',
    head: { sha: sha(0x901), branch: 'chorus/revert/29' },
    layers: [sha(0x901)],
    ...pull,
  }),
})
const underWay = (revert: TaskFacts['revert']) => [
  bad(confirmed),
  eight(),
  { ...nine(), revert },
  running(10, 7),
  open(11, 8),
]

describe('a rollback that is under way', () => {
  test('takes back the newest landing first, and only that; what builds on it is ended and waits', () => {
    const came = run(underWay(null))
    expect(find(came, 'revert')).toMatchObject([
      {
        landed: [{ pull: 29, sha: sha(0xa00 + 29), head: sha(0x201) }],
        branch: 'chorus/revert/29',
        into: 'main',
      },
    ])
    expect(find(came, 'revert')[0]?.message).toContain(`This reverts commit ${sha(0xa00 + 29)}.`)
    expect(find(came, 'revert')[0]?.title).toBe('revert: feat: number 9 (#29)')
    expect(find(came, 'cancel')).toMatchObject([{ task: printTaskId(10) }])
    expect(recordOf(came, 10)).toMatchObject({ voidThrough: 1 })
    expect(find(came, 'claim')).toEqual([])
    expect(find(came, 'reopen')).toEqual([])
    for (const number of [10, 11])
      expect(stateOf(came, number)).toMatchObject({ is: 'waiting', on: 'stopped' })
    expect(stateOf(came, 8)).toMatchObject({ is: 'undoing', why: expect.stringContaining('#29') })
  })

  test('its pull request lands when every gate passes, by nobody else’s word', () => {
    expect(find(run(underWay(makeRevert())), 'land')).toMatchObject([
      { task: null, pull: 31, head: sha(0x901), title: 'revert: feat: number 9 (#29)' },
    ])
  })

  test('what was said of the landing holds nothing up that takes it back', () => {
    const landing = { is: 'held' as const, by: { id: 101, login: 'alice' }, at: at(5), head: null, why: '' }
    const held = underWay(makeRevert()).map(task => ({ ...task, record: { ...task.record!, landing } }))
    expect(find(run(held), 'land')).toHaveLength(1)
  })

  const wide = Array.from({ length: 40 }, (_, i) => makeChange({ path: `src/${i}.ts` }))
  test('P12, 33: however much it changes: it was read when it landed', () => {
    expect(find(run(underWay(makeRevert({ changes: wide }))), 'land')).toHaveLength(1)
  })

  const secret = makeChange({ path: '.env' })
  test.each<[string, RevertFacts, Partial<World>, RegExp]>([
    ['red CI', makeRevert({ checks: [makeCheck({ conclusion: 'failure' })] }), {}, /failed/],
    ['CI that has not reported', makeRevert({ checks: [] }), {}, /has not reported/],
    ['a commit of somebody else', makeRevert({}, false), {}, /not known as the one/],
    ['another base', makeRevert({ base: { branch: 'old', sha: sha(1) } }), {}, /only main/],
    [
      'a protected path',
      makeRevert({ changes: [makeChange({ path: '.github/workflows/ci.yml' })] }),
      {},
      /may not be changed/,
    ],
    ['a file for secrets', makeRevert({ changes: [secret] }), {}, /secrets/],
    ['the label hold', makeRevert({ labels: ['hold'] }), {}, /take the label off/],
    ['a conflict', makeRevert({ mergeable: false }), {}, /conflicts/],
    ['reviews asked for', makeRevert(), { rules: makeRules({ approvals: 1 }) }, /approving review/],
    [
      'who confirmed it may not push any more',
      makeRevert(),
      { standings: makeStandings({ 101: 'read' }) },
      /may not push/,
    ],
    [
      'a freeze',
      makeRevert(),
      { ledger: { ...makeWorld().ledger, controls: { ...emptyControls, frozen: { by, at: at(1) } } } },
      /froze/,
    ],
  ])('held by %s', (_, revert, more, why) => {
    const tasks = underWay(revert)
    const { records } = makeWorld({ tasks }).ledger
    const ledger = { ...(more.ledger ?? makeWorld().ledger), records }
    const came = run(tasks, { ...more, ledger })
    expect(find(came, 'land')).toEqual([])
    const [gate] = find(came, 'gate')
    expect(gate).toMatchObject({ pull: 31, head: sha(0x901) })
    expect(gate?.conclusion).not.toBe('success')
    expect(stateOf(came, 9)).toMatchObject({ is: 'undoing', why: expect.stringMatching(why) })
  })

  test('behind a base that asks for up-to-date branches, it is brought up to date', () => {
    const came = run(underWay(makeRevert({ current: false })), { rules: makeRules({ strict: true }) })
    expect(find(came, 'update')).toMatchObject([{ task: null, pull: 31 }])
    expect(find(came, 'land')).toEqual([])
  })

  test('it lands after another, not beside it, where each landing puts the rest behind', () => {
    const id = printTaskId(4)
    const pull = makePull({
      number: 44,
      body: printPullMarker({ task: id, attempt: 1 }),
      head: { sha: sha(0x201), branch: printBranch({ agent: 'codex', task: id }) },
    })
    const other = makeProposedTask({
      id,
      issue: makeIssue({ number: 4 }),
      record: makeRecord({ issue: 4 }),
      pull,
    })
    const rules = makeRules({ strict: true, linear: true })
    const lands = (tasks: TaskFacts[]) => find(run(tasks, { rules }), 'land').map(one => one.pull)
    expect(lands([other, ...underWay(makeRevert())])).toEqual([44])
    expect(lands([...underWay(makeRevert()), other])).toEqual([31])
  })

  test.each<[string, TaskFacts['revert'], RegExp]>([
    ['git finds a conflict', 'clash', /by hand/],
    [
      'somebody closed it',
      makeRevert({ state: 'closed', closedBy: bob }),
      /was closed by .*bob: open it again/,
    ],
  ])('a person is told when %s', (_, revert, why) => {
    const came = run(underWay(revert))
    expect(doings(came).filter(one => one.do !== 'cancel')).toEqual([])
    expect(answerOn(came, 9)).toMatch(why)
    expect(answerOn(came, 9)).toContain('/chorus rollback cancel')
  })

  test('what landed on top meanwhile was never confirmed: nothing is taken back', () => {
    const came = run([...underWay(null), landed(12, { pull: 33, closed: 85, on: [9] })])
    expect(find(came, 'revert')).toEqual([])
    expect(stateOf(came, 9)).toMatchObject({ why: expect.stringContaining('#12 has landed on top') })
  })

  test('one of the list that is not in view keeps the others from going before it', () => {
    const came = run([bad(confirmed), eight()])
    expect(find(came, 'revert')).toEqual([])
    expect(stateOf(came, 8)).toMatchObject({ is: 'undoing', why: expect.stringContaining('#9') })
  })

  test('whose link was taken off since it was confirmed is taken back all the same', () => {
    const came = run([bad(confirmed), eight(), { ...nine(), blockers: [] }])
    expect(find(came, 'revert')).toMatchObject([{ landed: [{ pull: 29 }] }])
  })

  test('all of it stays in view until the bad one itself is taken back', () => {
    const record = makeRecord({ issue: 7, ...confirmed })
    const taken = (pull: number) => ({ by, at: at(80), pull, because: 7 })
    expect(listInvolved(record)).toEqual([9, 8, 7])
    expect(listInvolved({ ...record, undone: taken(20) })).toEqual([9, 8, 7])
    expect(listInvolved({ ...record, undone: taken(27) })).toEqual([])
    expect(listInvolved(makeRecord({ issue: 7, ...proposed }))).toEqual([])
  })

  test('a stop of the whole repository stops it too', () => {
    const tasks = underWay(null)
    const { ledger } = makeWorld({ tasks })
    const controls = { ...emptyControls, stopped: { by, at: at(85) } }
    expect(find(run(tasks, { ledger: { ...ledger, controls } }), 'revert')).toEqual([])
  })

  test('who cancels it sees nothing of it land any more, in that very pass either', () => {
    const [, ...others] = underWay(makeRevert())
    const came = run([bad(confirmed, say('/chorus rollback cancel', 85)), ...others])
    expect(recordOf(came, 7)?.rollback).toBeNull()
    expect(find(came, 'land')).toEqual([])
    expect(find(run([bad(confirmed), ...others]), 'land')).toHaveLength(1)
  })

  describe('cancelled while its pull request is open, which another controller may be landing in this moment', () => {
    const cancelled = { cancelled: confirmed.rollback }
    const behind = (revert: TaskFacts['revert']) => [eight(), { ...nine(), revert }, open(11, 7)]

    test('it is looked after', () => {
      const came = run([
        bad(confirmed, say('/chorus rollback cancel', 85)),
        ...behind(makeRevert({ state: 'open' })),
      ])
      const record = recordOf(came, 7)!
      expect(record).toMatchObject({ rollback: null, ...cancelled })
      expect(listInvolved(record)).toEqual([9, 8, 7])
      expect([...listConfirmed({ records: new Map([[printTaskId(7), record]]) }).keys()]).toEqual([
        29, 28, 27,
      ])
    })

    test('what did land is known to be gone; nothing else of it is taken back', () => {
      const tasks = [bad(cancelled), ...behind(makeRevert({ state: 'merged' }))]
      const came = run(tasks)
      expect(recordOf(came, 9)?.undone).toMatchObject({ pull: 29, because: 7 })
      expect(find(came, 'reopen')).toMatchObject([{ issue: 9 }])
      expect([stateOf(came, 8).is, recordOf(came, 7)]).toEqual(['merged', undefined])
      const later = run([bad(cancelled), eight(), undone(nine(), 'open'), open(11, 7)])
      expect([recordOf(later, 7)?.cancelled, find(later, 'revert')]).toEqual([null, []])
    })

    test('it neither lands nor is made anew, nor does anybody wait for it; once it is closed it is forgotten', () => {
      const still = run([bad(cancelled), ...behind(makeRevert({ state: 'open' }))], {
        reverts: new Map([[29, sha(0x901)]]),
      })
      expect([find(still, 'land'), recordOf(still, 7)]).toEqual([[], undefined])
      expect(find(still, 'drop-branch')).toMatchObject([{ branch: 'chorus/revert/29' }])
      expect(stateOf(still, 9).is).toBe('merged')
      expect(stateOf(still, 11)).not.toMatchObject({ on: 'stopped' })
      for (const revert of [makeRevert({ state: 'closed' }), null]) {
        const came = run([bad(cancelled), ...behind(revert)])
        expect([recordOf(came, 7)?.cancelled, find(came, 'revert')]).toEqual([null, []])
      }
    })

    test('also by a process for which it has been at rest since: what becomes of it shows on another task', () => {
      const planner = createPlanner()
      const open = [bad(cancelled), ...behind(makeRevert({ state: 'open' }))]
      const first = makeWorld({ tasks: open })
      const shown = settle(first, planner(first, tools).effects)
      expect(recordOf(planner(shown, tools), 7)).toBeUndefined()
      const tasks = shown.tasks.map(one => (one.revert === null ? one : { ...one, revert: null }))
      expect(recordOf(planner({ ...shown, tasks }, tools), 7)?.cancelled).toBeNull()
    })

    test('who confirms it once more has all of it taken back', () => {
      const again = bad({ ...proposed, ...cancelled }, say('/chorus rollback confirm', 85))
      const came = run([again, ...behind(makeRevert({ state: 'open' }))])
      expect(recordOf(came, 7)).toMatchObject({ rollback: { confirmed: { by } }, cancelled: null })
    })
  })

  test('cancelled, its branch goes, and all else as if it had never been', () => {
    const cancelled = [bad(), ...underWay(makeRevert()).slice(1)]
    const came = run(cancelled, { reverts: new Map([[29, sha(0x901)]]) })
    expect(find(came, 'drop-branch').filter(one => one.branch.startsWith('chorus/'))).toMatchObject([
      { branch: 'chorus/revert/29', sha: sha(0x901) },
    ])
    expect(stateOf(came, 9).is).toBe('merged')
    expect(stateOf(came, 10).is).toBe('running')
  })

  test('nothing goes while some record cannot be read', () => {
    const tasks = [bad(), eight()]
    const { ledger } = makeWorld({ tasks })
    const broken = { controls: null, records: new Map([[printTaskId(50), 'foreign' as const]]) }
    const came = run(tasks, { ledger: { ...ledger, broken }, reverts: new Map([[29, sha(0x901)]]) })
    expect(find(came, 'drop-branch').filter(one => one.branch.startsWith('chorus/'))).toEqual([])
  })
})

/** As they are once their landing was taken back. */
function undone(task: TaskFacts, state: 'open' | 'closed'): TaskFacts {
  const taken = { by, at: at(80), pull: task.pull!.number, because: 7 }
  const record = { ...task.record!, undone: taken, stopped: { by, at: at(80) }, voidThrough: 1, countFrom: 1 }
  const issue = state === 'open' ? { ...task.issue, state, closedAt: null, stateReason: null } : task.issue
  return { ...task, issue, record, pull: null, revert: null }
}

describe('once a revert has landed', () => {
  test('its task is as if it had never landed, and is open again', () => {
    const came = run(underWay(makeRevert({ state: 'merged' })))
    expect(recordOf(came, 9)).toMatchObject({
      undone: { by, at: at(80), pull: 29, because: 7 },
      stopped: { by, at: at(80) },
      voidThrough: 1,
    })
    expect(find(came, 'reopen')).toMatchObject([{ issue: 9 }])
    expect(find(came, 'revert')).toEqual([])
    expect(stateOf(came, 9)).toMatchObject({
      is: 'waiting',
      on: 'stopped',
      why: expect.stringContaining('#29 was taken back'),
    })
  })

  test('cancelled after that, before anybody saw it land, it is known to be gone all the same', () => {
    const [, ...others] = underWay(makeRevert({ state: 'merged' }))
    const came = run([bad(confirmed, say('/chorus rollback cancel', 85)), ...others])
    expect(recordOf(came, 7)?.rollback).toBeNull()
    expect(recordOf(came, 9)?.undone).toMatchObject({ pull: 29, because: 7 })
    expect(find(came, 'reopen')).toMatchObject([{ issue: 9 }])
    expect(stateOf(came, 8).is).toBe('merged')
    // Not opened yet by then, it is by the next look.
    expect(find(run([bad(), eight(), undone(nine(), 'closed')]), 'reopen')).toMatchObject([{ issue: 9 }])
    const alone = { by, at: at(70), pulls: [{ issue: 7, pull: 27 }], confirmed: { by, at: at(80) } }
    const last = bad({ rollback: alone }, say('/chorus rollback cancel', 85))
    const came7 = run([{ ...last, revert: makeRevert({ state: 'merged' }) }, open(11, 7)])
    expect(recordOf(came7, 7)).toMatchObject({ rollback: null, undone: { pull: 27 } })
    expect(find(came7, 'reopen')).toMatchObject([{ issue: 7 }])
  })

  test('cancelled while all is stopped, it is known to be gone once that goes on', () => {
    const [, ...others] = underWay(makeRevert({ state: 'merged' }))
    const tasks = [bad(confirmed, say('/chorus rollback cancel', 85)), ...others]
    const controls = { ...emptyControls, stopped: { by, at: at(84) } }
    const held = run(tasks, { ledger: { ...makeWorld({ tasks }).ledger, controls } })
    expect([recordOf(held, 9)?.undone, recordOf(held, 7)?.rollback]).toEqual([null, null])
    const later = tasks.map(task => ({ ...task, record: recordOf(held, task.issue.number) ?? task.record }))
    const came = run(later)
    expect(recordOf(came, 9)?.undone).toMatchObject({ pull: 29, because: 7 })
    expect(find(came, 'reopen')).toMatchObject([{ issue: 9 }])
    expect(stateOf(came, 8).is).toBe('merged')
  })

  test('the next one follows', () => {
    const came = run([bad(confirmed), eight(), undone(nine(), 'open'), open(11, 8)])
    expect(find(came, 'revert')).toMatchObject([{ landed: [{ pull: 28 }] }])
    expect(find(came, 'reopen')).toEqual([])
  })

  const over = (state: 'open' | 'closed') => [
    undone(bad(confirmed), state),
    undone(eight(), 'open'),
    undone(nine(), 'open'),
  ]
  test('until the bad one is open again, those that build on it wait', () => {
    const came = run([...over('closed'), open(11, 7)])
    expect(find(came, 'reopen')).toMatchObject([{ issue: 7 }])
    expect(stateOf(came, 11)).toMatchObject({ is: 'waiting', on: 'stopped' })
    expect(find(came, 'claim')).toEqual([])
  })

  test('then they wait for it as before it landed, and nobody begins it unasked', () => {
    const eleven = { ...open(11), blockers: [blocker(7, 'open')] }
    const came = run([...over('open'), eleven])
    expect(stateOf(came, 11)).toMatchObject({ is: 'waiting', on: 'blockers' })
    for (const number of [7, 8, 9])
      expect(stateOf(came, number)).toMatchObject({ is: 'waiting', on: 'stopped' })
    expect(doings(came)).toEqual([])
  })

  test('closed by a person afterwards, it stays closed', () => {
    const [first, ...others] = over('closed')
    const issue = { ...first!.issue, closedAt: at(85) }
    const came = run([{ ...first!, issue }, ...others])
    expect(find(came, 'reopen')).toEqual([])
    expect(stateOf(came, 7).is).toBe('dropped')
  })

  test('asked for again, it is begun by an attempt of its own number', () => {
    const [first, ...others] = over('open')
    const issue = { ...first!.issue, timeline: [...first!.issue.timeline, say('/chorus run', 88)] }
    const came = run([{ ...first!, issue }, ...others])
    expect(find(came, 'claim')).toMatchObject([{ task: printTaskId(7), attempt: 2 }])
  })
})

test('what was landed and taken back before does not hide what is wanted taken back now', () => {
  const again = { by, at: at(85), pulls: [{ issue: 9, pull: 39 }], confirmed: { by, at: at(86) } }
  const own = makeRecord({ issue: 9, rollback: again })
  const records = [makeRecord({ issue: 7, ...confirmed }), own, makeRecord({ issue: 8, ...proposed })]
  for (const given of [records, records.toReversed()]) {
    const ledger = { records: new Map(given.map(record => [printTaskId(record.issue), record])) }
    expect([...listConfirmed(ledger)].sort((a, b) => a[0] - b[0])).toEqual([
      [27, at(80)],
      [28, at(80)],
      [29, at(80)],
      [39, at(86)],
    ])
  }
})
