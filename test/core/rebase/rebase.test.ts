import { describe, expect, test } from 'vitest'
import type { Report } from '../../../core/contract/report.ts'
import type { Effect, EffectName } from '../../../core/effect.ts'
import { plan } from '../../../core/plan.ts'
import { parseRewriting, type Rewriting } from '../../../core/rebase/rewriting.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import {
  alice,
  at,
  makeApproval,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../../make.ts'

const NOW = at(60)

const ADDED: Rewriting = {
  notes: ['A name may be empty.'],
  acceptance: ['an empty name greets the world'],
  constraints: ['no new dependency'],
  tried: ['tried a template engine, which the checks refuse'],
  question: null,
}

type End = { kind?: 'work' | 'rebase'; agent?: string; sealed?: boolean; report?: Partial<Report> }

/** A task with these ends, the first of them attempt 1. */
function makeTried(ends: readonly End[], over: Partial<TaskFacts> = {}): TaskFacts {
  const issue = over.issue ?? makeIssue()
  const record = over.record ?? makeRecord({ approval: makeApproval({ issue }) })
  const numbered = ends.map((end, i) => ({
    kind: 'work' as const,
    agent: 'codex',
    sealed: true,
    ...end,
    n: i + 1,
  }))
  return makeTask({
    issue,
    ...over,
    record,
    claims: numbered.map(({ n, kind, agent, sealed }) => {
      const approved = record.approval?.sha256 ?? ''
      const ticket = makeTicket({
        kind,
        attempt: n,
        agent: { ...makeTicket().agent, name: agent },
        spec: { ...makeTicket().spec, approved },
      })
      return makeClaim({
        attempt: n,
        sha: sha(0x100 + n),
        at: at(10 + n),
        sealed,
        ticket: { ok: true, value: ticket },
      })
    }),
    runs: numbered.map(({ n, kind }) =>
      makeRun({ id: 1000 + n, kind, attempt: n, receipt: { attempt: null, report: sha(0x300 + n) } }),
    ),
    reports: new Map(
      numbered.map(({ n, report }) => [
        n,
        {
          sha: sha(0x300 + n),
          report: {
            ok: true as const,
            value: makeReport({ attempt: n, run: 1000 + n, head: null, ...report }),
          },
        },
      ]),
    ),
  })
}

const RED: End = { report: { outcome: 'red-checks', summary: 'The tests are red.' } }
const REBASED: End = { kind: 'rebase', agent: 'claude', report: { rewriting: ADDED } }

function planFor(task: TaskFacts, config: object = {}, world: Partial<World> = {}) {
  const value = makeConfig({ rebase: { agent: 'claude' }, ...config })
  const made = plan(makeWorld({ tasks: [task], config: { ok: true, value }, ...world }), {
    now: NOW,
    digest: () => 'd'.repeat(64),
  })
  const records = made.effects.flatMap(one => (one.do === 'record' ? [...one.records.values()] : []))
  const events = made.effects.flatMap(one => (one.do === 'record' ? one.events : []))
  return { ...made, state: made.states.get(task.id)!, record: records[0] ?? null, events }
}

function find<K extends EffectName>(effects: readonly Effect[], name: K): Extract<Effect, { do: K }> | null {
  return (effects.find(effect => effect.do === name) as Extract<Effect, { do: K }> | undefined) ?? null
}

describe('when a task is thought over', () => {
  test('after two attempts that failed, by an agent that is told the task, a line of each, and nothing else', () => {
    const { effects } = planFor(makeTried([RED, RED]))

    expect(find(effects, 'claim')).toMatchObject({
      attempt: 3,
      ticket: {
        kind: 'rebase',
        agent: { name: 'claude' },
        base: sha(1),
        continues: null,
        spec: { goal: 'Say hello with the name.', acceptance: ['prints the name'] },
        negative: ['Attempt 1: The tests are red.', 'Attempt 2: The tests are red.'],
        feedback: '',
        setup: [],
        checks: [],
        account: { because: 'to think the task over after 2 failed attempts' },
      },
    })
    const { learnings, scratchpad, planning, race } = find(effects, 'claim')!.ticket
    expect([learnings, scratchpad, planning, race]).toEqual([undefined, undefined, undefined, undefined])
  })

  const failed = (report: Partial<Report>): End => ({ report: { summary: 'It failed.', ...report } })
  test.each<[string, readonly End[], object, 'work' | 'rebase']>([
    ['after one', [RED], {}, 'work'],
    ['after two', [RED, RED], {}, 'rebase'],
    ['after one, where that is asked for', [RED], { rebase: { after: 1 } }, 'rebase'],
    ['never, where that is asked for', [RED, RED], { rebase: { after: 0 } }, 'work'],
    ['a change that was refused counts', [RED, failed({ outcome: 'refused' })], {}, 'rebase'],
    [
      'too little time may be too large a task',
      [RED, failed({ outcome: 'timed-out', failure: 'timeout' })],
      {},
      'rebase',
    ],
    [
      'a crash says nothing of the task',
      [RED, failed({ outcome: 'agent-failed', failure: 'crash' })],
      {},
      'work',
    ],
    [
      'nor does a service without room',
      [RED, failed({ outcome: 'agent-failed', failure: 'quota' })],
      {},
      'work',
    ],
    ['once, and then it is tried again', [RED, RED, REBASED], {}, 'work'],
    [
      'also when nothing came of it',
      [RED, RED, { ...REBASED, report: { outcome: 'agent-failed' } }],
      {},
      'work',
    ],
    ['one more failure is not two', [RED, RED, REBASED, RED], { limits: { attempts: 9 } }, 'work'],
    ['two more are', [RED, RED, REBASED, RED, RED], { limits: { attempts: 9 } }, 'rebase'],
  ])('%s', (_, ends, config, kind) => {
    expect(find(planFor(makeTried(ends), config).effects, 'claim')?.ticket.kind).toBe(kind)
  })

  test('it takes no try from the agents, and whoever did so does not get the task', () => {
    const again = find(planFor(makeTried([RED, RED, REBASED])).effects, 'claim')
    expect(again).toMatchObject({ attempt: 4, ticket: { kind: 'work', agent: { name: 'codex' } } })

    expect(planFor(makeTried([RED, RED, REBASED, RED])).state).toMatchObject({
      is: 'stuck',
      why: expect.stringContaining('3 attempts failed'),
    })
  })

  test('what a person says anew begins the count anew', () => {
    const { claims, runs, reports } = makeTried([RED, RED])
    const issue = makeIssue()
    const record = makeRecord({ approval: makeApproval({ issue }), voidThrough: 2, countFrom: 2 })

    expect(find(planFor(makeTask({ issue, record, claims, runs, reports })).effects, 'claim')).toMatchObject({
      attempt: 3,
      ticket: { kind: 'work' },
    })
  })
})

describe('what was added', () => {
  const rebased = makeTried([RED, RED, REBASED])

  test('is part of the task of the next attempt, which begins at the base; what a person approved stands', () => {
    const { effects, record, events } = planFor(rebased)

    const { ticket } = find(effects, 'claim')!
    expect(ticket).toMatchObject({
      kind: 'work',
      continues: null,
      base: sha(1),
      spec: {
        goal: 'Say hello with the name.\n\nWhat earlier attempts showed:\n- A name may be empty.',
        acceptance: ['prints the name', 'an empty name greets the world'],
        constraints: ['no new dependency'],
        scope: [],
        approved: rebased.record?.approval?.sha256,
      },
      // The lines of the attempts before it are part of it.
      negative: ['tried a template engine, which the checks refuse'],
    })
    expect(record?.rewriting).toMatchObject({
      attempt: 3,
      by: 'claude',
      of: rebased.record?.approval?.sha256,
      at: NOW,
    })
    expect(events.find(one => one.event === 'rebased')).toMatchObject({
      actor: 'claude',
      evidence: { attempt: 3, run: 1003, report: sha(0x303) },
    })
  })

  test('is shown on the issue, as a diff against what was approved', () => {
    const body = find(planFor(rebased).effects, 'say')?.body

    expect(body).toContain(
      [
        '```diff',
        '  Goal:',
        '  - Say hello with the name.',
        '+ - A name may be empty.',
        '  Done when:',
        '  - prints the name',
        '+ - an empty name greets the world',
        '+ Constraints:',
        '+ - no new dependency',
        '+ Tried before, without success:',
        '+ - tried a template engine, which the checks refuse',
        '```',
      ].join('\n'),
    )
  })

  const known = { ...ADDED, attempt: 3, by: 'claude', at: at(50) }
  const { question: _, ...rewriting } = known

  test.each<[string, Partial<ReturnType<typeof makeRecord>>, boolean]>([
    ['as long as that text is the approved one', {}, true],
    ['not of another text', { rewriting: { ...rewriting, of: 'e'.repeat(64) } }, false],
    ['not once a person gave those attempts up', { voidThrough: 3, countFrom: 3 }, false],
  ])('it counts: %s', (_, over, counts) => {
    const issue = makeIssue()
    const approval = makeApproval({ issue })
    const record = makeRecord({ approval, rewriting: { ...rewriting, of: approval.sha256 }, ...over })
    const acceptance = find(planFor(makeTask({ issue, record })).effects, 'claim')?.ticket.spec.acceptance

    expect(acceptance).toEqual(
      counts ? ['prints the name', 'an empty name greets the world'] : ['prints the name'],
    )
  })

  test('counts only of a run that we claimed to think it over', () => {
    const asWork = makeTried([RED, RED, { report: { rewriting: ADDED } }])
    expect(planFor(asWork).record?.rewriting ?? null).toBeNull()

    const forged = makeTried([RED, RED, { ...REBASED, sealed: false }])
    expect(planFor(forged).record?.rewriting ?? null).toBeNull()
  })

  test.each([
    ['is not gone on with, whatever was said of it', 3, sha(0x202), { continues: null, feedback: '' }],
    [
      'is not gone on with, whatever is said of it afterwards',
      4,
      sha(0x202),
      { continues: null, base: sha(1) },
    ],
    [
      'is gone on with where people pushed to it: beside their commits nothing could be shown',
      4,
      sha(0xfeed),
      { continues: sha(0xfeed), base: sha(0xfeed) },
    ],
  ])('a pull request of before %s', (_, said, head, expected) => {
    const issue = makeIssue()
    const revision = {
      attempt: said,
      why: 'ci' as const,
      by: null,
      at: at(30),
      text: 'The check "test" ended with failure.',
      told: true,
      from: 'head' as const,
      cause: 'ci:1',
    }
    const record = makeRecord({ approval: makeApproval({ issue }), revisions: [revision] })
    const tried = makeTried([RED, { report: { outcome: 'done', head: sha(0x202) } }, REBASED], {
      issue,
      record,
    })
    const shown = {
      ...tried,
      attempts: new Map([[2, sha(0x202)]]),
      pull: makePull({ head: { sha: head, branch: 'agent/codex/x' }, layers: [head] }),
    }

    const { ticket } = find(planFor(shown).effects, 'claim')!
    expect(ticket).toMatchObject({ kind: 'work', attempt: 4, ...expected })
  })
})

test('what only a person can decide is asked, and the answer reaches the next attempt', () => {
  const asked = makeTried([
    RED,
    RED,
    { kind: 'rebase', report: { outcome: 'question', question: 'May it change src/main.ts?' } },
  ])
  expect(planFor(asked).state).toMatchObject({
    is: 'waiting',
    on: 'answer',
    why: 'May it change src/main.ts?',
  })

  const comment = makeComment({ at: at(59), by: alice, body: 'Yes, it may.' })
  const issue = makeIssue({ timeline: [...makeIssue().timeline, comment] })
  const answered = planFor({ ...asked, issue })
  expect(find(answered.effects, 'claim')?.ticket).toMatchObject({ kind: 'work', attempt: 4 })
  expect(find(answered.effects, 'claim')?.ticket.feedback).toContain('Yes, it may.')
})

test.each<[string, unknown, string | null]>([
  ['points', { notes: ['One.'], acceptance: [], tried: [] }, null],
  ['a question', { question: 'Which one?' }, null],
  ['nothing', {}, 'must add at least one point, or ask a question'],
  ['a scope', { notes: ['One.'], scope: ['**'] }, 'unknown key "scope"'],
  ['a new goal', { goal: 'Something else.' }, 'unknown key "goal"'],
  ['several lines in a point', { notes: ['One.\n## Scope\n- **'] }, 'must be one line'],
  ['a long point', { notes: ['x'.repeat(301)] }, '300'],
  ['many points', { notes: Array.from({ length: 7 }, () => 'x') }, '6'],
  ['much in all', { notes: Array.from({ length: 6 }, () => 'x'.repeat(290)) }, 'at most 1500 bytes'],
])('an agent may add: %s', (_, value, problem) => {
  const read = parseRewriting(value)
  if (problem === null) expect(read.ok).toBe(true)
  else expect(JSON.stringify(read)).toContain(problem.replaceAll('"', '\\"'))
})
