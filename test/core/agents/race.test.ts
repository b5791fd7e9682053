import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settle } from '../../../core/accounts/settle.ts'
import { chooseWinner, type Entry, makerOf } from '../../../core/agents/race.ts'
import { parseConfig } from '../../../core/config/config.ts'
import { OUTCOMES, type Race } from '../../../core/contract/report.ts'
import type { Ticket } from '../../../core/contract/ticket.ts'
import type { Effect } from '../../../core/effect.ts'
import { parseChorusRef, printLoserRef } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import { openPlaces } from '../../../core/schedule/places.ts'
import { explainRace, writeLosers } from '../../../core/words/race.ts'
import type { TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeApproval,
  makeClaim,
  makeConfig,
  makeProposedTask,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  OUR_APP,
  sha,
} from '../../make.ts'

const entry = (over: Partial<Entry> = {}): Entry => ({
  outcome: 'done',
  red: 0,
  size: { lines: 10, bytes: 100 },
  ...over,
})
const red = (count: number, lines = 10) =>
  entry({ outcome: 'red-checks', red: count, size: { lines, bytes: 100 } })
const empty = (outcome: Entry['outcome']) => entry({ outcome, size: null })
const sized = (lines: number, bytes = 100) => entry({ size: { lines, bytes } })

describe('who wins', () => {
  test.each<[string, Entry[], number, string]>([
    ['green checks before a smaller change', [red(1, 1), sized(50)], 1, 'checks'],
    ['of green ones the smaller change', [sized(10), sized(9)], 1, 'size'],
    ['of equal lines the fewer bytes', [sized(10, 90), sized(10, 80)], 1, 'size'],
    ['of the very same whoever is named first', [sized(10), sized(10), sized(10)], 0, 'order'],
    ['fewer red checks before a smaller change', [red(2, 1), red(1, 99)], 1, 'checks'],
    ['of equally red ones the smaller change', [red(1, 9), red(1, 3)], 1, 'size'],
    ['a question before red checks: it says what is missing', [red(1), empty('question')], 1, 'checks'],
    ['work that was done before a question', [empty('question'), sized(500)], 1, 'checks'],
    ['something half done before nothing', [empty('timed-out'), entry({ outcome: 'timed-out' })], 1, 'size'],
    ['what never ran comes last', [empty('cannot-run'), empty('no-change')], 1, 'checks'],
    [
      'where all failed, the first, whatever another left lying about',
      [empty('agent-failed'), entry({ outcome: 'cannot-run' })],
      0,
      'order',
    ],
    ['the only one', [empty('agent-failed')], 0, 'order'],
  ])('%s', (_, entries, winner, by) => {
    expect(chooseWinner(entries)).toEqual({ winner, by })
  })

  const anyEntry: fc.Arbitrary<Entry> = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    red: fc.nat(2),
    size: fc.option(fc.record({ lines: fc.nat(3), bytes: fc.nat(3) })),
  })
  const anyRace = fc.array(anyEntry, { minLength: 2, maxLength: 5 })

  test('does not hang on the order, except among equals', () => {
    fc.assert(
      fc.property(anyRace, entries => {
        const chosen = entries[chooseWinner(entries).winner]!
        const turned = entries.toReversed()
        const again = chooseWinner(turned)
        // Who is named first decides between two that nothing else sets apart, and only there.
        if (again.by !== 'order') expect(turned[again.winner]).toEqual(chosen)
      }),
    )
  })

  test('one more at the end wins or changes nothing, and green stays green', () => {
    fc.assert(
      fc.property(anyRace, anyEntry, (entries, late) => {
        const before = chooseWinner(entries).winner
        const after = chooseWinner([...entries, late]).winner
        // One more at the end wins, or changes nothing.
        expect([before, entries.length]).toContain(after)
        if (entries.some(({ outcome }) => outcome === 'done')) {
          expect([...entries, late][after]?.outcome).toBe('done')
        }
      }),
    )
  })
})

const agent = (name: string) => ({ ...makeTicket().agent, name })
const ACCOUNT: Ticket['account'] = {
  by: { id: alice.id, login: alice.login },
  epic: null,
  work: 'feature',
  because: '',
  reserved: { usd: 3, tokens: 30_001 },
}
const ticket = makeTicket({
  account: ACCOUNT,
  race: { others: [agent('claude'), agent('codex')], side_by_side: 2 },
})
const use = (name: string, cost_usd: number | null) => ({
  agent: name,
  model: 'gpt-5',
  tokens_in: 100,
  tokens_out: 10,
  tokens_cached: 0,
  cost_usd,
  seconds: 5,
})
const race: Race = {
  winner: 1,
  by: 'size',
  side_by_side: 2,
  contenders: [
    {
      agent: 'codex',
      outcome: 'done',
      summary: 'codex fixes #7',
      lines: 12,
      head: sha(0x51),
      usage: use('codex', 0.2),
    },
    { agent: 'claude', outcome: 'done', summary: 'c', lines: 1, head: sha(0x201), usage: use('claude', 0.5) },
    { agent: 'codex', outcome: 'cannot-run', summary: 'no key', lines: null, head: null, usage: null },
  ],
}

function raced(report: Partial<ReturnType<typeof makeReport>>, over: Partial<TaskFacts> = {}): TaskFacts {
  return makeTask({
    record: makeRecord(),
    claims: [makeClaim({ ticket: { ok: true, value: ticket } })],
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: makeReport(report) } }]]),
    runs: [makeRun({ receipt: { attempt: null, report: sha(0x301) } })],
    ...over,
  })
}

describe('what a race is charged', () => {
  const context = { app: OUR_APP, repo: makeWorld().repo, now: at(60) }

  test('a line for each that was at it, each with what it used', () => {
    expect(settle(raced({ race }), 0, context)).toMatchObject([
      { agent: 'codex', outcome: 'done', cost_usd: 0.2, charged: { usd: 0.2, tokens: 110 } },
      { agent: 'claude', outcome: 'done', cost_usd: 0.5, charged: { usd: 0.5, tokens: 110 } },
      { agent: 'codex', outcome: 'cannot-run', cost_usd: 0, charged: { usd: 0, tokens: 0 } },
    ])
  })

  test.each([
    ['there is no report', { runs: [makeRun({ receipt: null, conclusion: 'failure' })] }],
    ['the report names no race', {}],
  ])('what was set aside for all of them, where %s', (_, over) => {
    const events = settle(raced({ usage: null, outcome: 'agent-failed' }, over), 0, context)

    expect(events.map(one => one.agent)).toEqual(['codex', 'claude', 'codex'])
    for (const { charged } of events) expect(charged).toEqual({ usd: 1, tokens: 10_001 })
  })
})

const RACING = {
  agents: { codex: { cli: 'codex', race: ['claude', 'claude'] }, claude: { cli: 'claude' } },
}

function planFor(config: object, over: Partial<TaskFacts> = {}) {
  const world = makeWorld({
    tasks: [makeTask({ record: makeRecord(), ...over })],
    config: { ok: true, value: makeConfig(config) },
  })
  const { effects, states } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
  const claim = effects.find((effect): effect is Extract<Effect, { do: 'claim' }> => effect.do === 'claim')
  return { ticket: claim?.ticket, state: [...states.values()][0] }
}

describe('what a race starts with', () => {
  test('the ticket names all, and as much is set aside as all of them need', () => {
    const { ticket } = planFor({ ...RACING, limits: { tokens: 1000, side_by_side: 3 } })

    expect(ticket).toMatchObject({
      agent: { name: 'codex' },
      race: { others: [{ name: 'claude', cli: 'claude' }, { name: 'claude' }], side_by_side: 3 },
      limits: { tokens: 1000 },
      account: { reserved: { usd: 3, tokens: 3000 } },
    })
  })

  test('together they may use no more than a budget has left', () => {
    const { ticket } = planFor({ ...RACING, budgets: { task: { tokens: 3_000_000 } } })

    expect(ticket).toMatchObject({ limits: { tokens: 1_000_000 } })
  })

  test('a race for which a budget has no room does not start', () => {
    const record = makeRecord({
      used: { ...makeRecord().used, attempts: 1, charged: { usd: 0, tokens: 1_500_000 } },
    })
    const { state, ticket } = planFor({ ...RACING, budgets: { task: { tokens: 4_000_000 } } }, { record })

    expect(ticket).toBeUndefined()
    expect(state).toMatchObject({ is: 'waiting', on: 'budget' })
    // One agent alone would have had its million.
    expect(planFor({ budgets: { task: { tokens: 4_000_000 } } }, { record }).ticket).toBeDefined()
  })

  test('a plan is made by one', () => {
    const record = makeRecord({ approval: makeApproval({ kind: 'plan' }) })
    const { ticket } = planFor(RACING, { record })

    expect(ticket).toMatchObject({ kind: 'plan' })
    expect(ticket?.race).toBeUndefined()
  })

  test('it takes a place of each of its agents, as often as it has them', () => {
    const config = makeConfig({
      agents: { codex: { cli: 'codex' }, claude: { cli: 'claude', max_parallel: 3 } },
    })
    const places = openPlaces(config)
    const race = { agents: ['codex', 'claude', 'claude'], epic: null }
    expect(places.full(race)).toBeNull()
    places.take(race)
    expect(places.full({ agents: ['claude'], epic: null })).toBeNull()
    expect(places.full(race)).toContain('claude')
    expect(places.full({ agents: ['codex'], epic: null })).toBeNull()
  })
})

test.each<[string, object, string]>([
  ['of somebody unknown', { codex: { cli: 'codex', race: ['nobody'] } }, 'no agent is called "nobody"'],
  [
    'with more of one agent than may work at once',
    { codex: { cli: 'codex', race: ['codex', 'codex'], max_parallel: 2 } },
    'codex 3 times, and agents.codex.max_parallel lets only 2',
  ],
  ['of too many', { codex: { cli: 'codex', race: Array(5).fill('claude') } }, '4'],
])('a race %s is a mistake that is told', (_, agents, message) => {
  const parsed = parseConfig({ agents })

  expect(parsed.ok).toBe(false)
  if (parsed.ok) return
  expect(parsed.problems[0]?.path).toMatch(/^agents\.codex\.race/)
  expect(parsed.problems[0]?.message).toContain(message)
})

describe('what is said of a race', () => {
  const first: Race = { ...race, winner: 0 }
  const last = { ...race.contenders[2]!, agent: 'qwen' }
  const failed = [{ ...race.contenders[0]!, outcome: 'red-checks' as const }, last]
  test.each<[Race, string]>([
    [
      race,
      'claude won the race: of what is done its change is the smallest (1 line; codex: 12 lines; codex (2): could not run).',
    ],
    [
      { ...first, by: 'order' },
      'codex won the race: no change that is done is smaller (12 lines; claude: 1 line; codex (2): could not run), and it is named first.',
    ],
    [
      { ...first, by: 'checks', contenders: [race.contenders[0]!, last] },
      'codex won the race: it alone is done (qwen: could not run).',
    ],
    [
      { ...first, by: 'checks', contenders: failed },
      'Nobody won the race (codex: red checks; qwen: could not run); what codex came to counts.',
    ],
  ])('%#', (told, sentence) => {
    expect(explainRace(told)).toBe(sentence)
  })

  test('what is kept of the others is named by ref, and nothing they said acts', () => {
    const lines = writeLosers(race, { task: 'bd-k3f9', attempt: 2 })

    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('kept as `refs/chorus/losers/bd-k3f9/2/1` (0000000)')
    expect(lines[0]).not.toContain('fixes #7')
    expect(lines[1]).toContain('codex (2): no key (nothing is kept of it)')
  })

  test('whoever made it is told, as the ticket names it', () => {
    expect(makerOf(ticket, race).name).toBe('claude')
    expect(makerOf(ticket, { ...race, winner: 4 }).name).toBe('codex')
    expect(makerOf(makeTicket(), race).name).toBe('codex')
  })
})

test('refs of losers are no refs of attempts', () => {
  const name = { task: 'bd-k3f9', attempt: 12 }
  const ref = printLoserRef({ ...name, contender: 2 })

  expect(parseChorusRef(ref)).toEqual({ ...name, kind: 'loser' })
  for (const other of [ref.slice(0, -2), `${ref}/1`, `${ref}1`, ref.replace('losers', 'attempts')]) {
    expect(parseChorusRef(other)).toBeNull()
  }
})

test('a week after the issue was closed what lost goes as well', () => {
  const ref = printLoserRef({ task: 'bd-k3f9', attempt: 1, contender: 2 })
  const task = makeProposedTask({ losers: new Map([[ref, sha(0x51)]]) })
  const closed = { ...task, issue: { ...task.issue, state: 'closed' as const, closedAt: at(0) } }
  const world = makeWorld({ tasks: [closed] })
  const { effects } = plan(world, { now: at(8 * 24 * 60), digest: () => 'd'.repeat(64) })
  const drop = effects.find(
    (effect): effect is Extract<Effect, { do: 'drop-refs' }> => effect.do === 'drop-refs',
  )

  expect(drop?.refs).toContainEqual({ name: ref, sha: sha(0x51) })
})
