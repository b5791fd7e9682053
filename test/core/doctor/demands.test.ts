import { expect, test } from 'vitest'
import { checkDemands } from '../../../core/doctor/demands.ts'
import type { Probe, RulesetFact } from '../../../core/doctor/probe.ts'
import { RULE_ROWS } from '../../../core/landing/demands.ts'
import type { MergeMethod } from '../../../core/landing/rules.ts'
import type { World } from '../../../core/world.ts'
import { makeConfig, makeRules, makeWorld, sha } from '../../make.ts'

const main = (rule: string, names: readonly string[] = []) =>
  makeRules({ demands: [{ rule, names, ruleset: 5 }] })

function findingsOf(world: Partial<World>, bypass: Probe['rulesets'] = { is: 'read', value: [] }) {
  return checkDemands(makeWorld(world), { rulesets: bypass } as Probe)
}

const ruleset = (id: number, bypass: boolean): Probe['rulesets'] => ({
  is: 'read',
  value: [{ id, name: 'main', target: 'branch', bypass } satisfies RulesetFact],
})

test('where no such rule is in force, that is said', () => {
  expect(findingsOf({ rules: makeRules() })).toMatchObject([{ level: 'ok' }])
})

const merging = (method: MergeMethod) => ({
  config: { ok: true as const, value: makeConfig({ merge: { method } }) },
})

test.each(
  Object.entries(RULE_ROWS).flatMap(([rule, { hold }]) => (hold === null ? [] : [[rule, hold] as const])),
)('%s has one line, with what to do', (rule, { title, asks, help, shut }) => {
  const [found, ...rest] = findingsOf({ rules: main(rule, ['x']), ...merging('merge') })
  expect(rest).toEqual([])
  expect(found).toMatchObject({ level: shut ? 'bad' : 'warn', fix: help })
  expect(found!.why).toContain(`main has the rule "${title}" (x), which asks for ${asks}`)
  expect(found!.why).toMatch(shut ? /: nothing can land$/ : /refuses the merge although every gate passes$/)
})

test.each([
  ['squash', 'ok'],
  ['merge', 'warn'],
] as const)('signatures hold what lands by %s: %s', (method, level) => {
  expect(findingsOf({ rules: main('required_signatures'), ...merging(method) })).toMatchObject([{ level }])
})

test('what the app may pass by holds nothing; another ruleset, or one that is hidden, does', () => {
  const rules = main('update')
  expect(findingsOf({ rules }, ruleset(5, true))).toMatchObject([{ level: 'ok' }])
  expect(findingsOf({ rules }, ruleset(5, false))).toMatchObject([{ level: 'bad' }])
  expect(findingsOf({ rules }, ruleset(6, true))).toMatchObject([{ level: 'bad' }])
  expect(findingsOf({ rules }, { is: 'hidden', why: 'no' })).toMatchObject([{ level: 'bad' }])
})

test('with lanes the rules of both branches count', () => {
  const repo = { ...makeWorld({}).repo, target: { branch: 'integration', head: sha(1) } }
  const integration = { rules: main('workflows') } as World['integration']
  expect(findingsOf({ repo, rules: main('code_scanning'), integration })).toMatchObject([
    { why: expect.stringMatching(/^integration has the rule "Require code scanning/) },
    { why: expect.stringMatching(/^main has the rule "Require workflows/) },
  ])
})
