import { describe, expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { printPullMarker, printTaskId } from '../../../core/names.ts'
import { checkFeature } from '../../../core/planning/feature.ts'
import { placePlan } from '../../../core/planning/place.ts'
import type { TaskFacts } from '../../../core/world.ts'
import { makeClaim, makeIssue, makePlanClaim, makePull, makeTask, sha } from '../../make.ts'
import { makeBacklog } from '../backlog/make.ts'

const path = 'specs/7-greet-people-by-name/BACKLOG.yaml'
const attempts = new Map([[1, sha(0x201)]])
const claims = [makePlanClaim()]
const merged = makePull({ state: 'merged' })
const moved = makePull({ head: { ...makePull().head, sha: sha(0x777) } })
const second = { ...makePlanClaim(), attempt: 2 }
const aboutSecond = printPullMarker({ task: printTaskId(7), attempt: 2 })

describe('a plan is read in the folder that its claim names', () => {
  test.each<[string, Partial<TaskFacts>, string | null]>([
    ['before it is shown, of the attempt', { claims, attempts }, sha(0x201)],
    ['as people have edited it on its branch', { claims, attempts, pull: moved }, sha(0x777)],
    ['a newer attempt than is shown', { claims: [...claims, second], attempts, pull: moved }, sha(0x777)],
    [
      'merged, whatever the title is by now',
      { claims, pull: merged, issue: makeIssue({ title: 'x' }) },
      'default branch',
    ],
    [
      'merged after two attempts, of the one that is shown',
      { claims: [...claims, second], pull: { ...merged, body: aboutSecond } },
      'default branch',
    ],
  ])('%s', (_, over, at) => expect(placePlan(makeTask(over))).toMatchObject({ path, at }))

  test.each<[string, Partial<TaskFacts>]>([
    ['no plan was asked for', { claims: [makeClaim()], attempts }],
    [
      'a claim that somebody forged',
      { claims: [{ ...makePlanClaim(), sealed: false }], attempts, pull: moved },
    ],
    ['a forged claim of what was merged', { claims: [{ ...makePlanClaim(), sealed: false }], pull: merged }],
    ['work was merged, and a plan is asked for since', { claims: [makeClaim(), second], pull: merged }],
    ['the issue is closed', { claims, pull: merged, issue: makeIssue({ state: 'closed' }) }],
  ])('nowhere: %s', (_, over) => expect(placePlan(makeTask(over))).toBeNull())
})

test('a backlog that speaks for another feature is none', () => {
  const backlog = parseBacklog(makeBacklog(['words']))
  if (!backlog.ok) throw new Error('no backlog')
  expect(checkFeature(backlog.value, backlog.value.feature).ok).toBe(true)
  expect(checkFeature(backlog.value, '12-other')).toMatchObject({
    ok: false,
    problems: [{ path: 'feature' }],
  })
})
