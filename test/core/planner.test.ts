import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EMPTY, NO_TOTALS } from '../../core/accounts/usage.ts'
import type { Report } from '../../core/contract/report.ts'
import { emptyControls } from '../../core/ledger.ts'
import { plan } from '../../core/plan.ts'
import { createPlanner } from '../../core/planner.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeApproval,
  makeCheck,
  makeClaim,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeReview,
  makeRun,
  makeStandings,
  makeTask,
  makeWorld,
  sam,
  sha,
  tim,
} from '../make.ts'
import { settle } from '../settle.ts'

/** A step changes one fact; everything else keeps its identity, as observation does. */
type Step = (world: World) => World

const NUMBERS = [3, 5, 7]
const digest = (text: string): string => text.length.toString(16).padStart(64, '0')

function startOf(number: number): TaskFacts {
  const issue = makeIssue({ number })
  return makeTask({ issue, record: makeRecord({ issue: number, approval: makeApproval({ issue }) }) })
}

function changeTask(index: number, change: (task: TaskFacts) => TaskFacts): Step {
  return world => ({ ...world, tasks: world.tasks.map((task, i) => (i === index ? change(task) : task)) })
}

const open = { issue: 2, repo: null, title: 'first', state: 'open', stateReason: null } as const

/** A claim that is there has the number of the attempt; runs and refs are those of the makers. */
const CHANGES: ((task: TaskFacts) => TaskFacts)[] = [
  task => ({ ...task, blockers: [open] }),
  task => ({ ...task, blockers: [{ ...open, state: 'closed', stateReason: 'completed' }] }),
  task => ({ ...task, blockers: [] }),
  task => ({ ...task, issue: { ...task.issue, body: `${task.issue.body}\nAnd more.` } }),
  task => ({ ...task, issue: { ...task.issue, body: '### Scope\n\n[a\n' } }),
  task => ({ ...task, issue: { ...task.issue, labels: [] } }),
  task => ({ ...task, issue: { ...task.issue, labels: ['agent:codex', 'priority:0', 'phase:working'] } }),
  task => ({ ...task, issue: { ...task.issue, labels: ['agent:nobody'] } }),
  task => ({ ...task, issue: { ...task.issue, container: !task.issue.container } }),
  task => ({ ...task, issue: { ...task.issue, state: task.issue.state === 'open' ? 'closed' : 'open' } }),
  task => ({ ...task, issue: { ...task.issue, edits: [{ at: at(3), by: sam }] } }),
  task => ({ ...task, record: null }),
  task => ({ ...task, record: makeRecord({ issue: task.issue.number, approval: null }) }),
  task => ({ ...task, record: { ...(task.record ?? makeRecord()), saying: at(40) } }),
  task => ({ ...task, record: { ...(task.record ?? makeRecord()), paused: true } }),
  task => ({ ...task, record: { ...(task.record ?? makeRecord()), voidThrough: 1 } }),
  task => ({ ...task, claims: [makeClaim()] }),
  task => ({ ...task, claims: [makeClaim({ dispatch: { is: 'unsent', at: at(41) } })] }),
  task => ({ ...task, claims: [makeClaim({ at: at(40) })] }),
  task => ({ ...task, claims: [makeClaim({ dispatch: { is: 'sent', run: 1, at: at(40) } })] }),
  task => ({
    ...task,
    issue: { ...task.issue, labels: ['agent:codex', 'phase:spawned'] },
    claims: [makeClaim({ dispatch: { is: 'unclear', at: at(41) } })],
  }),
  task => ({
    ...task,
    issue: { ...task.issue, body: '### Scope\n\n[a\n' },
    record: { ...(task.record ?? makeRecord()), saying: at(41) },
  }),
  task => {
    const proposed = makeProposedTask({ issue: task.issue })
    const checks = [makeCheck({ status: 'in_progress', conclusion: null })]
    const labels = ['agent:codex', 'phase:pr_created']
    return { ...proposed, id: task.id, issue: { ...task.issue, labels }, pull: makePull({ checks }) }
  },
  task => ({ ...task, pull: task.pull && { ...task.pull, checks: [] } }),
  task => ({ ...task, pull: task.pull && { ...task.pull, current: false } }),
  task => ({ ...task, claims: [] }),
  task => ({ ...task, runs: [makeRun()], attempts: new Map([[1, sha(0x201)]]) }),
  task => ({ ...task, runs: [makeRun({ status: 'in_progress', conclusion: null, receipt: null })] }),
  task => ({ ...task, runs: [makeRun({ conclusion: 'failure', receipt: null })] }),
  task => ({
    ...task,
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: makeReport() } }]]),
  }),
  task => ({
    ...task,
    reports: new Map([
      [1, { sha: sha(0x301), report: { ok: true, value: makeReport({ outcome: 'question', head: null }) } }],
    ]),
  }),
  task => ({ ...makeProposedTask({ issue: task.issue }), id: task.id }),
  task => withReport(task, { outcome: 'cannot-run', failure: 'quota', head: null }),
  task => ({
    ...task,
    record: makeRecord({
      issue: task.issue.number,
      approval: makeApproval({ issue: task.issue, agent: null }),
    }),
  }),
  task => ({ ...task, pull: makePull({ checks: [makeCheck({ conclusion: 'failure' })] }) }),
  task => ({ ...task, pull: makePull({ reviews: [makeReview({ state: 'changes_requested' })] }) }),
  task => ({ ...task, pull: makePull({ state: 'merged', mergedSha: sha(0x400) }) }),
  task => ({ ...task, pull: null }),
  task => ({ ...task, statusComment: { id: 5, body: 'old' } }),
  task => ({ ...task, record: null, issue: { ...task.issue, labels: [], timeline: [] } }),
  task => ({ ...task, issue: { ...task.issue, container: !task.issue.container } }),
  ...[at(5), at(45), null].map(nested => (task: TaskFacts) => {
    const parent = task.issue.number === NUMBERS[0] ? null : NUMBERS[0]!
    return { ...task, issue: { ...task.issue, parent, nested } }
  }),
]

/** Its first attempt is over, and said so just now. */
function withReport(task: TaskFacts, over: Partial<Report>): TaskFacts {
  const report = makeReport({ task: task.id, ...over })
  return {
    ...task,
    claims: [makeClaim()],
    runs: [makeRun({ updatedAt: at(40), receipt: { attempt: null, report: sha(0x301) } })],
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: report } }]]),
  }
}

/** So many tokens were used today. */
function withUsage(world: World, tokens: number): World {
  const all = { ...EMPTY, attempts: 3, charged: { usd: 0, tokens } }
  const usage = {
    ...NO_TOTALS,
    days: { '2026-11-20': { all, users: {} } },
    agents: { claude: { ...all, done: 3 } },
  }
  return { ...world, ledger: { ...world.ledger, controls: { ...world.ledger.controls, usage } } }
}

const SAYINGS = ['/chorus run', '/chorus stop', '/chorus status', '/chorus revise shorter', 'Hello!']

const task = fc.nat({ max: NUMBERS.length - 1 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(task, fc.constantFrom(...CHANGES)).map(pair => changeTask(...pair)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(task, fc.constantFrom(...SAYINGS), fc.constantFrom(alice, tim, sam), fc.nat({ max: 100 }))
      .map(([index, body, by, id]) =>
        changeTask(index, one => {
          const said = makeComment({ body, by, id, at: at(10 + id / 100) })
          return { ...one, issue: { ...one.issue, timeline: [...one.issue.timeline, said] } }
        }),
      ),
  },
  fc.constantFrom<Step>(
    world => world,
    world => ({ ...world, repo: { ...world.repo, head: sha(0x77) } }),
    world => ({ ...world, caller: { is: 'missing' } }),
    world => ({ ...world, caller: { is: 'current' } }),
    world => ({ ...world, config: { ok: false, problems: [{ path: 'limits', message: 'is no object' }] } }),
    world => ({ ...world, config: { ok: true, value: makeConfig({ limits: { parallel: 1 } }) } }),
    world => ({ ...world, config: { ok: true, value: makeConfig({ limits: { parallel: 9 } }) } }),
    world => ({ ...world, standings: makeStandings({ [alice.id]: 'none' }) }),
    world => ({ ...world, standings: makeStandings({ [sam.id]: 'write' }) }),
    world => ({
      ...world,
      ledger: { ...world.ledger, controls: { ...emptyControls, paused: { by: bob, at: at(20) } } },
    }),
    world => ({ ...world, guide: { manifests: [] } }),
    world => ({ ...world, strangers: [{ number: 90, head: sha(0x90), proposal: false }] }),
    world => ({
      ...world,
      config: {
        ok: true,
        value: makeConfig({
          agents: { codex: { cli: 'codex', max_parallel: 1, fallback: ['claude'] } },
          routing: {
            prefer: 'success',
            rules: [{ work: ['feature', 'other'], agents: ['codex', 'claude'] }],
          },
        }),
      },
    }),
    world => withUsage(world, 40_000),
    world => withUsage(world, 95_000),
    world => ({
      ...world,
      config: { ok: true, value: makeConfig({ budgets: { day: { tokens: 100_000 } } }) },
    }),
  ),
)

test('a planner that remembers plans as one that does not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, fc.nat({ max: 60 }), fc.boolean()), { minLength: 1, maxLength: 25 }),
      steps => {
        const remembering = createPlanner()
        let world = makeWorld({ tasks: NUMBERS.map(startOf) })
        let now = at(40)
        for (const [change, seconds, settled] of steps) {
          world = change(world)
          now += seconds * 1000
          const planned = plan(world, { now, digest })
          expect(remembering(world, { now, digest })).toEqual(planned)
          if (settled) world = settle(world, planned.effects)
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  )
})

test('what was at rest is not judged again', () => {
  const blocked = NUMBERS.map(startOf).map(one => ({ ...one, blockers: [open] }))
  const world = makeWorld({ tasks: blocked })
  const remembering = createPlanner()
  let reads = 0
  const watched = blocked.map(one => ({
    ...one,
    get issue() {
      reads++
      return one.issue
    },
  }))
  const before = remembering({ ...world, tasks: watched }, { now: at(60), digest })
  reads = 0
  const after = remembering({ ...world, tasks: watched.slice(1) }, { now: at(61), digest })

  expect(reads).toBe(0)
  expect([...after.states]).toEqual([...before.states].slice(1))
})

test('a task that others held back is looked at again when there is room', () => {
  const ready = NUMBERS.slice(0, 2).map(startOf)
  const one = { ok: true, value: makeConfig({ limits: { parallel: 1 } }) } as const
  const remembering = createPlanner()
  const runs = {
    ...ready[0]!,
    claims: [makeClaim()],
    runs: [makeRun({ status: 'in_progress', receipt: null })],
  }
  const full = makeWorld({ tasks: [runs, ready[1]!], config: one })

  expect(remembering(full, { now: at(60), digest }).states.get(ready[1]!.id)).toMatchObject({
    on: 'capacity',
  })
  const free = makeWorld({
    tasks: [makeTask({ ...runs, runs: [makeRun()], pull: makePull({ state: 'merged' }) }), ready[1]!],
    config: one,
  })
  const { effects } = remembering(free, { now: at(61), digest })
  expect(effects.find(effect => effect.do === 'claim')).toMatchObject({ task: ready[1]!.id })
})

test('labels of a waiting task do not make it wait for ever', () => {
  const stranger = makeIssue({ number: 3, author: sam, timeline: [makeLabeled('agent:codex', sam)] })
  const world = makeWorld({ tasks: [makeTask({ issue: stranger })] })
  const remembering = createPlanner()

  remembering(world, { now: at(60), digest })
  const promoted = { ...world, standings: makeStandings({ [sam.id]: 'triage' }) }
  expect(remembering(promoted, { now: at(61), digest }).effects.map(effect => effect.do)).toContain('claim')
})
