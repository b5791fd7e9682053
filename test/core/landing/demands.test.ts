import { describe, expect, test } from 'vitest'
import { checks } from '../../../core/gates/checks.ts'
import { review } from '../../../core/gates/review.ts'
import { type Asked, type Demand, findHolding, RULE_ROWS, readHold } from '../../../core/landing/demands.ts'
import type { MergeMethod } from '../../../core/landing/rules.ts'
import { createPlanner } from '../../../core/planner.ts'
import { judgeTrain } from '../../../core/train.ts'
import { explainHeld } from '../../../core/words/demands.ts'
import { UPDATE_REFUSED } from '../../../core/words/gate.ts'
import { writePromotionRefused } from '../../../core/words/promote.ts'
import openapi from '../../conformance/openapi.json' with { type: 'json' }
import {
  at,
  makeCheck,
  makeConfig,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRules,
  makeWorld,
} from '../../make.ts'
import { settle } from '../../settle.ts'

const BARE = 'Repository rule violations found\n\n'

function makeDemand(rule: string, names: readonly string[] = []): Demand {
  return { rule, names, ruleset: 5 }
}

function by(demands: readonly Demand[], method: MergeMethod = 'merge'): Asked {
  return { demands, method }
}

/** Every row: whether gates judge it, and what GitHub may say where it holds a merge; null where it holds none. */
const ROWS: readonly [string, boolean, string | null][] = [
  ['required_status_checks', true, null],
  ['required_linear_history', true, null],
  ['merge_queue', true, null],
  ['pull_request', true, 'Waiting on the required reviewer team docs.'],
  ['required_signatures', true, 'Commits must have verified signatures.'],
  ['creation', false, null],
  ['deletion', false, null],
  ['non_fast_forward', false, null],
  ['branch_name_pattern', false, null],
  ['tag_name_pattern', false, null],
  ['copilot_code_review', false, null],
  ['file_path_restriction', false, null],
  ['file_extension_restriction', false, null],
  ['max_file_path_length', false, null],
  ['max_file_size', false, null],
  ['update', false, 'Cannot update this protected ref.'],
  ['lock_branch', false, 'This branch is locked and cannot be changed.'],
  ['restrictions', false, 'You’re not authorized to push to this branch.'],
  ['workflows', false, 'Required workflow ".github/workflows/audit.yml" is expected.'],
  ['required_deployments', false, 'Missing successful active staging deployment.'],
  [
    'code_scanning',
    false,
    'Waiting for Code Scanning results. Code Scanning may not be configured for the target branch.',
  ],
  ['license_compliance_scanning', false, 'License compliance scanning found violations.'],
  ['commit_message_pattern', false, 'Commit message must match a given regex pattern.'],
  ['commit_author_email_pattern', false, 'Commit author email must end with @acme.test.'],
  ['committer_email_pattern', false, 'Committer email must end with @acme.test.'],
]

const HELD = ROWS.flatMap(([rule, , says]) => (says === null ? [] : ([[rule, says]] as const)))

const ALL = HELD.map(([rule]) => makeDemand(rule))

test('each type of rule that GitHub publishes has its row, and besides those only what classic protection has', () => {
  const names = JSON.stringify(openapi.$defs['repository-rule-detailed']).matchAll(
    /repository-rule-([a-z-]+)"/g,
  )
  const published = new Set([...names].map(([, name]) => name!.replaceAll('-', '_')))
  published.delete('ruleset_info')
  expect(published.size).toBeGreaterThan(20)
  expect(Object.keys(RULE_ROWS).toSorted()).toEqual([...published, 'lock_branch', 'restrictions'].toSorted())
  expect(Object.keys(RULE_ROWS).toSorted()).toEqual(ROWS.map(([rule]) => rule).toSorted())
})

describe('a row', () => {
  test.each(ROWS)('%s: judged %s, holding with "%s"', (rule, judged, says) => {
    expect(RULE_ROWS[rule]!.judged).toBe(judged)
    expect(readHold(rule) !== null).toBe(says !== null)
  })
  test.each(HELD)('%s is known among all by GitHub’s words, and helped', (rule, says) => {
    const refused = { why: `${BARE}${says}`, times: 1, again: at(9) }
    const { title, asks, help, guessed = false } = readHold(rule)!
    expect(findHolding(refused.why, by(ALL))).toEqual({ holding: [makeDemand(rule)], sure: !guessed })
    const { reason, ask } = explainHeld(refused, by(ALL), 'main')
    expect(reason).toMatch(
      guessed ? /^a rule of main holds it: most likely "/ : /^a rule of main holds it: "/,
    )
    expect(reason).toContain(`"${title}", which asks for ${asks}. GitHub says: `)
    expect(ask).toBe(help)
  })
})

test.each(['code_quality', 'constructor'])('a type that is newer than the table may hold, too: %s', rule => {
  expect(explainHeld({ why: BARE, times: 1, again: at(9) }, by([makeDemand(rule)]), 'main')).toEqual({
    reason: `a rule of main holds it: most likely "${rule}", which asks for something that this Chorus does not know. GitHub says: Repository rule violations found; it is asked again at 12:09 UTC, or when the pull request or a rule of its branch changes`,
    ask: 'look it up in the ruleset of the branch',
  })
})

test('where GitHub says no more than that a rule is violated, all that it may be are named', () => {
  const demands = [makeDemand('workflows', ['.github/workflows/audit.yml']), makeDemand('update')]
  const { reason, ask } = explainHeld({ why: BARE, times: 1, again: at(9) }, by(demands), 'main')
  expect(reason).toMatch(
    /^a rule of main holds it: most likely one of these: "Require workflows to pass before merging" \(\.github\/workflows\/audit\.yml\), which .*; "Restrict updates", which /,
  )
  expect(ask).toContain(readHold('workflows')!.help)
  expect(ask).toContain(readHold('update')!.help)
})

test.each([
  UPDATE_REFUSED,
  'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
  'Required status check "deploy-preview" is expected.',
  'Required status check "license/cla" is expected.',
  'Required status check "commit message lint" is expected.',
  'Required status check "a. Commits must have verified signatures." is expected.',
  'Required status checks "Required workflow audit" and "code scanning results" are expected.',
  'New changes require approval from someone other than the last pusher or author.',
  'Changes must be made through a pull request to this read-only mirror of the team.',
])('no rule is named over a word that it shares with %s', why => {
  expect(findHolding(why, by(ALL))).toEqual({ holding: [], sure: false })
  expect(findHolding(`${BARE}${why}`, by(ALL)).holding).toEqual([])
})

test.each([`${BARE}A conversation must be resolved. `, '- ', 'Required status check "ci" is expected. '])(
  'a rule is known after "%s"',
  before => {
    const why = `${before}Commits must have verified signatures.`
    expect(findHolding(why, by(ALL))).toEqual({ holding: [makeDemand('required_signatures')], sure: true })
  },
)

describe('signatures, which what is squashed has', () => {
  const signed = makeDemand('required_signatures')
  const explain = (why: string, demands: readonly Demand[], method: MergeMethod) =>
    explainHeld({ why, times: 1, again: at(9) }, by(demands, method), 'main')
  test('where GitHub does not say which rule, they are meant only where it is not squashed', () => {
    const two = [makeDemand('workflows'), signed]
    expect(explain(BARE, two, 'squash').reason).toMatch(
      /^a rule of main holds it: most likely "Require workf/,
    )
    expect(explain(BARE, two, 'merge').reason).toContain('"Require signed commits"')
    expect(explain(BARE, [signed], 'squash').reason).toMatch(/^GitHub does not merge it as it is/)
  })
  test('where it says so they are named, and nobody is told to do what is done', () => {
    const { reason, ask } = explain('Commits must have verified signatures.', [signed], 'squash')
    expect(reason).toMatch(/^a rule of main holds it: "Require signed commits"/)
    expect(ask).toBe('look at "Require signed commits" in the settings of the branch')
  })
})

test('what GitHub says of something else is not put down to a rule', () => {
  const refused = { why: `${BARE}A conversation must be resolved.`, times: 1, again: at(9) }
  const { reason, ask } = explainHeld(refused, by(ALL), 'main')
  expect(reason).toMatch(/^GitHub does not merge it as it is: /)
  expect(ask).toBe('')
})

test('the gate and the promotion say which rule it is, and what to do', () => {
  const refusal = { why: `${BARE}Cannot update this protected ref.`, times: 1, again: at(9) }
  const rules = makeRules({ demands: [makeDemand('update')] })
  const said = /a rule of main holds it: "Restrict updates", which asks for a place on its bypass list/
  const verdict = review.judge(makeProposal({ rules, pull: makePull({ refusal }) }))
  expect(verdict).toMatchObject({
    is: 'wait',
    reason: expect.stringMatching(said),
    ask: expect.stringMatching(/^take it off the ruleset/),
  })
  const { summary } = writePromotionRefused(refusal, by(rules.demands), 'main')
  expect(summary).toMatch(said)
  expect(summary).toMatch(/\*\*What you can do:\*\* Take it off the ruleset/)
})

describe('a rule that names no check, beside one that passed', () => {
  const judge = (rule: string, status: 'in_progress' | 'completed', over: object = {}) =>
    checks.judge(
      makeProposal({
        rules: makeRules({ demands: [makeDemand(rule, ['audit.yml'])] }),
        pull: makePull({
          checks: [
            makeCheck(),
            makeCheck({
              name: 'audit',
              id: 2,
              status,
              conclusion: status === 'completed' ? 'success' : null,
            }),
          ],
        }),
        ...over,
      }),
    )
  test.each(['workflows', 'code_scanning'])('%s: nothing lands while CI is under way', rule => {
    expect(judge(rule, 'in_progress')).toMatchObject({
      is: 'wait',
      reason: expect.stringMatching(
        /^the check "audit" has not ended on this commit, and the branch has the rule "Require .*\(audit\.yml\)$/,
      ),
      ask: expect.stringContaining('`gates.optional`'),
    })
    expect(judge(rule, 'completed').is).toBe('pass')
  })
  test('what may be left out is not waited for, nor anything for another rule', () => {
    const config = makeConfig({ gates: { optional: ['audit'] } })
    expect(judge('workflows', 'in_progress', { config }).is).toBe('pass')
    expect(judge('update', 'in_progress').is).toBe('pass')
  })
})

describe('an unrelated check that never ends, beside a rule that names none', () => {
  const rules = makeRules({
    required: [{ name: makeCheck().name, appId: null }],
    demands: [makeDemand('code_scanning', ['CodeQL'])],
  })
  const START = at(200)
  const KINDS = [
    ['queued, or waiting for an approval', { status: 'queued' }, 15],
    ['a pending status', { kind: 'status', status: 'in_progress' }, 15],
    ['at work', { status: 'in_progress' }, 6 * 60],
  ] as const
  const TIMELESS = ['queued without a time of its own', { status: 'queued', startedAt: 0 }, 15] as const
  const open = (over: object) =>
    makeCheck({ id: 2, name: 'deploy', conclusion: null, startedAt: START, ...over })
  const gate = { id: 1, at: START, status: 'in_progress', conclusion: null, title: '', key: '' } as const

  test.each(KINDS)('%s: the task at rest is woken, and lands', (_, over, minutes) => {
    const checks = [makeCheck(), open(over)]
    let world = makeWorld({ rules, tasks: [makeProposedTask({ pull: makePull({ checks, gate }) })] })
    const planner = createPlanner()
    const look = (now: number) => {
      const { effects } = planner(world, {
        now: START + now * 60_000,
        digest: text => String(text.length).padStart(64, '0'),
      })
      world = settle(world, effects)
      return effects.some(effect => effect.do === 'land')
    }
    expect([1, 2, minutes - 1, minutes, minutes + 1].map(look)).toEqual([false, false, false, true, true])
  })

  test('many that begin and end one after another: its gate is not written anew for each', () => {
    const jobs = Array.from({ length: 12 }, (_, i) => ({ id: 10 + i, name: `job ${i}` }))
    // Two machines: each job takes two minutes, and waits until then.
    const at = (minute: number) =>
      jobs.map((job, i) => {
        const began = START + i * 60_000
        const now = START + minute * 60_000
        const status = now >= began + 120_000 ? 'completed' : now >= began ? 'in_progress' : 'queued'
        const startedAt = status === 'queued' ? START : began
        return open({ ...job, status, startedAt, conclusion: status === 'completed' ? 'success' : null })
      })
    let world = makeWorld({ rules, tasks: [makeProposedTask({ pull: makePull({ checks: [], gate }) })] })
    const planner = createPlanner()
    const written: string[] = []
    for (let minute = 0; minute < 13; minute++) {
      const tasks = world.tasks.map(task => ({
        ...task,
        pull: { ...task.pull!, checks: [makeCheck(), ...at(minute)] },
      }))
      const { effects } = planner(
        { ...world, tasks },
        { now: START + minute * 60_000, digest: text => String(text.length).padStart(64, '0') },
      )
      for (const effect of effects) if (effect.do === 'gate') written.push(effect.title)
      world = settle({ ...world, tasks }, effects)
    }
    expect(written).toHaveLength(1)
  })

  test.each([...KINDS, TIMELESS])('%s: a combination is judged without it', (_, over, minutes) => {
    const train = {
      members: [{}],
      pull: 5,
      checks: [makeCheck(), open(over)],
      judged: [],
      at: START,
    } as never
    const judge = (now: number) => judgeTrain(makeWorld({ rules }), train, START + now * 60_000)
    expect([judge(minutes - 1), judge(minutes)]).toEqual(['running', 'passed'])
  })
})
