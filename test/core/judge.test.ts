import { describe, expect, test } from 'vitest'
import type { JudgedFacts, JudgeRight } from '../../core/check.ts'
import type { Effect } from '../../core/effect.ts'
import { parseJudgeRef, printJudgeRef, startJudge } from '../../core/landing/judgement.ts'
import type { TrainFacts } from '../../core/landing/trainfacts.ts'
import { printTaskId } from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import { clearRights } from '../../core/steps/judge.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import {
  at,
  makeApproval,
  makeCheck,
  makeClaim,
  makeConfig,
  makeGate,
  makeIssue,
  makeRecord,
  makeRules,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../make.ts'
import { HEAD } from './landing/ready.ts'
import { makeUnjudged, makeTrain as train } from './ready.ts'

const judged = (number: number, over: Partial<JudgedFacts> = {}): JudgedFacts => ({
  try: number,
  run: 1000 + number,
  url: null,
  verdict: 'passed',
  at: at(59),
  tail: null,
  refusal: null,
  usual: null,
  ...over,
})
const green = { judged: [judged(1)] }
const red = { judged: [judged(1, { verdict: 'failed' })] }
const underWay = { judged: [judged(1, { verdict: null })] }

const config = (more: object = {}, rest: object = {}): Pick<World, 'config'> => ({
  config: {
    ok: true,
    value: makeConfig({ merge: { judge: 'job', ...more }, checks: [{ name: 't', run: 'true' }], ...rest }),
  },
})
const EXACT = config({ exact: true })

const KEY = '0123456789ab'

function acts(tasks: readonly TaskFacts[], over: Partial<World> = {}): string[] {
  const judge = { key: KEY, underWay: 0 }
  const world = makeWorld({
    tasks,
    rules: makeRules({ strict: false, required: [] }),
    judge,
    ...config(),
    ...over,
  })
  const digest = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64)
  return plan(world, { now: at(60), digest }).effects.flatMap(print)
}

function print(effect: Effect): string[] {
  switch (effect.do) {
    case 'judge':
      return [`ask ${effect.task === null ? 'train' : effect.head.slice(-2)} ${effect.title.slice(-2)}`]
    case 'assemble':
      return [`assemble ${effect.members.map(member => member.pull).join('+')}`]
    case 'land':
      return [`land ${effect.pull}`]
    case 'update':
      return [`update ${effect.pull}`]
    case 'cancel':
      return [`cancel ${effect.run}`]
    case 'drop-branch':
      return ['drop']
    case 'claim':
      return [`claim ${effect.attempt}`]
    default:
      return []
  }
}

const { ledger } = makeWorld()
const stopped = {
  ...ledger,
  controls: { ...ledger.controls, stopped: { by: { login: 'ada', id: 1 }, at: at(1) } },
}

describe('single pull requests', () => {
  const [one, two] = [makeUnjudged(1), makeUnjudged(2)]
  test.each<[string, string[], string[]]>([
    ['each is judged as it is', acts([one, two]), ['ask 01 #1', 'ask 02 #1']],
    ['and lands when it is green', acts([makeUnjudged(1, green), two]), ['land 101', 'ask 02 #1']],
    ['not while it is being judged', acts([makeUnjudged(1, underWay)]), []],
    ['red once is asked again', acts([makeUnjudged(1, red)]), ['ask 01 #2']],
    [
      'red twice goes back to its agent',
      acts([makeUnjudged(1, { judged: [1, 2].map(n => judged(n, { verdict: 'failed' })) })]),
      ['claim 2'],
    ],
    [
      'not where what the branch requires is red: that has to change first',
      acts([makeUnjudged(1, { checks: [makeCheck({ name: 'ci', conclusion: 'failure' })] })], {
        rules: makeRules({ strict: false, required: [{ name: 'ci', appId: null }] }),
      }),
      ['claim 2'],
    ],
    ['not while a label holds it', acts([makeUnjudged(1, { labels: ['hold'] })]), []],
    ['not on a conflict', acts([makeUnjudged(1, { mergeable: false })]), ['claim 2']],
    [
      'while people review it',
      acts([one], { rules: makeRules({ strict: false, required: [], approvals: 1 }) }),
      ['ask 01 #1'],
    ],
    [
      'what the branch requires has to pass too',
      acts([makeUnjudged(1, green)], {
        rules: makeRules({ strict: false, required: [{ name: 'ci', appId: null }] }),
      }),
      [],
    ],
    [
      'a red one that nobody requires says nothing, as the job judges',
      acts([makeUnjudged(1, { ...green, checks: [makeCheck({ conclusion: 'failure' })] })]),
      ['land 101'],
    ],
    [
      'a person presses the button: judged all the same',
      acts([one], config({ strategy: 'pr' })),
      ['ask 01 #1'],
    ],
    [
      'where CI judges nobody asks',
      acts([makeUnjudged(1, { gate: makeGate() })], {
        judge: null,
        config: { ok: true, value: makeConfig() },
      }),
      ['land 101'],
    ],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))
})

/** Its attempt has a runner of its own. */
function makeRunning(issue: number): TaskFacts {
  const task = printTaskId(issue)
  const ticket = { ok: true as const, value: makeTicket({ task, issue }) }
  return makeTask({
    issue: makeIssue({ number: issue }),
    record: makeRecord({ issue }),
    claims: [makeClaim({ ticket, at: at(50) })],
    runs: [
      makeRun({
        status: 'in_progress',
        conclusion: null,
        receipt: null,
        createdAt: at(51),
        updatedAt: at(59),
      }),
    ],
  })
}

function makeBeginning(number: number): TaskFacts {
  const issue = makeIssue({ number })
  return makeTask({ issue, record: makeRecord({ issue: number, approval: makeApproval({ issue }) }) })
}

/** Stopped, and its run has not ended yet. */
function makeEnding(number: number): TaskFacts {
  const { claims, runs } = makeRunning(number)
  const task = makeBeginning(number)
  const by = { login: 'ada', id: 1 }
  const record = { ...task.record!, stopped: { by, at: at(59) }, voidThrough: 1 }
  return { ...task, claims, runs, record }
}

describe('places', () => {
  const three = [1, 2, 3].map(issue => makeUnjudged(issue))
  const limits = (parallel: number) => config({}, { limits: { parallel } })
  const exact = (parallel: number) => config({ exact: true }, { limits: { parallel } })
  // Nobody would ask about them one by one.
  const behind = [1, 2].map(issue => makeUnjudged(issue, { current: false }))
  test.each<[string, string[], string[]]>([
    ['as many as the limit says', acts(three, limits(2)), ['ask 01 #1', 'ask 02 #1']],
    [
      'Q9: an attempt under way and merge jobs share them',
      acts([...three, makeRunning(9)], limits(3)),
      ['ask 01 #1', 'ask 02 #1'],
    ],
    [
      'Q9: those under way count',
      acts(three, { ...limits(2), judge: { key: KEY, underWay: 1 } }),
      ['ask 01 #1'],
    ],
    ['none is free', acts(three, { ...limits(2), judge: { key: KEY, underWay: 2 } }), []],
    [
      'what is being ended has one',
      acts([...three, makeEnding(9)], limits(3)),
      ['ask 01 #1', 'ask 02 #1', 'cancel 4001'],
    ],
    [
      'who would begin comes after a combination',
      acts([...behind, makeBeginning(9)], { ...EXACT, ...exact(1), trains: [train([1, 2])] }),
      ['ask train #1'],
    ],
    [
      'and beside it where there is room for both',
      acts([...behind, makeBeginning(9)], { ...EXACT, ...exact(2), trains: [train([1, 2])] }),
      ['claim 1', 'ask train #1'],
    ],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))
})

describe('where what lands has to be what was judged', () => {
  const [one, two] = [makeUnjudged(1), makeUnjudged(2)]
  const behind = makeUnjudged(1, { current: false })
  const updated = { layers: [HEAD(1), sha(0x5000)] }
  const trains = (...all: TrainFacts[]) => ({ ...EXACT, trains: all })
  test.each<[string, string[], string[]]>([
    ['one alone that is up to date is judged itself', acts([one], EXACT), ['ask 01 #1']],
    ['one that is behind is updated first', acts([behind], EXACT), ['update 101']],
    ['several go together, and nobody is judged by himself', acts([one, two], EXACT), ['assemble 101+102']],
    ['not where all is stopped', acts([one, two], { ...trains(train([1, 2])), ledger: stopped }), []],
    [
      'nor where nobody knows whether it is, in the repository of its owner',
      acts([one, two], {
        ...trains(train([1, 2])),
        owner: { home: 'octo/.github', stopped: null, paused: null, frozen: null, distrust: 'foreign' },
      }),
      [],
    ],
    ['nor where somebody has left it', acts([one], trains(train([1, 9]))), ['ask 01 #1', 'drop']],
    ['the combination is judged', acts([one, two], trains(train([1, 2]))), ['ask train #1']],
    ['once', acts([one, two], trains(train([1, 2], underWay))), []],
    [
      'before what is judged by itself, where one place is free',
      acts([makeUnjudged(3, { layers: [HEAD(3), sha(0x5000)] }), one, two], {
        ...trains(train([1, 2])),
        ...config({ exact: true }, { limits: { parallel: 1 } }),
      }),
      ['ask train #1'],
    ],
    ['green it lands', acts([one, two], trains(train([1, 2], green))), ['land 500']],
    [
      'red, its parts are judged',
      acts([one, two], trains(train([1, 2], red))),
      ['assemble 101', 'assemble 102'],
    ],
    [
      'broken off, it is judged again',
      acts([one, two], trains(train([1, 2], { judged: [judged(1, { verdict: 'broken' })] }))),
      ['ask train #2'],
    ],
    [
      'built on another base, it goes, and its run with it',
      acts([one, two], trains(train([], { members: null, ...underWay }))),
      ['cancel 1001', 'drop', 'assemble 101+102'],
    ],
    [
      'who was brought up to date for being red goes with nobody',
      acts([makeUnjudged(1, updated), two, makeUnjudged(3)], EXACT),
      ['ask 01 #1', 'assemble 102+103'],
    ],
    [
      'nobody is updated while that is judged',
      acts([makeUnjudged(1, { ...updated, ...underWay }), makeUnjudged(2, { current: false })], EXACT),
      [],
    ],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))
})

describe('who may start a judgement', () => {
  const name = { sha: sha(0x51), key: KEY, try: 1 }
  const right = (over: Partial<JudgeRight> = {}): JudgeRight => ({
    name,
    sha: sha(0x77),
    at: at(50),
    since: at(49),
    open: true,
    ...over,
  })
  const over = right({ open: false })
  const clear = (judgeRights: JudgeRight[], judge: World['judge'] = { key: KEY, underWay: 0 }) =>
    clearRights(makeWorld({ judge, judgeRights }), at(60)).flatMap(effect =>
      effect.do === 'drop-refs' ? [effect.refs.length] : [],
    )

  test.each<[string, number[], number[]]>([
    ['what a list shows has no use any more', clear([over, over]), [2]],
    ['nor where nobody judges any more', clear([over], null), [1]],
    ['somebody waits for it', clear([right()]), []],
    ['another one may not see the run yet', clear([right({ open: false, at: at(60) - 5_000 })]), []],
    ['it has its time', clear([right({ open: false, at: at(59), since: at(40) })]), []],
    ['while something is judged it stays', clear([over], { key: KEY, underWay: 1 }), []],
    ['unless there are many', clear(Array(120).fill(over), { key: KEY, underWay: 1 }), [100]],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))

  test('is who moves its ref from where it stands', () => {
    const ref = `refs/chorus/judging/${name.sha}/${KEY}/1`
    expect([printJudgeRef(name), parseJudgeRef(ref)]).toEqual([ref, name])
    expect(parseJudgeRef(`${ref}0`)).toEqual({ ...name, try: 10 })
    for (const other of [`${ref}/2`, ref.replace(/1$/, '0'), ref.replace('judging', 'claims')])
      expect(parseJudgeRef(other)).toBeNull()
    const start = (rights: JudgeRight[]) => startJudge(name, sha(5), rights).takeover
    expect(start([])).toEqual({ ref, before: null, since: null })
    expect(start([right()])).toEqual({ ref, before: sha(0x77), since: at(49) })
    // Somebody else put it there: it stands there, and says nothing.
    expect(start([right({ at: 0, since: 0 })])).toEqual({ ref, before: sha(0x77), since: null })
  })
})

test('who asks the merge job says who was given a place before', () => {
  const judge = { key: KEY, underWay: 0 }
  const admitted = sha(0xad)
  const rules = makeRules({ strict: false, required: [] })
  const world = makeWorld({
    tasks: [makeUnjudged(1)],
    rules,
    judge,
    ...config(),
    admission: { last: admitted, at: at(60) },
  })
  const { effects } = plan(world, { now: at(60), digest: text => text })
  expect(effects.find(effect => effect.do === 'judge')).toMatchObject({ admitted })
})
