import { describe, expect, test } from 'vitest'
import { printReviewMarker, printTaskId } from '../../../core/names.ts'
import type { PullFacts, ReviewTries, TaskFacts } from '../../../core/world.ts'
import {
  at,
  bob,
  chorus,
  makeChange,
  makeCheck,
  makeConfig,
  makeIssue,
  makePlanClaim,
  makeRecord,
  makeReview,
  makeTask,
  makeWorld,
  sha,
} from '../../make.ts'
import {
  APPROVE,
  CHANGES,
  find,
  join,
  makeReviewConfig,
  makeReviewed,
  makeShownPull,
  makeTry,
  NONE,
  NOW,
  planFor,
  REBASE,
} from './make.ts'

const said = (over: object = {}) => ({
  review: 1,
  head: sha(0x201),
  verdict: 'changes' as const,
  by: 'claude',
  at: at(50),
  ...over,
})

describe('when a review begins', () => {
  test('a green pull request is claimed for a review before it lands', () => {
    const record = makeRecord({ revisions: [asked] })
    const { effects, does } = planFor(makeReviewed(NONE, { record }), { ledger: learnedLedger() })

    const { ticket, attempt } = find(effects, 'claim')
    expect(does).not.toContain('land')
    expect(attempt).toBe(1)
    expect(ticket).toMatchObject({
      kind: 'review',
      base: sha(1),
      continues: sha(0x201),
      agent: { name: 'claude' },
      spec: { goal: '', acceptance: ['prints the name'] },
      review: { attempt: 1, checks: ['unit: passed', 'test (CI): success'] },
      account: { by: { login: 'alice' }, because: 'of another vendor than codex' },
    })
    // Nothing of what was planned, tried, said or learned before, here or elsewhere.
    expect(ticket).toMatchObject({ negative: [], feedback: '', setup: [], checks: [] })
    expect(ticket.learnings ?? ticket.scratchpad ?? ticket.planning).toBeUndefined()
    expect(JSON.stringify(ticket)).not.toMatch(
      /Say hello with the name|Make it blue|Prices are in cents|Greets by name/,
    )
  })

  const asked = {
    attempt: 1,
    why: 'command' as const,
    by: { id: bob.id, login: 'bob' },
    at: at(5),
    text: 'Make it blue.',
    told: true,
    from: 'head' as const,
    cause: 'comment:1',
  }

  function learnedLedger() {
    const { ledger } = makeWorld({
      tasks: [makeReviewed(NONE, { record: makeRecord({ revisions: [asked] }) })],
    })
    const learning = {
      text: 'Prices are in cents.',
      task: 'bd-0001',
      agent: 'qwen',
      at: at(0),
      type: 'feat',
      paths: [],
    }
    return { ...ledger, controls: { ...ledger.controls, learnings: [learning] } }
  }

  test('where nothing says when it is done, the goal stands in for it', () => {
    const issue = makeIssue({ body: 'Say hello with the name.' })
    const { effects } = planFor(makeReviewed(NONE, { issue, record: null }))

    expect(find(effects, 'claim').ticket.spec).toMatchObject({
      goal: 'Say hello with the name.',
      acceptance: [],
    })
  })

  test.each<[string, Partial<TaskFacts>, object]>([
    ['off', {}, { config: { ok: true, value: makeConfig() } }],
    ['a plan, which people review', { claims: [makePlanClaim()] }, {}],
    [
      'CI is not through',
      { pull: makeShownPull({ checks: [makeCheck({ status: 'in_progress', conclusion: null })] }) },
      {},
    ],
    ['CI is red', { pull: makeShownPull({ checks: [makeCheck({ conclusion: 'failure' })] }) }, {}],
    [
      'another gate refuses it',
      { pull: makeShownPull({ changes: [makeChange({ path: '.github/workflows/x.yml' })] }) },
      {},
    ],
    ['a person pushed on top', { pull: makeShownPull({ head: { sha: sha(0x777), branch: 'b' } }) }, {}],
    ['a person approved it already', { pull: makeShownPull({ reviews: [makeReview()] }) }, {}],
    ['where the base was left is not known', { pull: makeShownPull({ mergeBase: null }) }, {}],
  ])('not when: %s', (_, over, world) => {
    const { effects } = planFor(makeReviewed(NONE, over), world)

    expect(effects.filter(one => one.do === 'claim' && one.ticket.kind === 'review')).toEqual([])
  })

  test('without a free place the gate says what it waits for', () => {
    const config = {
      ok: true as const,
      value: makeConfig({ limits: { parallel: 1 }, review: { enabled: true } }),
    }
    const other = makeTask({
      issue: makeIssue({ number: 8 }),
      record: makeRecord({ issue: 8 }),
    })
    const busy = makeReviewed(makeTry({ run: { status: 'in_progress', conclusion: null, receipt: null } }))
    const taken = planFor(busy, { config, tasks: [busy, other] })
    expect(taken.states.get(other.id)).toMatchObject({ is: 'waiting', on: 'capacity' })

    const { does, state } = planFor(makeReviewed(NONE), {
      config: { ok: true, value: makeConfig({ budgets: { day: { tokens: 1 } }, review: { enabled: true } }) },
      ledger: spentLedger(),
    })
    expect(does).not.toContain('claim')
    expect(state).toMatchObject({ is: 'proposed', verdicts: { blocking: { gate: 'reviewer' } } })
    expect(state.is === 'proposed' && state.verdicts.blocking?.reason).toMatch(
      /^the review by an agent .*budget/,
    )
  })

  function spentLedger() {
    const { ledger } = makeWorld({ tasks: [makeReviewed(NONE)] })
    const all = {
      attempts: 1,
      done: 1,
      tokens_in: 5,
      tokens_out: 0,
      tokens_cached: 0,
      cost_usd: 0,
      seconds: 1,
      uncounted: 0,
      unpriced: 0,
      charged: { usd: 0, tokens: 5 },
    }
    const days = { [new Date(NOW).toISOString().slice(0, 10)]: { all, users: {} } }
    return { ...ledger, controls: { ...ledger.controls, usage: { ...ledger.controls.usage, days } } }
  }
})

describe('while it is under way', () => {
  test('its claim is dispatched under its own name', () => {
    const { effects } = planFor(makeReviewed(makeTry({ run: null, dispatch: { is: 'unsent', at: at(41) } })))

    expect(find(effects, 'dispatch')).toMatchObject({
      title: `chorus review ${printTaskId(7)} #1`,
      claim: sha(0x501),
    })
  })

  test.each<[string, Partial<TaskFacts>]>([
    ['its issue was closed', { issue: makeIssue({ state: 'closed' }) }],
    [
      'a person stopped the task',
      { record: makeRecord({ stopped: { by: { id: 101, login: 'alice' }, at: at(45) } }) },
    ],
    ['its pull request was closed', { pull: makeShownPull({ state: 'closed' }) }],
    ['somebody pushed', { pull: makeShownPull({ head: { sha: sha(0x777), branch: 'b' } }) }],
  ])('its run is ended when %s', (_, over) => {
    const running = makeTry({ run: { status: 'in_progress', conclusion: null, receipt: null } })
    const { effects } = planFor(makeReviewed(running, over))

    expect(find(effects, 'cancel')).toMatchObject({ run: 5001 })
  })

  test('without a sign of life for longer than it may take it is ended, and another begins', () => {
    const silent = makeTry({
      run: { status: 'in_progress', conclusion: null, receipt: null, updatedAt: at(-100) },
    })
    const { effects } = planFor(makeReviewed(silent))

    expect(find(effects, 'cancel')).toMatchObject({ run: 5001 })
    expect(find(effects, 'claim').ticket).toMatchObject({
      kind: 'review',
      attempt: 2,
      agent: { name: 'gemini' },
    })
  })

  test('a claim that somebody else made under the next number changes nothing', () => {
    const running = makeTry({ run: { status: 'in_progress', conclusion: null, receipt: null } })
    const { does, state } = planFor(
      makeReviewed(join(running, makeTry({ number: 2, sealed: false, run: null }))),
    )

    expect(does).not.toContain('cancel')
    expect(does).not.toContain('claim')
    expect(state).toMatchObject({ is: 'proposed', review: { is: 'running' } })
  })

  test('a slip in the configuration ends nothing', () => {
    const running = makeTry({ run: { status: 'in_progress', conclusion: null, receipt: null } })
    const { does } = planFor(makeReviewed(running), { config: { ok: false, problems: [] } })

    expect(does).not.toContain('cancel')
  })
})

describe('what it says', () => {
  test('a yes is remembered, posted as a comment, and the change lands', () => {
    const { effects, record } = planFor(makeReviewed(makeTry()))

    expect(record?.opinion).toEqual({
      review: 1,
      head: sha(0x201),
      verdict: 'approve',
      by: 'claude',
      at: NOW,
    })
    expect(find(effects, 'record').events.at(-1)).toMatchObject({
      event: 'reviewed:approve',
      actor: 'claude',
      evidence: { review: 1, head: sha(0x201), run: 5001 },
    })
    expect(find(effects, 'review')).toMatchObject({ pull: 12, head: sha(0x201), comments: [] })
    expect(find(effects, 'land')).toMatchObject({ head: sha(0x201) })
  })

  test('findings stand on the lines that the diff shows, the others in the text, and are the next attempt', () => {
    const { effects, record, does } = planFor(makeReviewed(makeTry({ says: CHANGES })))

    const posted = find(effects, 'review')
    expect(posted.comments).toEqual([{ path: 'src/hello.ts', line: 2, body: '> Says no name.' }])
    expect(posted.body).toContain('`src/other.ts`, line 7: Calls it without one.')
    expect(posted.body).toContain('`src/hello.ts`, line 40: Nor here.')
    expect(posted.body).not.toContain('Says no name.')
    expect(posted.whole).toContain('`src/hello.ts`, line 2: Says no name.')
    expect(posted.body).toContain(printReviewMarker({ task: printTaskId(7), attempt: 1 }))
    expect(posted.body).toMatch(/\[run\]\(https:\S+\)/)
    expect(record?.revisions).toMatchObject([
      { attempt: 2, why: 'review', by: null, from: 'head', cause: 'opinion:1' },
    ])
    const { ticket } = find(effects, 'claim')
    expect(ticket).toMatchObject({ kind: 'work', attempt: 2, continues: sha(0x201) })
    expect(ticket.feedback).toContain('- src/hello.ts:2: Says no name.')
    expect(does).not.toContain('land')
  })

  test('a fresh start begins at the base, and hears why', () => {
    const value = makeConfig({ review: { enabled: true, agents: ['claude'] }, rebase: { after: 0 } })
    const config = { ok: true as const, value }
    const { effects } = planFor(makeReviewed(makeTry({ says: REBASE })), { config })

    const { ticket } = find(effects, 'claim')
    expect(ticket).toMatchObject({ kind: 'work', attempt: 2, continues: null, base: sha(1) })
    expect(ticket.feedback).toContain('went the wrong way')
  })

  test('it is posted after all that counts: where GitHub takes no comment, nothing else waits for it', () => {
    const yes = planFor(makeReviewed(makeTry())).does
    const no = planFor(makeReviewed(makeTry({ says: CHANGES }))).does

    expect(yes.indexOf('review')).toBeGreaterThan(yes.indexOf('land'))
    expect(no.indexOf('review')).toBeGreaterThan(no.indexOf('claim'))
  })

  test.each<[string, number, number]>([
    ['not in the pass after', 0.5, 0],
    ['again when it has not appeared after a minute', 1, 1],
  ])('it is posted %s', (_, ago, times) => {
    const record = makeRecord({ opinion: said({ verdict: 'approve', at: NOW - ago * 60_000 }) })
    const { does } = planFor(makeReviewed(makeTry(), { record }))

    expect(does.filter(one => one === 'review')).toHaveLength(times)
  })

  test('where GitHub takes no review it is not posted', () => {
    const record = makeRecord({ opinion: said({ verdict: 'approve', at: at(40) }) })
    const { does } = planFor(makeReviewed(makeTry(), { record, pull: makeShownPull({ unreviewable: true }) }))
    expect(does).not.toContain('review')
  })

  test('what stands there is not posted again; what others wrote does not count for it', () => {
    const record = makeRecord({ opinion: said({ verdict: 'approve', at: at(40) }) })
    const body = `x\n${printReviewMarker({ task: printTaskId(7), attempt: 1 })}`
    const review = makeReview({ state: 'commented', body })
    const doesWith = (by: typeof bob) =>
      planFor(makeReviewed(makeTry(), { record, pull: makeShownPull({ reviews: [{ ...review, by }] }) })).does

    expect(doesWith(chorus)).not.toContain('review')
    expect(doesWith(bob)).toContain('review')
  })

  test('it is still known when nobody knows its run any more', () => {
    const record = makeRecord({ opinion: said({ verdict: 'approve' }) })
    const { does } = planFor(makeReviewed({ ...makeTry({ run: null }), reports: new Map() }, { record }))

    expect(does).toContain('land')
  })

  test.each<[string, Partial<PullFacts>, boolean]>([
    ['our own merge of the base on top', { layers: [sha(0x900), sha(0x201)] }, true],
    ['another attempt of the agent’s', { layers: [sha(0x900), sha(0x202)] }, false],
  ])('it is of that commit: %s', (_, over, counts) => {
    const head = { sha: sha(0x900), branch: makeShownPull().head.branch }
    const pull = makeShownPull({ head, ...over })
    const attempts = new Map([[1, over.layers!.at(-1)!]])
    const runs = makeReviewed(NONE).runs.map(run => ({
      ...run,
      receipt: { attempt: attempts.get(1)!, report: sha(0x301) },
    }))
    const record = makeRecord({ opinion: said({ verdict: 'approve' }) })
    const { does } = planFor(makeReviewed(makeTry(), { pull, attempts, runs, record }))

    expect(does.includes('land')).toBe(counts)
    expect(does.includes('claim')).toBe(!counts)
  })
})

describe('when a person decides', () => {
  const spent = makeRecord({
    opinion: said({ review: 3 }),
    revisions: [1, 2].map(n => ({
      attempt: 1,
      why: 'review' as const,
      by: null,
      at: at(n),
      text: '',
      told: true,
      from: 'head' as const,
      cause: `opinion:${n}`,
    })),
  })
  const task = (over: Partial<PullFacts> = {}) =>
    makeReviewed(makeTry({ number: 3, says: CHANGES }), { record: spent, pull: makeShownPull(over) })

  test('after so many rounds nothing goes back any more', () => {
    const { does, state } = planFor(task())

    expect(does).not.toContain('claim')
    expect(does).not.toContain('land')
    const ask = expect.stringContaining('approve')
    const blocking = { gate: 'reviewer', is: 'refuse', reason: 'claude asks for changes', ask }
    expect(state).toMatchObject({ verdicts: { blocking } })
  })

  test('whoever may push and approves that commit outweighs it', () => {
    expect(planFor(task({ reviews: [makeReview()] })).does).toContain('land')
    const old = makeReview({ sha: sha(0x111) })
    expect(planFor(task({ reviews: [old] })).does).not.toContain('land')
  })

  test('so it does before anything goes back', () => {
    const pull = makeShownPull({ reviews: [makeReview()] })
    const { does } = planFor(makeReviewed(makeTry({ says: CHANGES }), { pull }))

    expect(does).toContain('land')
    expect(does).not.toContain('claim')
  })

  test('with no rounds at all the first word is for people', () => {
    const { does } = planFor(makeReviewed(makeTry({ says: CHANGES })), {
      config: makeReviewConfig({ rounds: 0 }),
    })

    expect(does).not.toContain('claim')
    expect(does).toContain('review')
  })
})

describe('what does not count', () => {
  test.each<[string, ReviewTries]>([
    ['a claim that this app did not make', makeTry({ sealed: false })],
    ['a report that was moved after the run', makeTry({ moved: sha(0xbad) })],
    ['a run that somebody else started', makeTry({ run: { actorId: 1 } })],
    ['a run of another workflow', makeTry({ run: { path: '.github/workflows/evil.yml' } })],
    ['a run of another branch', makeTry({ run: { branch: 'evil' } })],
    ['a run that was started again', makeTry({ run: { runAttempt: 2 } })],
    ['a run of an attempt', makeTry({ run: { kind: 'work' } })],
    ['a report without a verdict', makeTry({ report: { review: undefined } })],
    ['a verdict of a review that failed', makeTry({ report: { outcome: 'agent-failed', review: APPROVE } })],
  ])('%s', (_, reviews) => {
    const { does, record } = planFor(makeReviewed(reviews))

    expect(does).not.toContain('land')
    expect(does).not.toContain('review')
    expect(record?.opinion ?? null).toBeNull()
  })

  test('a verdict in the report of an attempt', () => {
    const task = makeReviewed(NONE)
    const { sha: at, report } = task.reports.get(1)!
    const value = { ...(report.ok ? report.value : null)!, review: APPROVE }
    const { does } = planFor({ ...task, reports: new Map([[1, { sha: at, report: { ok: true, value } }]]) })

    expect(does).not.toContain('land')
    expect(does).toContain('claim')
  })
})

describe('a review that brought nothing', () => {
  const lost = makeTry({ says: null })

  test('is tried once more, by somebody else', () => {
    const { effects } = planFor(makeReviewed(lost))

    expect(find(effects, 'claim').ticket).toMatchObject({ attempt: 2, agent: { name: 'gemini' } })
  })

  test('is for people after that', () => {
    const { does, state } = planFor(makeReviewed(join(lost, makeTry({ number: 2, says: null }))))

    expect(does).not.toContain('claim')
    expect(state).toMatchObject({ verdicts: { blocking: { gate: 'reviewer', is: 'refuse' } } })
    expect(state.is === 'proposed' && state.verdicts.blocking?.reason).toContain('It ended badly')
  })

  test('made by somebody else does not use up a try', () => {
    const foreign = makeTry({ sealed: false })
    const { effects } = planFor(makeReviewed(join(foreign, makeTry({ number: 2, sealed: false }))))

    expect(find(effects, 'claim').ticket).toMatchObject({ attempt: 3, agent: { name: 'claude' } })
  })

  test('of an earlier commit does not count against the next', () => {
    const earlier = join(
      makeTry({ says: null, head: sha(0x111) }),
      makeTry({ number: 2, says: null, head: sha(0x111) }),
    )
    const { effects } = planFor(makeReviewed(earlier))

    expect(find(effects, 'claim').ticket).toMatchObject({ attempt: 3, agent: { name: 'claude' } })
  })

  test('its number is not used again after its refs are gone', () => {
    const { effects } = planFor(makeReviewed(NONE, { record: makeRecord({ settledReviews: 4 }) }))

    expect(find(effects, 'claim').attempt).toBe(5)
  })
})
