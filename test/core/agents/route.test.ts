import { describe, expect, test } from 'vitest'
import { EMPTY, type Totals } from '../../../core/accounts/usage.ts'
import type { FailureKind } from '../../../core/agents/failure.ts'
import { findUnwell } from '../../../core/agents/health.ts'
import { type Choice, chooseAgent } from '../../../core/agents/route.ts'
import type { Work } from '../../../core/agents/work.ts'
import type { Effect, EffectName } from '../../../core/effect.ts'
import type { TaskRecord } from '../../../core/ledger.ts'
import { plan } from '../../../core/plan.ts'
import { readTask } from '../../../core/task.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  at,
  makeApproval,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeReview,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../../make.ts'

/** An attempt by `agent` that ended with `failure` (null: it ended well). */
type Past = readonly [agent: string, failure: FailureKind | null]

function historyOf(pasts: readonly Past[]): Partial<TaskFacts> {
  const numbered = pasts.map(([agent, failure], i) => ({ agent, failure, attempt: i + 1 }))
  const ticketOf = (attempt: number, agent: string) =>
    makeTicket({ attempt, agent: { ...makeTicket().agent, name: agent } })
  const reportOf = (attempt: number, failure: FailureKind | null) =>
    makeReport({
      attempt,
      failure,
      head: null,
      outcome: failure === 'no-key' ? 'cannot-run' : failure === null ? 'red-checks' : 'agent-failed',
    })
  return {
    claims: numbered.map(({ attempt, agent }) =>
      makeClaim({ attempt, ticket: { ok: true, value: ticketOf(attempt, agent) } }),
    ),
    reports: new Map(
      numbered.map(({ attempt, failure }) => [
        attempt,
        { sha: sha(0x300 + attempt), report: { ok: true as const, value: reportOf(attempt, failure) } },
      ]),
    ),
    runs: numbered.map(({ attempt }) =>
      makeRun({ attempt, receipt: { attempt: null, report: sha(0x300 + attempt) } }),
    ),
  }
}

type Given = {
  agent?: string | null
  work?: Work
  past?: readonly Past[]
  record?: Partial<TaskRecord>
  unwell?: readonly string[]
}

function choose(
  config: object,
  { agent = null, work = 'other', past = [], record = {}, unwell = [] }: Given,
): Choice | null {
  const approval = makeApproval({ agent })
  return chooseAgent({
    config: makeConfig(config),
    task: makeTask(historyOf(past)),
    record: makeRecord({ approval, ...record }),
    work,
    totals: { agents: PAST },
    unwell: () => new Map(unwell.map(agent => [agent, 'quota'])),
  })
}

const PAST: Totals['agents'] = {
  // Dear and good, cheap and bad; opencode has no past.
  claude: { ...EMPTY, attempts: 10, done: 9, cost_usd: 8 },
  qwen: { ...EMPTY, attempts: 10, done: 3, cost_usd: 0.5 },
  gemini: { ...EMPTY, attempts: 1, done: 1, cost_usd: 0, unpriced: 1 },
}

describe('what kind of work a task is', () => {
  test.each<[string, string[], string, Work]>([
    ['a plain issue', [], 'Greet people', 'other'],
    ['a bug by label', ['bug'], 'It crashes', 'debugging'],
    ['a typed label', ['type:docs'], 'Explain it', 'docs'],
    ['a word of its own', ['architecture'], 'How should it grow?', 'architecture'],
    ['a word that says more than the type beside it', ['bug', 'good first issue'], 'Typo', 'simple-fix'],
    ['a conventional title', [], 'refactor(parser): shorten it', 'refactor'],
    ['chores are boilerplate', ['chore'], 'Bump', 'boilerplate'],
  ])('%s', (_, labels, title, work) => {
    const read = readTask({ title, body: 'Do it.', labels })

    expect(read.ok && read.value.work).toBe(work)
  })
})

describe('who does it', () => {
  const FLEET = {
    agents: { claude: { cli: 'claude' }, codex: { cli: 'codex' }, cheap: { cli: 'opencode' } },
    routing: { rules: [{ work: ['docs', 'tests'], agents: ['cheap'] }] },
  }
  test.each<[string, object, Given, Partial<Choice>]>([
    [
      'a name wins over every rule',
      FLEET,
      { agent: 'claude', work: 'docs' },
      { agent: 'claude', because: '' },
    ],
    ['a rule', FLEET, { work: 'docs' }, { agent: 'cheap', because: 'by the rule for docs' }],
    ['no rule fits', FLEET, { work: 'feature' }, { agent: 'codex', because: 'the default' }],
    ['the usual rules: design', {}, { work: 'design' }, { agent: 'claude' }],
    ['the usual rules: API integration', {}, { work: 'api-integration' }, { agent: 'codex' }],
    ['the usual rules: tests', {}, { work: 'tests' }, { agent: 'opencode' }],
    [
      'a fleet without opencode has no usual rule for it',
      { agents: { codex: { cli: 'codex' } } },
      { work: 'docs' },
      { agent: 'codex' },
    ],
    [
      'a default of one’s own, no fleet',
      { default_agent: 'gemini' },
      { work: 'feature' },
      { agent: 'gemini' },
    ],
  ])('%s', (_, config, given, expected) => expect(choose(config, given)).toMatchObject(expected))
})

describe('an agent whose service failed on another task just now', () => {
  const LINE = { agents: { codex: { cli: 'codex', fallback: ['claude', 'qwen'] } } }
  test.each<[string, Given, Partial<Choice>]>([
    [
      'is passed over',
      { unwell: ['codex'] },
      { agent: 'claude', because: 'codex has no quota left on another task just now' },
    ],
    ['as is the next, if it is no better', { unwell: ['codex', 'claude'] }, { agent: 'qwen' }],
    [
      'unless there is none that is',
      { unwell: ['codex', 'claude', 'qwen'] },
      { agent: 'codex', because: '' },
    ],
    ['keeps what it has', { unwell: ['codex'], past: [['codex', null]] }, { agent: 'codex' }],
    ['does not take over', { unwell: ['claude'], past: [['codex', 'quota']] }, { agent: 'qwen' }],
  ])('%s', (_, given, expected) => expect(choose(LINE, { agent: 'codex', ...given })).toMatchObject(expected))

  test.each<[string, FailureKind | null, number, string[]]>([
    ['no quota', 'quota', 25, ['codex']],
    ['a while ago', 'quota', 60, []],
    ['no fault of the service', 'crash', 25, []],
    ['it went well', null, 25, []],
  ])('%s', (_, failure, now, expected) => {
    const ill = makeTask(historyOf([['codex', failure]]))

    expect([...findUnwell({ tasks: [ill, makeTask()] }, at(now)).keys()]).toEqual(expected)
  })
})

describe('which of several', () => {
  const among = (prefer: string, more: object = {}) => ({
    routing: { prefer, rules: [{ work: ['docs'], agents: ['gemini', 'opencode', 'claude', 'qwen'] }] },
    ...more,
  })
  const priced = {
    agents: { opencode: { cli: 'opencode', model: 'glm' } },
    models: { glm: { in: 0.1, out: 0.1 } },
  }
  test.each<[string, object, string]>([
    ['as listed', among('listed'), 'gemini'],
    ['the cheapest so far', among('price'), 'qwen'],
    ['one without a past by the price of its model', among('price', priced), 'opencode'],
    [
      'not the cheapest where others race with it',
      among('price', { agents: { qwen: { cli: 'qwen', race: ['qwen', 'claude'] } } }),
      'claude',
    ],
    ['the one that most often ended well', among('success'), 'claude'],
  ])('%s', (_, config, agent) => expect(choose(config, { work: 'docs' })).toMatchObject({ agent }))

  test('whose service failed is not asked again before the others', () => {
    const past: Past[] = [
      ['claude', 'overload'],
      ['qwen', 'overload'],
    ]
    expect(choose(among('success'), { work: 'docs', past })).toMatchObject({ agent: 'codex' })
    expect(choose(among('price'), { work: 'docs', past })).toMatchObject({ agent: 'gemini' })
  })
})

describe('who goes on when a service fails', () => {
  const LINE = { agents: { codex: { cli: 'codex', fallback: ['claude', 'qwen'] } } }
  test.each<[string, object, Given, Partial<Choice>]>([
    [
      'no quota: the next of the line',
      LINE,
      { agent: 'codex', past: [['codex', 'quota']] },
      { agent: 'claude', because: 'codex has no quota left in attempt 1' },
    ],
    [
      'and the next',
      LINE,
      {
        agent: 'codex',
        past: [
          ['codex', 'quota'],
          ['claude', 'unreachable'],
        ],
      },
      { agent: 'qwen' },
    ],
    [
      'and from the beginning',
      LINE,
      {
        agent: 'codex',
        past: [
          ['codex', 'quota'],
          ['claude', 'overload'],
          ['qwen', 'overload'],
        ],
      },
      { agent: 'codex' },
    ],
    [
      'nobody to pass it on to',
      {},
      { agent: 'codex', past: [['codex', 'overload']] },
      { agent: 'codex', because: '' },
    ],
    [
      'red checks are the agent’s own affair',
      LINE,
      { agent: 'codex', past: [['codex', null]] },
      { agent: 'codex' },
    ],
    ['a crash too', LINE, { agent: 'codex', past: [['codex', 'crash']] }, { agent: 'codex' }],
    [
      'who took over keeps it',
      LINE,
      {
        agent: 'codex',
        past: [
          ['codex', 'quota'],
          ['claude', null],
        ],
      },
      { agent: 'claude' },
    ],
    [
      'given up: from the head of the line',
      LINE,
      { agent: 'codex', past: [['codex', 'quota']], record: { voidThrough: 1, countFrom: 1 } },
      { agent: 'codex', because: '' },
    ],
    [
      'asked for anew, of another',
      LINE,
      {
        agent: 'claude',
        past: [['codex', 'quota']],
        record: { approval: makeApproval({ agent: 'claude', at: at(30) }) },
      },
      { agent: 'claude', because: '' },
    ],
    [
      'one of a rule: the default comes last',
      { routing: { rules: [{ work: ['docs'], agents: ['qwen'] }] } },
      { work: 'docs', past: [['qwen', 'no-key']] },
      { agent: 'codex' },
    ],
    ['one that the configuration knows no more', {}, { agent: 'gone', past: [['gone', 'quota']] }, {}],
  ])('%s', (_, config, given, expected) => {
    const choice = choose(config, given)
    if (Object.keys(expected).length === 0) expect(choice).toBeNull()
    else expect(choice).toMatchObject(expected)
  })
})

const tools = { now: at(60), digest: () => 'd'.repeat(64) }

function planFor(task: TaskFacts, config: object) {
  const world = makeWorld({ tasks: [task], config: { ok: true, value: makeConfig(config) } })
  const { effects, states } = plan(world, tools)
  const find = <K extends EffectName>(name: K) =>
    effects.find((effect): effect is Extract<Effect, { do: K }> => effect.do === name)
  return { find, state: states.get(task.id)! }
}

test('an attempt that another agent takes over is none of its tries', () => {
  const config = { agents: { codex: { cli: 'codex', fallback: ['claude'] } }, limits: { attempts: 1 } }
  const past = (...pasts: Past[]) => makeTask({ record: makeRecord(), ...historyOf(pasts) })

  expect(planFor(past(['codex', 'quota']), config).find('claim')).toMatchObject({
    attempt: 2,
    ticket: { agent: { name: 'claude' }, account: { because: 'codex has no quota left in attempt 1' } },
  })
  expect(planFor(past(['codex', 'quota'], ['claude', 'quota']), config).state.is).toBe('stuck')
})

test('where no agent has a key it ends at the last one, and says what is missing', () => {
  const config = { agents: { codex: { cli: 'codex', fallback: ['claude'] } } }
  const past = makeTask({
    record: makeRecord(),
    ...historyOf([
      ['codex', 'no-key'],
      ['claude', 'no-key'],
    ]),
  })

  expect(planFor(past, config).state).toMatchObject({ is: 'stuck', why: makeReport().summary })
})

test('whoever goes on with an open pull request stays on its branch', () => {
  const config = { agents: { codex: { cli: 'codex', fallback: ['claude'] } } }
  const ticket = makeTicket({
    attempt: 2,
    agent: { ...makeTicket().agent, name: 'claude' },
    continues: sha(0x201),
  })
  const pull = makePull({ reviews: [makeReview({ state: 'changes_requested' })] })
  const task = makeProposedTask({
    claims: [makeClaim(), makeClaim({ attempt: 2, ticket: { ok: true, value: ticket } })],
    attempts: new Map([
      [1, sha(0x201)],
      [2, sha(0x202)],
    ]),
    reports: new Map([
      [1, { sha: sha(0x301), report: { ok: true, value: makeReport() } }],
      [2, { sha: sha(0x302), report: { ok: true, value: makeReport({ attempt: 2 }) } }],
    ]),
    runs: [makeRun(), makeRun({ attempt: 2 })],
    pull,
  })
  const { find } = planFor(task, config)

  expect(find('publish')).toMatchObject({ branch: pull.head.branch, after: sha(0x202) })
  expect(find('describe')).toMatchObject({ pull: pull.number })
  expect(find('open')).toBeUndefined()
})

test('the status says who has it, and why', () => {
  const config = { agents: { codex: { cli: 'codex', fallback: ['claude'] } } }
  const issue = makeIssue({
    timeline: [...makeIssue().timeline, makeComment({ body: '/chorus status', at: at(50) })],
  })
  const task = makeTask({ issue, record: makeRecord(), ...historyOf([['codex', 'overload']]) })

  expect(planFor(task, config).find('say')?.body).toContain(
    'claude (codex found no room at its service in attempt 1), asked for by alice',
  )
})
