import { describe, expect, test } from 'vitest'
import { parseBacklog } from '../../../core/backlog/contract.ts'
import { conflict } from '../../../core/gates/conflict.ts'
import { fresh } from '../../../core/gates/fresh.ts'
import type { Gate } from '../../../core/gates/gate.ts'
import { labels } from '../../../core/gates/labels.ts'
import { linked } from '../../../core/gates/linked.ts'
import { needs } from '../../../core/gates/needs.ts'
import { plan } from '../../../core/gates/plan.ts'
import { spec } from '../../../core/gates/spec.ts'
import { printTaskId } from '../../../core/names.ts'
import type { ReviewFacts } from '../../../core/review/facts.ts'
import type { BlockerFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeApproval,
  makeChange,
  makeClaim,
  makeIssue,
  makePlanClaim,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReview,
  makeRules,
  makeTicket,
  sha,
  tim,
} from '../../make.ts'
import { makeBacklog } from '../backlog/make.ts'

type Row = [string, Parameters<typeof makeProposal>[0], string]
const table = (gate: Gate, rows: Row[]) =>
  describe(gate.name, () => {
    test.each(rows)('%s', (_, over, is) => expect(gate.judge(makeProposal(over)).is).toBe(is))
  })

const marked = (task: string, attempt: number) => `<!-- chorus:pull ${task} #${attempt} -->`
const main = { branch: 'main', sha: makePull().base.sha }

table(linked, [
  ['ours', {}, 'pass'],
  ['opened by a person', { pull: makePull({ ours: false }) }, 'refuse'],
  ['the marker was deleted', { pull: makePull({ body: 'x' }) }, 'refuse'],
  ['the marker of another task', { pull: makePull({ body: marked(printTaskId(8), 1) }) }, 'refuse'],
  ['the marker of another attempt', { pull: makePull({ body: marked(printTaskId(7), 2) }) }, 'refuse'],
  [
    'a branch of another task',
    { pull: makePull({ head: { ...makePull().head, branch: `agent/codex/${printTaskId(8)}` } }) },
    'refuse',
  ],
  [
    'a branch that is none of ours',
    { pull: makePull({ head: { ...makePull().head, branch: 'main2' } }) },
    'refuse',
  ],
  ['40: another target', { pull: makePull({ base: { ...main, branch: 'release' } }) }, 'refuse'],
  ['no claim', { claim: null }, 'refuse'],
  ['a claim that somebody forged', { claim: makeClaim({ sealed: false }) }, 'refuse'],
  ['an attempt without a ref', { attempt: null }, 'refuse'],
  ['an attempt whose ref was moved by hand', { voucher: 'contradicted' }, 'refuse'],
])

const renamed = makeIssue({ title: 'Greet people by their full name' })
const again = makeApproval({ issue: renamed })
const ANEW = {
  task: makeProposedTask({ issue: renamed }),
  record: makeRecord({ approval: again }),
}
const heard = makeTicket({ spec: { ...makeTicket().spec, approved: again.sha256 } })
const HEARD = makeClaim({ ticket: { ok: true, value: heard } })

table(spec, [
  ['as approved', {}, 'pass'],
  ['never approved', { record: makeRecord({ approval: null }) }, 'wait'],
  ['title edited', { task: makeProposedTask({ issue: makeIssue({ title: 'x' }) }) }, 'wait'],
  ['edited and approved again, after the attempt had begun', ANEW, 'wait'],
  [
    'so, and a person approves what it brought, even who asked for it',
    { ...ANEW, pull: makePull({ reviews: [makeReview({ by: alice })] }) },
    'pass',
  ],
  [
    'so, by `/chorus approve` of that very commit',
    { ...ANEW, record: { ...ANEW.record, pullApproval: { by: bob, at: at(30), head: sha(0x201) } } },
    'pass',
  ],
  [
    'so, of another commit',
    { ...ANEW, record: { ...ANEW.record, pullApproval: { by: bob, at: at(30), head: sha(0x999) } } },
    'wait',
  ],
  ['so, by who may not push', { ...ANEW, pull: makePull({ reviews: [makeReview({ by: tim })] }) }, 'wait'],
  ['so, and another attempt was given the new words', { ...ANEW, claim: HEARD }, 'pass'],
])

const BACKLOG = 'specs/12-dark-mode/BACKLOG.yaml'
const editing = (...changes: Parameters<typeof makeChange>[0][]) =>
  makePull({ changes: changes.map(makeChange) })
const saidYes = (by: ReviewFacts['by']) => ({ ...editing({ path: BACKLOG }), reviews: [makeReview({ by })] })

table(plan, [
  ['an ordinary change', {}, 'pass'],
  ['other papers of a feature', { pull: editing({ path: 'specs/12-dark-mode/NOTES.md' }) }, 'pass'],
  ['the backlog of a plan', { pull: editing({}, { path: BACKLOG }) }, 'wait'],
  [
    'a folder before there is a plan',
    { pull: editing({ path: 'specs/12-0/BACKLOG.yaml', status: 'added' }) },
    'wait',
  ],
  [
    'a file that becomes one',
    { pull: editing({ path: BACKLOG, previous: 'notes.yaml', status: 'renamed' }) },
    'wait',
  ],
  [
    'one that is moved away',
    { pull: editing({ path: 'notes.yaml', previous: BACKLOG, status: 'renamed' }) },
    'wait',
  ],
  ['one that goes', { pull: editing({ path: BACKLOG, status: 'removed' }) }, 'wait'],
  ['approved by somebody who may push', { pull: saidYes(bob) }, 'pass'],
  ['approved by somebody who may not', { pull: saidYes(tim) }, 'wait'],
  ['the plan of another task', { claim: makePlanClaim(), pull: editing({ path: BACKLOG }) }, 'refuse'],
])

describe('a plan that was changed after somebody approved it', () => {
  const backlog = parseBacklog(makeBacklog(['words'], ['tone']))
  const shown = { path: BACKLOG, backlog, lines: [], text: '', below: [] }
  const saying = (head: string, by = bob) =>
    makeRecord({ pullApproval: { by: { id: by.id, login: by.login }, at: at(30), head } })
  const [old, now] = [sha(8), sha(0x201)]
  const reviewed = (...reviews: Parameters<typeof makeReview>[0][]) =>
    makePull({ reviews: reviews.map(makeReview) })
  test.each<[string, Parameters<typeof makeProposal>[0], string]>([
    ['never approved', {}, '2 tasks would begin'],
    [
      'by review',
      { pull: reviewed({ sha: old }) },
      '2 tasks would begin; what bob approved was changed since',
    ],
    ['by word', { record: saying(old) }, '2 tasks would begin; what bob approved was changed since'],
    [
      'by both, each told once',
      { record: saying(old), pull: reviewed({ sha: old }) },
      '2 tasks would begin; what bob approved was changed since',
    ],
    ['by who may not', { record: saying(old, tim) }, '2 tasks would begin'],
    [
      'and asked for changes since',
      { pull: reviewed({ sha: old }, { id: 2, sha: now, at: at(40), state: 'changes_requested' }) },
      '2 tasks would begin',
    ],
    ['and approved again', { record: saying(now), pull: reviewed({ sha: old }) }, '2 tasks, approved by bob'],
    [
      'and approved by another',
      { record: saying(old), pull: reviewed({ by: alice, sha: now }) },
      '2 tasks, approved by alice',
    ],
  ])('%s', (_, over, reason) => {
    const task = makeProposedTask({ claims: [makePlanClaim()], plan: shown })
    const verdict = plan.judge(makeProposal({ claim: makePlanClaim(), task, ...over }))
    expect(verdict.is === 'pass' ? verdict.note : verdict.reason).toBe(reason)
  })
})

table(labels, [
  ['none', {}, 'pass'],
  ['hold on the pull request', { pull: makePull({ labels: ['hold'] }) }, 'wait'],
  ['hold on the issue', { task: makeProposedTask({ issue: makeIssue({ labels: ['hold'] }) }) }, 'wait'],
  ['9: draft', { pull: makePull({ draft: true }) }, 'wait'],
])

const blocked = (state: BlockerFacts['state'], stateReason: string | null) => ({
  task: makeProposedTask({ blockers: [{ issue: 3, repo: null, title: 'x', state, stateReason }] }),
})
table(needs, [
  ['nothing', {}, 'pass'],
  ['an open issue', blocked('open', null), 'wait'],
  ['one that was opened again', blocked('open', 'reopened'), 'wait'],
  ['one that is done', blocked('closed', 'completed'), 'pass'],
  ['one closed long ago, without a reason', blocked('closed', null), 'pass'],
  ['one that is not planned', blocked('closed', 'not_planned'), 'wait'],
  ['a duplicate', blocked('closed', 'duplicate'), 'wait'],
])

table(conflict, [
  ['none', {}, 'pass'],
  ['C1, 65: not known yet', { pull: makePull({ mergeable: null }) }, 'wait'],
  ['conflict', { pull: makePull({ mergeable: false }) }, 'refuse'],
])

const strict = makeRules({ strict: true })
table(fresh, [
  ['not asked for', { pull: makePull({ current: false }) }, 'pass'],
  ['up to date', { rules: strict }, 'pass'],
  ['not known yet', { rules: strict, pull: makePull({ current: null }) }, 'wait'],
  ['behind', { rules: strict, pull: makePull({ current: false }) }, 'wait'],
])
