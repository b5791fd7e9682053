import { afterEach, expect, test } from 'vitest'
import { RULE_ROWS } from '../../core/landing/demands.ts'
import { explainHeld } from '../../core/words/demands.ts'
import { listClassicDemands } from '../../forge/observe/demands.ts'
import { noteRules, readRefusal, rememberRefusal } from '../../forge/observe/refusal.ts'
import { ofRule, readRules } from '../../forge/observe/rules.ts'
import { perform } from '../../forge/perform.ts'
import type { BranchWire, ProtectionWire, RuleWire } from '../../forge/wire.ts'
import { commitFiles } from '../../twin/seed.ts'
import { makeRules } from '../make.ts'
import { openTime } from '../stories/time.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage | null = null
afterEach(async () => {
  await stage?.twin.close()
  stage = null
})

const team = (minimum_approvals: number) => ({
  required_reviewers: [{ file_patterns: ['*'], minimum_approvals, reviewer: { id: 1, type: 'Team' } }],
})
const regex = { operator: 'regex', pattern: '^feat: ', negate: true }

/** As GitHub's schemas have them: parameters, and what is read of these; null where only GitHub's own judgement is left out. */
const READ: readonly [string, object, readonly string[] | null][] = [
  ['pull_request', {}, null],
  ['pull_request', team(0), null],
  ['pull_request', team(1), []],
  ['required_signatures', {}, []],
  ['update', { update_allows_fetch_and_merge: false }, []],
  [
    'workflows',
    { workflows: [{ path: '.github/workflows/audit.yml', repository_id: 1 }] },
    ['.github/workflows/audit.yml'],
  ],
  [
    'required_deployments',
    { required_deployment_environments: ['staging', 'canary'] },
    ['staging', 'canary'],
  ],
  [
    'code_scanning',
    {
      code_scanning_tools: [{ tool: 'CodeQL', alerts_threshold: 'errors', security_alerts_threshold: 'all' }],
    },
    ['CodeQL'],
  ],
  ['license_compliance_scanning', {}, []],
  ['commit_message_pattern', regex, ['not regex ^feat: ']],
  ['commit_author_email_pattern', { operator: 'ends_with', pattern: '@acme.test' }, ['ends with @acme.test']],
  ['committer_email_pattern', { operator: 'ends_with', pattern: '@acme.test' }, ['ends with @acme.test']],
  ['code_quality', { anything: true }, []],
]

test.each(READ)('of a rule %s %j what is left to GitHub is %j', (type, parameters, names) => {
  const rule = { type, parameters, ruleset_id: 5 } as unknown as RuleWire
  expect(ofRule(rule).demands).toEqual(names === null ? [] : [{ rule: type, names, ruleset: 5 }])
})

test('every type that holds a merge is read here, and no other asks for anything', () => {
  const read = new Set(READ.map(([type]) => type))
  for (const [type, { hold }] of Object.entries(RULE_ROWS)) {
    if (['lock_branch', 'restrictions'].includes(type)) continue
    if (hold === null) expect(ofRule({ type } as unknown as RuleWire).demands, type).toEqual([])
    else expect(read, type).toContain(type)
  }
})

test.each([
  ['nothing of the kind', {}, []],
  ['a lock', { lock_branch: { enabled: true } }, ['lock_branch']],
  ['a lock that is off', { lock_branch: { enabled: false } }, []],
  ['a list with this app', { restrictions: { apps: [{ id: 7 }] } }, []],
  ['a list of others', { restrictions: { apps: [{ id: 8 }] } }, ['restrictions']],
])('of classic protection with %s', (_, detail, rules) => {
  const found = listClassicDemands(detail as unknown as ProtectionWire, 7)
  expect(found).toEqual(rules.map(rule => ({ rule, names: [], ruleset: null })))
})

test('a branch that nobody may update: GitHub refuses, and the rule is known by what was read anyway', async () => {
  stage = await setForgeStage()
  const { data: made } = await stage.as('ada').rest.repos.createRepoRuleset({
    ...stage.at,
    name: 'closed',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [{ type: 'update' }],
  })
  await commitFiles(stage.twin.state, stage.repo, {
    branch: 'one',
    files: { 'one.txt': '1\n' },
    message: 'one',
  })
  const { data: pull } = await stage
    .as('bob')
    .rest.pulls.create({ ...stage.at, head: 'one', base: 'main', title: 'one' })
  await stage.twin.quiet(20_000)
  const words = { title: 't', message: 'm', summary: 's' }
  const how = { verify: false, exact: false, check: null, method: 'squash' as const, into: 'main' }
  const land = {
    do: 'land' as const,
    task: null,
    pull: pull.number,
    head: pull.head.sha,
    base: '',
    ...how,
    ...words,
  }
  const read = () => readRules(stage!.forge, { name: 'main' } as BranchWire)
  await read()
  expect(await perform(stage.forge, land)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  stage.counted()
  const { demands } = await read()
  expect(stage.counted()).toEqual([])
  expect(demands).toEqual([{ rule: 'update', names: [], ruleset: made.id }])
  const refused = readRefusal(stage.forge, pull as never, 0)
  expect(explainHeld(refused!, { demands, method: 'squash' }, 'main').reason).toMatch(
    /^a rule of main holds it: "Restrict updates"/,
  )

  // Taken off, it holds nothing any more: nobody has to wait, or to touch the pull request.
  await stage.as('ada').rest.repos.deleteRepoRuleset({ ...stage.at, ruleset_id: made.id })
  expect((await read()).demands).toEqual([])
  expect(readRefusal(stage.forge, pull as never, 0)).toBeNull()
  expect(await perform(stage.forge, land)).toMatchObject({ ok: true })
})

test('rules that GitHub lists in another order are the same', async () => {
  using time = openTime()
  stage = await setForgeStage()
  const { forge } = stage
  const [one, two] = ['workflows', 'code_scanning'].map(rule => ({ rule, names: [], ruleset: 5 }))
  const wire = { number: 5, head: { sha: 'head' }, updated_at: 'unchanged' } as never
  noteRules(forge, 'main', makeRules({ demands: [one!, two!] }))
  rememberRefusal(forge, { task: null, pull: 5, head: 'head' }, { why: 'never', behind: false })
  time.pass(1_000)
  noteRules(forge, 'main', makeRules({ demands: [two!, one!] }))
  noteRules(forge, 'release', makeRules())
  expect(readRefusal(forge, wire, 0)).not.toBeNull()
  noteRules(forge, 'main', makeRules({ demands: [two!] }))
  expect(readRefusal(forge, wire, 0)).toBeNull()
})
