import { addToTotals, NO_TOTALS } from '../../core/accounts/usage.ts'
import { parseConfig } from '../../core/config/config.ts'
import type { Report } from '../../core/contract/report.ts'
import { emptyControls } from '../../core/ledger.ts'
import { keyMissing, troubled } from '../../core/words/failure.ts'
import { setupFailed, stillRed } from '../../core/words/runner.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import { makeUsage } from '../core/accounts/usage.ts'
import {
  alice,
  at,
  makeChange,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeWorld,
  sha,
} from '../make.ts'
import { type Sample, sampleOf } from './sample.ts'

/** The one comment on the issue of a task, for each way in which it can stand. */

/** Somebody was told before: so also what needs nobody is said. */
const told = { statusComment: { id: 1, body: 'as it was' } }
const by = { id: alice.id, login: alice.login }

const ready = (over: Partial<TaskFacts> = {}) => makeTask({ record: makeRecord(), ...over })

function tried(outcome: Report['outcome'], over: Partial<Report> = {}, attempts = 1): TaskFacts {
  const numbers = Array.from({ length: attempts }, (_, i) => i + 1)
  const report = (attempt: number) => makeReport({ attempt, outcome, head: null, ...over })
  return makeTask({
    record: makeRecord(),
    claims: numbers.map(attempt => makeClaim({ attempt })),
    runs: numbers.map(attempt =>
      makeRun({ attempt, receipt: { attempt: null, report: sha(0x300 + attempt) } }),
    ),
    reports: new Map(
      numbers.map(attempt => [
        attempt,
        { sha: sha(0x300 + attempt), report: { ok: true, value: report(attempt) } },
      ]),
    ),
  })
}

const running = (run: Parameters<typeof makeRun>[0] = {}) =>
  ready({
    claims: [makeClaim()],
    runs: [makeRun({ status: 'in_progress', conclusion: null, receipt: null, ...run })],
  })

const blocker = (issue: number, over = {}) => ({
  issue,
  repo: null,
  title: 'Know the names',
  state: 'open' as const,
  stateReason: null,
  ...over,
})

function badConfig(): World['config'] {
  const parsed = parseConfig({ agent: {}, limits: { parallel: 'many' } })
  if (parsed.ok) throw new Error('it is to be wrong')
  return parsed
}

const controls = (over: Partial<typeof emptyControls>): World['ledger'] => ({
  ...makeWorld().ledger,
  controls: { ...emptyControls, ...over },
})

const LARGE = makePull({
  changes: Array.from({ length: 7 }, (_, i) => makeChange({ path: `src/f${i}.ts` })),
})

const TROUBLE = {
  agent: 'codex',
  model: 'gpt-5.5',
  host: 'api.openai.com',
  secret: 'OPENAI_API_KEY',
  why: '',
}
const overload = troubled({ ...TROUBLE, kind: 'overload', why: 'Rate limit reached for gpt-5.5' })
const edited = (by: typeof alice | null) => makeIssue({ edits: [{ at: at(2), by }] })
const askedInWords = (body: string) => makeIssue({ labels: [], timeline: [makeComment({ body })] })
const refused = { is: 'refused', at: at(50), why: 'Workflow does not exist' } as const
const short = {
  config: {
    ok: true,
    value: makeConfig({ budgets: { day: { usd: 0.5 } }, models: { 'gpt-5*': { in: 1, out: 10 } } }),
  },
  ledger: controls({ usage: addToTotals(NO_TOTALS, [makeUsage()], []) }),
} as const

const STATES: Readonly<Record<string, TaskFacts | [TaskFacts, Partial<World>]>> = {
  'issue-cannot-be-read': makeTask({
    issue: makeIssue({ body: '### Scope\n\n../secrets\n', timeline: [makeLabeled('agent:codex')] }),
  }),
  'edited-after-approval': makeTask({ issue: makeIssue({ body: 'Something else.' }), record: makeRecord() }),
  'edited-by-a-stranger': makeTask({ issue: edited(null) }),
  'unknown-agent': makeTask({ issue: askedInWords('/chorus run codx') }),
  'configuration-is-wrong': [ready(), { config: badConfig() }],
  'workflow-file-is-missing': [ready(), { caller: { is: 'missing' } }],
  'workflow-file-is-outdated': [ready(), { caller: { is: 'outdated', version: 1 } }],
  'waits-for-another-issue': ready({ blockers: [blocker(3)] }),
  'waits-for-five-others': ready({ blockers: [3, 4, 5, 6, 8].map(one => blocker(one)) }),
  'waits-for-what-was-not-planned': ready({
    blockers: [blocker(3, { state: 'closed', stateReason: 'not_planned' })],
  }),
  paused: ready({ record: makeRecord({ paused: true }) }),
  stopped: ready({ record: makeRecord({ stopped: { by, at: at(3) } }) }),
  'repository-is-paused': [ready(), { ledger: controls({ paused: { by, at: at(3) } }) }],
  'budget-of-the-day-is-used': [ready(), short],
  'ledger-was-changed': ready({ distrust: 'foreign' }),
  'agent-asks': tried('question', { question: 'Which greeting is meant: "Hello" or "Dear"?' }),
  running: running(),
  'no-runner': running({ status: 'queued', updatedAt: at(-5) }),
  silent: running({ updatedAt: at(-10) }),
  'workflow-refused': ready({ claims: [makeClaim({ dispatch: refused })] }),
  'stuck-after-three': tried('red-checks', { summary: stillRed(['unit', 'lint'], 3) }, 3),
  'stuck-by-setup': tried('setup-failed', { summary: setupFailed('npm ci', 'exit 1') }),
  'stuck-by-the-budget': tried('cannot-run', {
    failure: 'budget',
    summary: troubled({ ...TROUBLE, kind: 'budget' }),
  }),
  'stuck-by-the-rate-limit': tried('agent-failed', { failure: 'overload', summary: overload }, 3),
  'stuck-without-a-key': tried('cannot-run', {
    failure: 'no-key',
    summary: keyMissing('codex', ['OPENAI_API_KEY']),
  }),
  'branch-was-pushed-to': makeProposedTask({
    pull: null,
    branches: new Map([[makePull().head.branch, sha(0xfeed)]]),
  }),
  'pull-request-was-closed': makeProposedTask({ pull: makePull({ state: 'closed', closedBy: alice }) }),
  'waits-for-a-review': makeProposedTask({ pull: LARGE }),
  merged: makeProposedTask({ pull: makePull({ state: 'merged', mergedSha: 'abcdef0'.padEnd(40, '0') }) }),
  'merged-unjudged-by-a-person': makeProposedTask({
    pull: makePull({ state: 'merged', mergedSha: 'abcdef0'.padEnd(40, '0'), unjudged: alice }),
  }),
  'given-up': makeProposedTask({ issue: makeIssue({ labels: [], timeline: [] }), pull: null }),
}

export function statusSamples(): Sample[] {
  return Object.entries(STATES).map(([name, state]) => {
    const [task, over] = Array.isArray(state) ? state : [state, {}]
    return sampleOf(`status/${name}`, [{ ...task, ...told }], over, ({ on }) => on === 'comment')
  })
}
