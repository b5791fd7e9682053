import { describe, expect, test } from 'vitest'
import type { Actor, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makePlanClaim,
  makePull,
  makeRecord,
  sam,
  sha,
  tim,
} from '../../make.ts'
import { APPROVE, CHANGES, find, makeReviewed, makeShownPull, makeTry, NONE, planFor } from './make.ts'

/** Nobody reviews here unless somebody asks. */
const OFF = {
  config: {
    ok: true as const,
    value: makeConfig({ agents: { codex: { cli: 'codex', fallback: ['claude'] } } }),
  },
}

const ask = (by: Actor = alice) => makeComment({ id: 950, at: at(55), by, body: '/chorus review' })

function asked(over: Partial<TaskFacts> = {}, by?: Actor): TaskFacts {
  const issue = makeIssue({ timeline: [makeLabeled('agent:codex'), ask(by)] })
  return makeReviewed(over.reviews ?? NONE, { issue, ...over })
}

/** As it was taken in when somebody asked. */
const wish = (over: object = {}) => ({
  by: { id: 101, login: 'alice' },
  at: at(55),
  head: sha(0x201),
  after: 0,
  ...over,
})
const claims = ({ effects }: ReturnType<typeof planFor>) =>
  effects.filter(one => one.do === 'claim' && one.ticket.kind === 'review')

describe('a review that a person asks for', () => {
  test('is claimed where nobody reviews by itself, and keeps the change from landing until it is given', () => {
    const came = planFor(asked(), OFF)

    expect(find(came.effects, 'claim').ticket).toMatchObject({
      kind: 'review',
      attempt: 1,
      continues: sha(0x201),
    })
    expect(came.record?.reviewWish).toEqual(wish())
    expect(came.does).not.toContain('land')
    expect(planFor(makeReviewed(NONE), OFF).does).toContain('land')
  })

  test.each<[string, TaskFacts]>([
    ['a stranger asks', asked({}, sam)],
    ['somebody asks who may not push', asked({}, tim)],
    ['there is no pull request', asked({ pull: null })],
    ['it has landed', asked({ pull: makePull({ state: 'merged', mergedSha: sha(9) }) })],
    ['it is a plan, which people review', asked({ claims: [makePlanClaim()] })],
    [
      'something was pushed since',
      makeReviewed(NONE, { record: makeRecord({ reviewWish: wish({ head: sha(0x999) }) }) }),
    ],
  ])('not when: %s', (_, task) => {
    expect(claims(planFor(task, OFF))).toEqual([])
  })

  test('what was said of the same commit before is no answer, and what is said then is', () => {
    const again = planFor(asked({ reviews: makeTry() }))
    expect(find(again.effects, 'claim').ticket).toMatchObject({ kind: 'review', attempt: 2 })

    const record = makeRecord({ reviewWish: wish({ after: 1 }) })
    const given = planFor(makeReviewed(makeTry({ number: 2, says: APPROVE }), { record }), OFF)
    expect(claims(given)).toEqual([])
    expect(given.does).toContain('land')
  })

  test('of what the agent made it goes back to the agent, as any review does', () => {
    const record = makeRecord({ reviewWish: wish() })
    const came = planFor(makeReviewed(makeTry({ says: CHANGES }), { record }), OFF)
    expect(came.record?.revisions).toMatchObject([{ attempt: 2, from: 'head', cause: 'opinion:1' }])
  })

  test('of what a person pushed a person decides, whatever it says', () => {
    const pull = makeShownPull({
      head: { sha: sha(0x777), branch: 'agent/codex/bd-k3f9' },
      layers: [sha(0x777)],
    })
    const record = makeRecord({ reviewWish: wish({ head: sha(0x777) }) })
    expect(claims(planFor(makeReviewed(NONE, { pull, record }), OFF))).toHaveLength(1)

    const {
      state,
      does,
      record: after,
    } = planFor(makeReviewed(makeTry({ head: sha(0x777), says: CHANGES }), { pull, record }), OFF)
    expect(state).toMatchObject({ is: 'proposed', review: { is: 'given', verdict: 'changes' } })
    expect(does).not.toContain('land')
    expect(after?.revisions ?? []).toEqual([])
  })
})
