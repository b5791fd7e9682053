import { parseBacklog } from '../../core/backlog/contract.ts'
import { parseConfig } from '../../core/config/config.ts'
import { GATE_NAMES } from '../../core/gates/gate.ts'
import { judge } from '../../core/gates/registry.ts'
import { readLanding } from '../../core/landing/landing.ts'
import type { Rules } from '../../core/landing/rules.ts'
import { writeConfigCheck } from '../../core/words/config.ts'
import { writeEmergency } from '../../core/words/emergency.ts'
import {
  type GateText,
  PROPOSAL_GATE,
  STRANGER_GATE,
  writeGate,
  writeHeldGate,
} from '../../core/words/gate.ts'
import type { PullFacts } from '../../core/world.ts'
import { makeBacklog } from '../core/backlog/make.ts'
import { FAILING } from '../core/gates/failing.ts'
import {
  alice,
  at,
  bob,
  makeApproval,
  makeChange,
  makeCheck,
  makeConfig,
  makeIssue,
  makePlanClaim,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReview,
  makeRules,
  makeRun,
  sha,
} from '../make.ts'
import { type Sample, sampleOf } from './sample.ts'

/** What the check on a pull request says: for each gate that is closed, and for each way to land. */

function gate(name: string, { title, summary }: GateText): Sample {
  return { name: `gate/${name}`, on: 'check', title, text: summary }
}

function landing(rules: Partial<Rules> = {}, merge: object = {}) {
  const methods = ['squash', 'merge', 'rebase'] as const
  return readLanding({ rules: makeRules(rules), methods: [...methods], merge: makeConfig({ merge }).merge })
}

const waiting = (over: Parameters<typeof makeCheck>[0]) =>
  judge(makeProposal({ pull: makePull({ checks: [makeCheck(over)] }) }))

const PATH = 'specs/7-greet-people-by-name/BACKLOG.yaml'

/** What is shown is a plan with this backlog. @param over of the pull request that shows it */
function planned(name: string, backlog: unknown, over: Partial<PullFacts> = {}): Sample {
  const parsed = parseBacklog(backlog)
  const problems = parsed.ok ? [] : parsed.problems
  const record = makeRecord()
  const task = makeProposedTask({
    record: { ...record, approval: { ...record.approval!, kind: 'plan', via: 'comment' } },
    claims: [makePlanClaim()],
    runs: [makeRun({ kind: 'plan' })],
    pull: makePull({ changes: [makeChange({ path: PATH, status: 'added' })], ...over }),
    plan: { path: PATH, backlog: parsed, lines: problems.map((_, i) => 10 + 10 * i), text: '', below: [] },
  })
  return sampleOf(name, [task], {}, ({ on }) => on === 'check')
}

function planSamples(): Sample[] {
  const wrong = makeBacklog(['words', 'ghost'], ['words'], ['voice', 'tone'], ['tone', 'voice'])
  const many = Array.from({ length: 300 }, (_, i): [string] => [`step-${i}`])
  const right = { ...makeBacklog(['words'], ['tone']), feature: '7-greet-people-by-name' }
  const overtaken = { reviews: [makeReview({ by: bob, sha: sha(8) })] }
  return [
    planned('gate/plan-with-mistakes', wrong),
    planned('gate/plan-of-300-tasks', makeBacklog(...many)),
    planned('gate/plan-waits-for-approval', right),
    planned('gate/plan-changed-after-approval', right, overtaken),
  ]
}

/** The issue says something else than when the attempt began, and somebody approved that. */
function earlier(name: string, over: Parameters<typeof makeProposal>[0] = {}): Sample {
  const issue = makeIssue({ title: 'Greet people by their full name' })
  const record = makeRecord({ approval: makeApproval({ issue, via: 'comment' }) })
  const proposal = makeProposal({ task: makeProposedTask({ issue }), record, ...over })
  return gate(name, writeGate(judge(proposal), landing()))
}

export function gateSamples(): Sample[] {
  const wrong = parseConfig({
    agent: {},
    limits: { parallel: 'many' },
    gates: { freeze: [{ days: ['someday'] }] },
  })
  const green = judge(makeProposal())
  return [
    ...GATE_NAMES.map(name => gate(`closed-by-${name}`, writeGate(judge(FAILING[name]()), landing()))),
    gate(
      'checks-are-running',
      writeGate(waiting({ status: 'in_progress', conclusion: null, endedAt: null }), landing()),
    ),
    gate('check-needs-a-person', writeGate(waiting({ conclusion: 'action_required' }), landing())),
    gate('check-is-missing', writeGate(judge(makeProposal({ pull: makePull({ checks: [] }) })), landing())),
    gate('green', writeGate(green, landing())),
    gate('green-for-a-person', writeGate(green, landing({}, { strategy: 'pr' }))),
    gate('green-for-the-queue', writeGate(green, landing({ queue: true }))),
    gate('green-in-lanes', writeGate(green, landing({}, { strategy: 'lanes' }))),
    gate(
      'green-but-nothing-can-land',
      writeGate(
        green,
        readLanding({ rules: makeRules({ linear: true }), methods: ['merge'], merge: makeConfig().merge }),
      ),
    ),
    gate(
      'emergency',
      writeGate(
        green,
        landing(),
        writeEmergency({
          is: 'emergency',
          by: { id: alice.id, login: alice.login },
          at: at(1),
          why: '',
        } as never),
      ),
    ),
    gate('on-hold', writeHeldGate('the issue was edited after it was approved')),
    gate('proposal', PROPOSAL_GATE),
    gate('stranger', STRANGER_GATE),
    ...planSamples(),
    earlier('begun-under-earlier-words'),
    earlier('begun-under-earlier-words-and-approved', {
      pull: makePull({ reviews: [makeReview({ by: bob })] }),
    }),
    gate('configuration', writeConfigCheck(wrong.ok ? [] : wrong.problems)),
  ]
}
