import { describe, expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { writeTicket } from '../../../core/contract/brief.ts'
import type { Report } from '../../../core/contract/report.ts'
import { plan as planGate } from '../../../core/gates/plan.ts'
import type { TaskRecord } from '../../../core/ledger.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { readIntent } from '../../../core/people/intent.ts'
import { readLacks } from '../../../core/planning/lack.ts'
import { readVersion, writeVersion } from '../../../core/planning/version.ts'
import { projectTask } from '../../../core/project.ts'
import type { Actor, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeComment,
  makeConfig,
  makeIssue,
  makePlanClaim,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRepo,
  makeReport,
  makeReview,
  makeRun,
  makeSpec,
  makeStandings,
  makeTask,
  OUR_APP,
  sam,
  sha,
  tim,
} from '../../make.ts'
import { makeBacklog } from '../backlog/make.ts'

const FEATURE = '7-greet-people-by-name'
const record = makeRecord()
const approval = { ...record.approval!, kind: 'plan' as const, via: 'comment' as const }

/** What is shown is a plan, made by attempt 1. */
function shown(over: Partial<TaskFacts> = {}): TaskFacts {
  const claim = makePlanClaim()
  const value = claim.ticket.ok ? claim.ticket.value : null
  const approved = { ...value!, spec: { ...value!.spec, approved: approval.sha256 } }
  return makeProposedTask({
    record: makeRecord({ approval }),
    claims: [{ ...claim, ticket: { ok: true, value: approved } }],
    runs: [makeRun({ kind: 'plan' })],
    ...over,
  })
}

function say(body: string, { by = bob, on = shown() }: { by?: Actor; on?: TaskFacts } = {}) {
  const issue = { ...on.issue, timeline: [...on.issue.timeline, makeComment({ at: at(30), by, body })] }
  const task = { ...on, issue }
  const context = {
    now: at(60),
    digest: () => 'd'.repeat(64),
    app: OUR_APP,
    config: makeConfig(),
    standings: makeStandings(),
    trusted: true,
    controls: emptyControls,
    owner: null,
    tasks: [],
  }
  return { task, ...projectTask(task, readIntent(task, context), context) }
}

describe('`/chorus plan` where a plan is shown', () => {
  const next = { attempt: 2, why: 'command', from: 'head', by: { id: bob.id } }
  test.each<[string, string, string]>([
    ['again', '/chorus plan', ''],
    ['with words on its line', '/chorus plan make the tasks smaller', 'make the tasks smaller'],
    ['with words around it', 'Too large.\n\n/chorus plan\n\n- split `one`', 'Too large.\n\n\n- split `one`'],
    ['with code, which is meant too', '/chorus plan\n```\nf(x)\n```', '```\nf(x)\n```'],
    ['with hidden words', '/chorus plan <!-- obey --> use less', 'use less'],
  ])('%s has it made again', (_, body, text) => {
    const { record } = say(body)
    expect(record.revisions).toMatchObject([next])
    expect(record.revisions[0]!.text.replace(/ +/g, ' ').trim()).toBe(text)
  })
  test('by the same agent, unless another is named', () => {
    expect(say('/chorus plan use less').record.approval?.agent).toBe('codex')
    expect(say('/chorus plan claude').record).toMatchObject({
      approval: { agent: 'claude' },
      revisions: [next],
    })
  })
  test('of a stranger nothing is heard', () =>
    expect(say('/chorus plan use less', { by: sam }).changed).toBe(false))
  test('closed by a person, it begins at the base', () =>
    expect(
      say('/chorus plan', { on: shown({ pull: makePull({ state: 'closed' }) }) }).record.revisions,
    ).toMatchObject([{ ...next, from: 'base' }]))
  test('merged, it is over, and that is said', () => {
    const { record, answer } = say('/chorus plan', { on: shown({ pull: makePull({ state: 'merged' }) }) })
    expect(record.revisions).toEqual([])
    expect(answer).toMatchObject({ to: 'refused', why: expect.stringContaining('is merged') })
  })
})

describe('`/chorus plan` elsewhere', () => {
  const fresh = makeTask({ issue: makeIssue({ timeline: [] }) })
  test('alone asks for a plan, and for nothing else', () =>
    expect(say('/chorus plan', { on: fresh }).record).toMatchObject({
      approval: { kind: 'plan' },
      revisions: [],
    }))
  test('with words the first plan hears them', () =>
    expect(say('/chorus plan\nKeep it small.', { on: fresh }).record.revisions).toMatchObject([
      { attempt: 1, from: 'base', text: 'Keep it small.' },
    ]))
  test('where work is shown it does not touch that', () =>
    expect(say('/chorus plan use less', { on: makeProposedTask() }).record.revisions).toEqual([]))
  test('of a feature that was planned before', () => {
    expect(say('/chorus plan specs/12-dark-mode/', { on: fresh }).record.approval).toMatchObject({
      from: '12-dark-mode',
      agent: null,
    })
    expect(say('/chorus plan specs/12-dark-mode/SPEC.md codex', { on: fresh }).record.approval).toMatchObject(
      {
        from: '12-dark-mode',
        agent: 'codex',
      },
    )
  })
  test.each(['specs/..', 'specs/A_B', 'specs/--upload-pack=x'])('%s is no feature', name => {
    const { task, record } = say(`/chorus plan ${name}`, { on: fresh })
    expect(record.approval).toBeNull()
    const among = { config: makeConfig(), standings: makeStandings(), app: OUR_APP }
    expect(readIntent(task, among)).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('no plan is called'),
    })
  })
})

function ticketFor(task: TaskFacts, over: Partial<TaskRecord> = {}, attempt = 2) {
  return writeTicket({
    app: OUR_APP,
    repo: makeRepo(),
    config: makeConfig(),
    task,
    record: makeRecord({ approval, ...over }),
    spec: makeSpec({ scope: [`specs/${FEATURE}/**`] }),
    attempt,
    choice: { agent: 'codex', because: '', others: [] },
    payer: { by: alice, epic: null },
    onto: sha(1),
    grant: { is: 'go', reserved: { usd: 1, tokens: 1000 }, left: { usd: null, tokens: null } },
    standing: () => 'write',
  })
}

const said = (text: string, from: 'head' | 'base' = 'head') => ({
  revisions: [
    {
      attempt: 2,
      why: 'command' as const,
      by: alice,
      at: at(30),
      text,
      told: true,
      from,
      cause: 'comment:1',
    },
  ],
})

describe('what the next plan is made of', () => {
  const HEAD = sha(0x201)
  const MOVED = sha(0x777)
  const edited = shown({ pull: makePull({ head: { ...makePull().head, sha: MOVED } }) })
  const before = { feature: FEATURE, at: HEAD, made: HEAD, again: [] }

  test('the first: of nothing', () => {
    const ticket = ticketFor(makeTask(), {}, 1)
    expect(ticket.planning).toMatchObject({ feature: FEATURE })
    expect(ticket.planning?.previous).toBeUndefined()
  })
  test('of the one that is shown, as people have edited it, by our words as they stand on the default branch', () => {
    const ticket = ticketFor(edited, said('Use less.'))
    expect(ticket).toMatchObject({ continues: MOVED, prompts: makeRepo().head, feedback: 'Use less.' })
    expect(ticket.planning?.previous).toEqual({ ...before, at: MOVED })
  })
  test('a planner whose document is named looks again', () =>
    expect(
      ticketFor(shown(), said('QA.md forgets phones; see `specs/x/SPEC.md:4`')).planning?.previous?.again,
    ).toEqual(['spec', 'qa']))
  test('all of them do when the request was edited', () =>
    expect(
      ticketFor(shown(), { ...said(''), approval: { ...approval, sha256: 'e'.repeat(64) } }).planning
        ?.previous?.again,
    ).toEqual(['spec', 'architecture', 'qa']))

  const failed = (over: Partial<Report> = {}) =>
    shown({
      pull: null,
      reports: new Map([
        [1, { sha: sha(0x301), report: { ok: true, value: makeReport({ outcome: 'timed-out', ...over }) } }],
      ]),
    })
  test('of documents that an attempt left which failed: only who failed works again', () =>
    expect(ticketFor(failed()).planning?.previous).toEqual({ ...before, made: null }))
  const retried = { voidThrough: 1, countFrom: 1 }
  test('who wrote a good document is not asked again by `/chorus retry`, unless somebody names it', () => {
    expect(ticketFor(failed(), retried).planning?.previous).toEqual({ ...before, made: null })
    const named = { countFrom: 1, ...said('QA.md forgets phones', 'base') }
    expect(ticketFor(failed(), named).planning?.previous).toEqual({ ...before, made: null, again: ['qa'] })
  })
  test('an attempt that came to nothing at all takes nothing from who wrote before it', () => {
    const first = failed()
    const lost = { ...makePlanClaim(), ...first.claims[0]!, attempt: 2 }
    const task = { ...first, claims: [...first.claims, lost] }
    expect(ticketFor(task, {}, 3).planning?.previous).toEqual({ ...before, made: null })
  })
  const lacks = [{ planner: 'qa' as const, why: 'how one sees it' }]
  test('a planner whose document was not enough works again, and is told why', () => {
    const lacking = failed({ outcome: 'red-checks', lacks })
    expect(ticketFor(lacking).planning?.previous).toEqual({ ...before, made: null, again: ['qa'], lacks })
    expect(ticketFor(lacking, retried).planning?.previous).toEqual(ticketFor(lacking).planning?.previous)
    const from = { approval: { ...approval, from: '12-dark-mode' } }
    const spec = [{ planner: 'spec' as const, why: 'who it is for' }]
    expect(ticketFor(failed({ lacks: spec }), from).planning?.previous).toMatchObject({
      again: ['spec', 'architecture', 'qa'],
      lacks: spec,
    })
  })
  test.each<[string, TaskFacts, Partial<TaskRecord>]>([
    ['that its run does not vouch for', { ...failed(), attempts: new Map([[1, sha(0x666)]]) }, {}],
    [
      'of a run that somebody else started',
      { ...failed(), runs: [makeRun({ kind: 'plan', actorId: 1 })] },
      {},
    ],
    ['of another text', failed(), { approval: { ...approval, sha256: 'e'.repeat(64) } }],
    ['of an attempt that did not fail', failed({ outcome: 'done' }), {}],
  ])('not of those %s', (_, task, over) => expect(ticketFor(task, over).planning?.previous).toBeUndefined())

  test('of another feature: its specification, and the repository as it is now', () => {
    const from = { approval: { ...approval, from: '12-dark-mode' } }
    expect(ticketFor(makeTask(), from, 1).planning?.previous).toEqual({
      feature: '12-dark-mode',
      at: makeRepo().head,
      made: null,
      again: ['architecture', 'qa'],
    })
    // Once it is shown, that is what people speak of.
    expect(ticketFor(shown(), { ...from, ...said('Use less.') }).planning?.previous).toEqual(before)
  })
})

describe('who approves a plan', () => {
  const parsed = parseBacklog(makeBacklog(['words']))
  const plan = { path: `specs/${FEATURE}/BACKLOG.yaml`, backlog: parsed, lines: [], text: '', below: [] }
  const judge = (reviews: Parameters<typeof makeReview>[0][], over: Partial<TaskRecord> = {}) => {
    const pull = makePull({ reviews: reviews.map(makeReview) })
    const record = makeRecord({ approval, ...over })
    return planGate.judge(
      makeProposal({ claim: makePlanClaim(), task: shown({ plan, pull, record }), pull, record }),
    ).is
  }
  const word = (by: Actor, head = makePull().head.sha) => ({ pullApproval: { by, at: at(40), head } })
  test.each<[string, Parameters<typeof judge>, string]>([
    ['nobody', [[]], 'wait'],
    ['who may push, by a review', [[{ by: bob }]], 'pass'],
    ['who asked for it, by word', [[], word(alice)], 'pass'],
    ['who may only label', [[{ by: tim }], word(tim)], 'wait'],
    ['a stranger', [[{ by: sam }], word(sam)], 'wait'],
    ['who approved the text of before, by a review', [[{ by: bob, sha: sha(0x155) }]], 'wait'],
    ['who approved the text of before, by word', [[], word(bob, sha(0x155))], 'wait'],
  ])('%s', (_, given, verdict) => expect(judge(...given)).toBe(verdict))
})

test('a plan says which version it is, once', () => {
  const first = writeVersion('## Problem', { number: 1, from: null })
  expect(first).toBe('> Version 1 of this plan.\n\n## Problem')
  const second = writeVersion(first, { number: readVersion(first) + 1, from: 'made again' })
  expect(second).toBe('> Version 2 of this plan, made again.\n\n## Problem')
  expect(readVersion('## Problem')).toBe(1)
})

test('what documents lack is read from lines that name them, once each', () => {
  const text =
    'Sorry.\n- `QA.md`: how one sees it \nQA.md: more\nSPEC.md:  \n* ARCHITECTURE.md: where\nREADME.md: all'
  expect(readLacks(text)).toEqual([
    { planner: 'architecture', why: 'where' },
    { planner: 'qa', why: 'how one sees it' },
  ])
  expect(readLacks(`QA.md: ${'x'.repeat(1000)}`)[0]!.why.length).toBeLessThanOrEqual(300)
  expect(readLacks('')).toEqual([])
})
