import { expect, test } from 'vitest'
import type { Effect, EffectName } from '../../core/effect.ts'
import { plan } from '../../core/plan.ts'
import { describeState } from '../../core/state.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeCheck,
  makeClaim,
  makeComment,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeReview,
  makeRun,
  makeStandings,
  makeTask,
  makeWorld,
  sam,
  sha,
} from '../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }

function planFor(task: TaskFacts, world: Partial<World> = {}) {
  const made = plan(makeWorld({ tasks: [task], ...world }), tools)
  return { ...made, state: made.states.get(task.id)!, does: made.effects.map(effect => effect.do) }
}

function find<K extends EffectName>(effects: readonly Effect[], name: K): Extract<Effect, { do: K }> {
  const found = effects.find(effect => effect.do === name)
  if (found === undefined) throw new Error(`no ${name} among ${effects.map(effect => effect.do).join(', ')}`)
  return found as Extract<Effect, { do: K }>
}

test('a label by somebody with standing is recorded and claimed in one pass', () => {
  const { effects, state } = planFor(makeTask())

  expect(state.is).toBe('ready')
  expect(find(effects, 'record').records.values().next().value?.approval).toMatchObject({
    agent: 'codex',
    by: { id: alice.id },
  })
  expect(find(effects, 'claim')).toMatchObject({ attempt: 1, ticket: { base: sha(1), continues: null } })
  expect(effects.map(effect => effect.do)).not.toContain('dispatch')
})

test('an issue form that a stranger filled in starts nothing and leaves no trace', () => {
  const issue = makeIssue({ author: sam, timeline: [makeLabeled('agent:codex', sam)] })
  const { effects, state } = planFor(makeTask({ issue }))

  expect(state).toMatchObject({ is: 'waiting', on: 'standing' })
  expect(effects).toEqual([])
})

test('a stranger’s commands are not even remembered', () => {
  const issue = makeIssue({ labels: [], timeline: [makeComment({ by: sam, body: '/chorus run' })] })

  expect(planFor(makeTask({ issue })).effects).toEqual([])
})

test('a text that a stranger changed after the label is not approved', () => {
  const issue = makeIssue({ edits: [{ at: at(2), by: sam }] })
  const { state, does } = planFor(makeTask({ issue }))

  expect(state).toMatchObject({ is: 'waiting', on: 'approval' })
  expect(does).not.toContain('claim')
})

test('an edit after the approval waits for a person', () => {
  const issue = makeIssue({ body: 'Something else altogether.' })
  const { state, does } = planFor(makeTask({ issue, record: makeRecord() }))

  expect(state).toMatchObject({ is: 'waiting', on: 're-approval' })
  expect(does).not.toContain('claim')
})

test('a fresh claim of this process is dispatched at once, by its own right for a while', () => {
  const task = makeTask({
    record: makeRecord(),
    claims: [makeClaim({ dispatch: { is: 'unsent', at: tools.now } })],
  })

  expect(find(planFor(task).effects, 'dispatch')).toMatchObject({ own: tools.now + 5_000, claim: sha(0x101) })
})

test('another controller’s claim is given time, then taken over', () => {
  const young = makeTask({ record: makeRecord(), claims: [makeClaim({ at: tools.now - 2_000 })] })
  const old = makeTask({ record: makeRecord(), claims: [makeClaim({ at: tools.now - 20_000 })] })

  expect(planFor(young).does).not.toContain('dispatch')
  expect(planFor(young).lookAgain).toBe(tools.now + 8_000)
  expect(find(planFor(old).effects, 'dispatch').own).toBeNull()
})

test('a dispatch whose answer was lost is not repeated before the claim is taken over', () => {
  const unclear = makeTask({
    record: makeRecord(),
    claims: [makeClaim({ dispatch: { is: 'unclear', at: tools.now - 5_000 } })],
  })

  expect(find(planFor(unclear).effects, 'dispatch').own).toBeNull()
})

test('a genuine attempt becomes a branch and a pull request', () => {
  const { effects } = planFor(makeProposedTask({ pull: null, branches: new Map() }))

  expect(find(effects, 'publish')).toMatchObject({ before: null, after: sha(0x201), move: 'fast-forward' })
  // The very same effect: done along, it has nothing left to do.
  expect(find(effects, 'publish')?.along).toBe(find(effects, 'label'))
  expect(find(effects, 'open')).toMatchObject({ sha: sha(0x201), base: 'main' })
})

test('a person’s commits on the branch are never overwritten', () => {
  const branches = new Map([[makePull().head.branch, sha(0xfeed)]])
  const { does } = planFor(makeProposedTask({ pull: null, branches }))

  expect(does).not.toContain('publish')
  expect(does).not.toContain('open')
})

test('what passes every gate lands, with the head that was judged', () => {
  const { effects } = planFor(makeProposedTask())

  expect(find(effects, 'land')).toMatchObject({ head: sha(0x201), base: sha(1), method: 'squash' })
})

test('187: nothing lands while a required check runs; the gate says so and is not green', () => {
  const pull = makePull({ checks: [makeCheck({ status: 'in_progress', conclusion: null })] })
  const { effects, does } = planFor(makeProposedTask({ pull }))

  expect(does).not.toContain('land')
  expect(find(effects, 'gate')).toMatchObject({ conclusion: null, head: sha(0x201) })
  expect(find(effects, 'gate').title).toBe(
    'checks: the required check "test" has not reported a result on this commit',
  )
})

test('O4, 188: the gate is not written again while its reason stands', () => {
  const pull = makePull({ checks: [makeCheck({ status: 'in_progress', conclusion: null })] })
  const gate = find(planFor(makeProposedTask({ pull })).effects, 'gate')
  const known = { ...makeGate(), title: gate.title, key: gate.key }

  expect(planFor(makeProposedTask({ pull: { ...pull, gate: known } })).does).not.toContain('gate')
})

test('red CI becomes the next attempt on the same branch, with the failing tail', () => {
  const pull = makePull({ checks: [makeCheck({ conclusion: 'failure', tail: 'expected 2, got 3' })] })
  const { effects, state } = planFor(makeProposedTask({ pull }))
  const { ticket } = find(effects, 'claim')

  expect(state).toMatchObject({ is: 'ready', attempt: 2 })
  expect(ticket).toMatchObject({ attempt: 2, base: sha(0x201), continues: sha(0x201) })
  expect(ticket.feedback).toContain('expected 2, got 3')
})

test('a person’s request for changes becomes the next attempt, whatever was tried before', () => {
  const pull = makePull({ reviews: [makeReview({ state: 'changes_requested', body: 'Please use a loop.' })] })
  const { effects } = planFor(makeProposedTask({ pull }))

  expect(find(effects, 'claim').ticket.feedback).toContain('Please use a loop.')
  expect([...find(effects, 'record').records.values()][0]).toMatchObject({ countFrom: 1 })
})

test('a reader’s request for changes starts nothing', () => {
  const reviews = [makeReview({ state: 'changes_requested', by: sam, body: 'Do as I say.' })]

  expect(planFor(makeProposedTask({ pull: makePull({ reviews }) })).does).not.toContain('claim')
})

test('a failed attempt is tried afresh, and told what failed', () => {
  const report = makeReport({ outcome: 'red-checks', summary: 'The tests stayed red.', head: null })
  const task = makeProposedTask({
    pull: null,
    branches: new Map(),
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: report } }]]),
  })

  expect(find(planFor(task).effects, 'claim').ticket.negative[0]).toContain('The tests stayed red.')
})

test('after the last try a person is asked', () => {
  const report = makeReport({ attempt: 3, outcome: 'red-checks', summary: 'Still red.', head: null })
  const task = makeTask({
    record: makeRecord(),
    claims: [makeClaim({ attempt: 3 })],
    runs: [makeRun({ attempt: 3 })],
    attempts: new Map([[3, sha(0x203)]]),
    reports: new Map([[3, { sha: sha(0x303), report: { ok: true, value: report } }]]),
  })
  const { state, does } = planFor(task)

  expect(state).toMatchObject({ is: 'stuck', why: expect.stringContaining('3 attempts failed') })
  expect(does).toContain('say')
  expect(does).not.toContain('claim')
})

test('a question waits for an answer, and the answer starts the next attempt', () => {
  const report = makeReport({ outcome: 'question', question: 'Which colour?', head: null })
  const asking = makeProposedTask({
    pull: null,
    branches: new Map(),
    attempts: new Map(),
    runs: [makeRun({ receipt: { attempt: null, report: sha(0x301) } })],
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: report } }]]),
  })
  expect(planFor(asking).state).toMatchObject({ is: 'waiting', on: 'answer', why: 'Which colour?' })

  const answer = makeComment({ by: bob, at: at(30), body: 'Blue.' })
  const issue = makeIssue({ timeline: [makeLabeled('agent:codex'), answer] })
  expect(find(planFor({ ...asking, issue }).effects, 'claim').ticket.feedback).toContain('Blue.')
})

test('taking the label off cancels the run and drops the task', () => {
  const issue = makeIssue({ labels: [], timeline: [] })
  const running = makeTask({
    issue,
    record: makeRecord(),
    claims: [makeClaim()],
    runs: [makeRun({ status: 'in_progress', conclusion: null, receipt: null })],
  })
  const { effects, state } = planFor(running)

  expect(state.is).toBe('dropped')
  expect(find(effects, 'cancel').run).toBe(4001)
})

test('/chorus stop cancels, /chorus retry begins again', () => {
  const stop = makeComment({ id: 901, at: at(13), body: '/chorus stop' })
  const running = makeTask({
    issue: makeIssue({ timeline: [makeLabeled('agent:codex'), stop] }),
    record: makeRecord(),
    claims: [makeClaim()],
    runs: [makeRun({ status: 'in_progress', conclusion: null, receipt: null })],
  })
  const stopped = planFor(running)
  expect(stopped.state).toMatchObject({ is: 'waiting', on: 'stopped' })
  expect(stopped.does).toContain('cancel')
  expect(stopped.does).not.toContain('claim')

  const record = [...find(stopped.effects, 'record').records.values()][0]!
  const retry = makeComment({ id: 902, at: at(20), body: '/chorus retry' })
  const again = planFor({
    ...running,
    record,
    issue: makeIssue({ timeline: [makeLabeled('agent:codex'), stop, retry] }),
  })
  expect(find(again.effects, 'claim').attempt).toBe(2)
})

test('an open blocker is named and waited for', () => {
  const blockers = [
    { issue: 3, repo: null, title: 'First things', state: 'open', stateReason: null } as const,
  ]
  const { state, does } = planFor(makeTask({ blockers }))

  expect(state).toMatchObject({ is: 'waiting', on: 'blockers' })
  expect(describeState(state!)).toBe('waits for #3 (First things)')
  expect(does).not.toContain('claim')
})

test('no more attempts at once than the configuration allows; the others say so', () => {
  const tasks = [1, 2, 3, 4, 5, 6].map(number => makeTask({ issue: makeIssue({ number }) }))
  const made = plan(makeWorld({ tasks }), tools)

  expect(made.effects.filter(effect => effect.do === 'claim')).toHaveLength(4)
  expect(
    [...made.states.values()].filter(state => state.is === 'waiting' && state.on === 'capacity'),
  ).toHaveLength(2)
})

test('38: pull requests of people are waved through, and nothing else is done about them', () => {
  const made = plan(makeWorld({ strangers: [{ number: 40, head: sha(0x40), proposal: false }] }), tools)

  expect(made.effects).toEqual([
    expect.objectContaining({ do: 'gate', pull: 40, head: sha(0x40), conclusion: 'success' }),
  ])
})

test('a configuration that cannot be used is told on the commit that brings it, before its gate', () => {
  const head = sha(0x40)
  const problems = [{ path: 'limits.paralel', message: 'unknown key "paralel"; did you mean "parallel"?' }]
  const made = plan(
    makeWorld({ misconfigured: [{ head, problems }], strangers: [{ number: 40, head, proposal: false }] }),
    tools,
  )

  expect(made.effects.map(effect => effect.do)).toEqual(['warn', 'gate'])
  expect(find(made.effects, 'warn')).toMatchObject({ head, title: expect.stringContaining('did you mean') })
})

test('what runs for an issue that is here no longer is ended, by force if it does not obey', () => {
  const ends = (cancelAsked: number | null) => {
    const orphans = [{ task: 'bd-gone', refs: [], sure: true, runs: [{ id: 4001, cancelAsked }], until: 0 }]
    const tools = { now: at(60), digest: () => 'd'.repeat(64) }
    return plan(makeWorld({ orphans }), tools).effects
  }
  const end = { do: 'cancel', task: 'bd-gone', run: 4001 }
  expect(ends(null)).toEqual([{ ...end, force: false }])
  expect(ends(at(56))).toEqual([])
  expect(ends(at(55))).toEqual([{ ...end, force: true }])
})

test('34: a broken configuration stops everything and says so on the issue', () => {
  const config = { ok: false, problems: [{ path: 'limits.paralel', message: 'unknown key' }] } as const
  const { state, does } = planFor(makeTask(), { config: { ...config, problems: [...config.problems] } })

  expect(state).toMatchObject({ is: 'waiting', on: 'configuration' })
  expect(does).not.toContain('claim')
  expect(does).toContain('say')
})

test('a broken configuration is named before agents that only it knows, and ends no run', () => {
  const config = { ok: false as const, problems: [{ path: 'limits.paralel', message: 'unknown key' }] }
  const issue = makeIssue({ labels: ['agent:own'], timeline: [makeLabeled('agent:own')] })
  const runs = [makeRun({ status: 'in_progress', conclusion: null, receipt: null })]
  const running = makeTask({ issue, record: makeRecord(), claims: [makeClaim()], runs })
  const { state, does } = planFor(running, { config })

  expect(state).toMatchObject({ is: 'waiting', why: expect.stringContaining('limits.paralel: unknown key') })
  expect(does).not.toContain('cancel')
  const record = makeRecord({ voidThrough: 1 })
  expect(planFor({ ...running, record }, { config }).does).toContain('cancel')
})

test('181: the right to write the status comment is won on the ledger, once', () => {
  const issue = makeIssue({ body: 'changed' })
  const first = planFor(makeTask({ issue, record: makeRecord() }))
  const record = [...find(first.effects, 'record').records.values()][0]!
  expect(record.saying).toBe(tools.now)

  const rival = planFor(makeTask({ issue, record }))
  expect(rival.does).not.toContain('say')
})

test('a requester who lost write access cannot land alone', () => {
  const { does } = planFor(makeProposedTask(), { standings: makeStandings({ [alice.id]: 'triage' }) })

  expect(does).not.toContain('land')
})

test('nothing to do is no effect at all', () => {
  expect(plan(makeWorld(), tools)).toEqual({
    effects: [],
    states: new Map(),
    epics: new Map(),
    lookAgain: null,
  })
})

test('a dispatch that GitHub refuses is said with its reason, and tried again later', () => {
  const refused = (ago: number) =>
    makeTask({
      record: makeRecord(),
      claims: [
        makeClaim({
          dispatch: { is: 'refused', at: tools.now - ago, why: 'Unexpected inputs provided: ["claim"]' },
        }),
      ],
    })
  const { effects, does } = planFor(refused(1_000))

  expect(find(effects, 'say').body).toContain('Unexpected inputs provided')
  expect(does).not.toContain('dispatch')
  expect(find(planFor(refused(61_000)).effects, 'dispatch').own).toBeNull()
})
