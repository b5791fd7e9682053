import { describe, expect, test } from 'vitest'
import { checks } from '../../../core/gates/checks.ts'
import { review } from '../../../core/gates/review.ts'
import { type Demand, findHolding, RULE_ROWS, readHold } from '../../../core/landing/demands.ts'
import { explainHeld } from '../../../core/words/demands.ts'
import { writePromotionRefused } from '../../../core/words/promote.ts'
import openapi from '../../conformance/openapi.json' with { type: 'json' }
import { at, makeCheck, makeConfig, makeProposal, makePull, makeRules } from '../../make.ts'

const BARE = 'Repository rule violations found\n\n'

function makeDemand(rule: string, names: readonly string[] = []): Demand {
  return { rule, names, ruleset: 5 }
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
  ['required_deployments', false, 'Must be deployed to staging before it is merged.'],
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
    const all = HELD.map(([other]) => makeDemand(other))
    const refused = { why: `${BARE}${says}`, times: 1, again: at(9) }
    expect(findHolding(refused.why, all)).toEqual({ holding: [makeDemand(rule)], sure: true })
    const { title, asks, help } = readHold(rule)!
    const { reason, ask } = explainHeld(refused, all, 'main')
    expect(reason).toMatch(/^a rule of main holds it: "/)
    expect(reason).toContain(`"${title}", which asks for ${asks}. GitHub says: `)
    expect(ask).toBe(help)
  })
})

test.each(['code_quality', 'constructor'])('a type that is newer than the table may hold, too: %s', rule => {
  expect(explainHeld({ why: BARE, times: 1, again: at(9) }, [makeDemand(rule)], 'main')).toEqual({
    reason: `a rule of main holds it: most likely "${rule}", which asks for something that this Chorus does not know. GitHub says: Repository rule violations found; it is asked again at 12:09 UTC, or when the pull request changes`,
    ask: 'look it up in the ruleset of the branch',
  })
})

test('where GitHub says no more than that a rule is violated, all that it may be are named', () => {
  const demands = [makeDemand('workflows', ['.github/workflows/audit.yml']), makeDemand('update')]
  const { reason, ask } = explainHeld({ why: BARE, times: 1, again: at(9) }, demands, 'main')
  expect(reason).toMatch(
    /^a rule of main holds it: most likely one of these: "Require workflows to pass before merging" \(\.github\/workflows\/audit\.yml\), which .*; "Restrict updates", which /,
  )
  expect(ask).toContain(readHold('workflows')!.help)
  expect(ask).toContain(readHold('update')!.help)
})

test('what GitHub says of something else is not put down to a rule', () => {
  const refused = { why: `${BARE}A conversation must be resolved.`, times: 1, again: at(9) }
  const { reason, ask } = explainHeld(
    refused,
    HELD.map(([rule]) => makeDemand(rule)),
    'main',
  )
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
  const { summary } = writePromotionRefused(refusal, rules, 'main')
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
        /^CI has not ended on this commit, and the branch has the rule "Require .*\(audit\.yml\)$/,
      ),
    })
    expect(judge(rule, 'completed').is).toBe('pass')
  })
  test('what may be left out is not waited for, nor anything for another rule', () => {
    const config = makeConfig({ gates: { optional: ['audit'] } })
    expect(judge('workflows', 'in_progress', { config }).is).toBe('pass')
    expect(judge('update', 'in_progress').is).toBe('pass')
  })
})
