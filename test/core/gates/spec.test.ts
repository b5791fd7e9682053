import { expect, test } from 'vitest'
import { spec } from '../../../core/gates/spec.ts'
import {
  at,
  bob,
  makeApproval,
  makeClaim,
  makeProposal,
  makePull,
  makeRecord,
  makeReview,
  makeTicket,
} from '../../make.ts'

const earlier = makeTicket()
const claim = makeClaim({
  ticket: { ok: true, value: { ...earlier, spec: { ...earlier.spec, approved: 'e'.repeat(64) } } },
})
const approval = { ...makeApproval(), at: at(40) }
const head = makePull().head.sha
const yes = (minute: number) => ({
  pullApproval: { by: { id: bob.id, login: bob.login }, at: at(minute), head },
})
const review = (minute: number) => makeReview({ by: bob, at: at(minute), sha: head })

test.each<[string, Parameters<typeof makeProposal>[0], string]>([
  ['nobody has looked at it', { record: makeRecord({ approval }) }, 'wait'],
  ['approved with the new words', { record: makeRecord({ approval, ...yes(40) }) }, 'pass'],
  ['approved after that', { record: makeRecord({ approval, ...yes(41) }) }, 'pass'],
  ['approved as what the old words ask for', { record: makeRecord({ approval, ...yes(39) }) }, 'wait'],
  [
    'reviewed after that',
    { record: makeRecord({ approval }), pull: makePull({ reviews: [review(41)] }) },
    'pass',
  ],
  [
    'reviewed as what the old words ask for',
    { record: makeRecord({ approval }), pull: makePull({ reviews: [review(39)] }) },
    'wait',
  ],
])('begun under earlier words, %s', (_, given, is) => {
  expect(spec.judge(makeProposal({ claim, ...given })).is).toBe(is)
})
