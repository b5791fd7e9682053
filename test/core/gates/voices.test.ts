import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../core/config/config.ts'
import type { Effect } from '../../../core/effect.ts'
import { voices } from '../../../core/gates/voices.ts'
import { plan } from '../../../core/plan.ts'
import type { ReviewStanding } from '../../../core/review/standing.ts'
import type { PullFacts, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeChange,
  makeConfig,
  makeGate,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReview,
  makeStandings,
  makeWorld,
  sha,
  tim,
} from '../../make.ts'

const carol = { id: 105, login: 'Carol', kind: 'person' as const }
const standings = makeStandings({ 105: 'write' })
const by = (...people: (typeof bob)[]) => people.map((one, i) => makeReview({ id: 7000 + i, by: one }))
const given: ReviewStanding = { is: 'given', number: 4, by: 'claude', verdict: 'approve' }

type Rule = Record<string, unknown>
const withRule = (rule: Rule) =>
  makeConfig({ gates: { voices: [{ name: 'security', needed: 2, of: ['@bob', '@carol'], ...rule }] } })
const judge = (rule: Rule, pull: Partial<PullFacts> = {}, reviewed?: ReviewStanding) =>
  voices.judge(
    makeProposal({
      config: withRule(rule),
      standings,
      pull: makePull(pull),
      ...(reviewed === undefined ? {} : { reviewed }),
    }),
  )

describe('a decision that needs several voices', () => {
  const one = { reviews: by(bob) }
  const two = { reviews: by(bob, carol) }
  const agents = { of: ['@bob', 'reviewer'] }
  const claudes = { of: ['@bob', 'reviewer:claude'] }
  const paths = { paths: ['core/**'] }
  const inside = [makeChange({ path: 'core/a.ts' })]
  test.each<[string, ReturnType<typeof judge>, string]>([
    ['C6: nobody has said a thing', judge({}), 'wait'],
    ['one of two', judge({}, one), 'wait'],
    ['both, whatever the case of their names', judge({}, two), 'pass'],
    [
      'two, but of another commit',
      judge({}, { reviews: by(bob, carol).map(review => ({ ...review, sha: sha(8) })) }),
      'wait',
    ],
    ['one who is not named', judge({ of: ['@bob', '@dave'] }, two), 'wait'],
    ['who asked for the work', judge({ of: ['@bob', '@alice'] }, { reviews: by(bob, alice) }), 'wait'],
    ['who may not push', judge({ of: ['@bob', '@tim'] }, { reviews: by(bob, tim) }), 'wait'],
    ['two of three', judge({ of: ['@bob', '@carol', '@dave'] }, two), 'pass'],
    ['of a team, anybody who may push', judge({ of: ['@acme/core'] }, two), 'pass'],
    ['of a team, one', judge({ of: ['@acme/core'] }, one), 'wait'],
    ['a person and the review by an agent', judge(agents, one, given), 'pass'],
    [
      'a person and an agent that asks for changes',
      judge(agents, one, { ...given, verdict: 'changes' }),
      'wait',
    ],
    ['the agent alone', judge(agents, {}, given), 'wait'],
    ['the agent that is named', judge(claudes, one, given), 'pass'],
    ['another agent', judge(claudes, one, { ...given, by: 'codex' }), 'wait'],
    ['about other paths', judge(paths), 'pass'],
    ['about these', judge(paths, { changes: inside }), 'wait'],
    [
      'about what moved away from there',
      judge(paths, { changes: [makeChange({ previous: 'core/a.ts' })] }),
      'wait',
    ],
    [
      'about a variant in case of these',
      judge(paths, { changes: [makeChange({ path: 'CORE/a.ts' })] }),
      'wait',
    ],
    ['about what is in a folder that is named', judge({ paths: ['core'] }, { changes: inside }), 'wait'],
    ['a list that is cut may hold anything', judge(paths, { changes: null }), 'wait'],
    ['about many files', judge({ files: 0 }), 'wait'],
    ['not so many', judge({ files: 1 }), 'pass'],
    ['about many lines', judge({ lines: 2 }), 'wait'],
    ['not so many lines', judge({ lines: 3 }), 'pass'],
    ['by path or by size', judge({ ...paths, lines: 2 }), 'wait'],
  ])('%s', (_, verdict, is) => expect(verdict.is).toBe(is))
  test('who is missing is said, and who has spoken', () =>
    expect(judge({}, one)).toMatchObject({
      reason: '"security" needs 2 of @bob, @carol to approve this commit, and given: bob',
    }))
  test('when nobody asks for voices there is nothing to wait for', () =>
    expect(voices.judge(makeProposal())).toMatchObject({ is: 'pass' }))
})

describe('what cannot be is told with its place', () => {
  const problemsOf = (...rules: Rule[]) => {
    const parsed = parseConfig({
      gates: { voices: rules.map(rule => ({ name: 'a', needed: 1, of: ['@bob'], ...rule })) },
    })
    return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
  }
  test.each<[Rule[], RegExp | null]>([
    [[{}], null],
    [[{ needed: 2 }], /^gates\.voices\[0\]\.needed: 2 are needed, and `of` names only 1$/],
    [[{ needed: 2, of: ['reviewer', 'reviewer:claude'] }], /needed: 2 are needed, and `of` names only 1$/],
    [[{ needed: 3, of: ['@acme/core'] }], null],
    [[{}, {}], /^gates\.voices\[1\]\.name: two decisions are called "a"/],
    [[{ of: ['bob'] }], /^gates\.voices\[0\]\.of\[0\]: must be `@person`/],
    [[{ of: ['reviewer:nobody'] }], /no agent is called "nobody"; known: /],
    [[{ escalate: 'bob' }], /^gates\.voices\[0\]\.escalate: must be `@person`/],
    [[{ paths: ['a['] }], /^gates\.voices\[0\]\.paths\[0\]/],
  ])('%j', (rules, problem) => {
    const problems = problemsOf(...rules)
    if (problem === null) expect(problems).toEqual([])
    else expect(problems).toEqual([expect.stringMatching(problem)])
  })
})

describe('voices that do not come', () => {
  const HOUR = 60
  const day = at(20 + 24 * HOUR)
  const config = { ok: true as const, value: withRule({ escalate: '@dave' }) }
  const waiting = (over: Partial<TaskFacts> = {}, pull: Partial<PullFacts> = {}) =>
    makeProposedTask({ pull: makePull({ gate: makeGate({ at: at(20) }), ...pull }), ...over })
  const planAt = (now: number, task = waiting()) =>
    plan(makeWorld({ tasks: [task], config, standings }), { now, digest: () => 'd'.repeat(64) })
  const calls = (effects: readonly Effect[]) =>
    effects.flatMap(effect => (effect.do === 'call' ? [effect] : []))
  const recordOf = (effects: readonly Effect[]) =>
    effects.flatMap(effect => (effect.do === 'record' ? [...effect.records.values()] : []))[0]

  test('C6: after a day somebody is told, in words that help, and the ledger has it', () => {
    expect(calls(planAt(day - 1).effects)).toEqual([])
    const { effects } = planAt(day)
    const [call, ...more] = calls(effects)
    expect(more).toEqual([])
    expect(call).toMatchObject({
      pull: 12,
      body: expect.stringMatching(/^@dave: the decision "security" still waits/),
    })
    expect(call!.body).toMatch(/After 24 hours 2 of @bob, @carol are needed, and nobody has given theirs\./)
    expect(call!.body).toMatch(/What helps: /)
    expect(recordOf(effects)?.escalated).toEqual([{ pull: 12, rule: 'security', at: day }])
    const record = effects.find(effect => effect.do === 'record')
    expect(record?.events).toContainEqual(
      expect.objectContaining({ event: 'escalated', cause: '"security" has 0 of 2 voices after 24 hours' }),
    )
    // What is remembered comes first: who dies in between says it to nobody twice.
    expect(effects.findIndex(effect => effect.do === 'record')).toBeLessThan(effects.indexOf(call!))
  })
  test('once', () => {
    const record = makeRecord({ escalated: [{ pull: 12, rule: 'security', at: day }] })
    const { effects } = planAt(day + 60_000, waiting({ record }))
    expect(calls(effects)).toEqual([])
    const gate = effects.find(effect => effect.do === 'gate')
    expect(gate?.summary).toMatch(/none is given; @.?dave was told/)
  })
  test('not when they came, nor of another commit, nor once it is closed', () => {
    expect(calls(planAt(day, waiting({}, { reviews: by(bob, carol) })).effects)).toEqual([])
    expect(calls(planAt(day, waiting({}, { gate: makeGate({ at: day - 1 }) })).effects)).toEqual([])
    expect(calls(planAt(day, waiting({}, { state: 'closed' })).effects)).toEqual([])
  })
  test('it is looked at again in time, though nothing happens', () => {
    const { lookAgain } = planAt(day - 30_000)
    expect(lookAgain).toBe(day)
  })
  test('what lands says in its commit who decided', () => {
    const { effects } = planAt(at(60), waiting({}, { reviews: by(bob, carol) }))
    expect(effects.find(effect => effect.do === 'land')?.message).toMatch(
      /^Voices: security: 2 of 2 \(bob, Carol\)$/m,
    )
  })
})
