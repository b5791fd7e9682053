import { addToTotals, NO_TOTALS } from '../../core/accounts/usage.ts'
import type { BacklogTask } from '../../core/backlog/contract.ts'
import { parseBacklog } from '../../core/backlog/contract.ts'
import { emptyControls } from '../../core/ledger.ts'
import { printPlanned } from '../../core/planning/roadmap.ts'
import { writeVersion } from '../../core/planning/version.ts'
import { writeDiscovered } from '../../core/words/discovered.ts'
import { writeGuide, writeGuidePull } from '../../core/words/guide.ts'
import { writeDrop } from '../../core/words/interchange.ts'
import { writeLearningsPull } from '../../core/words/learnings.ts'
import { writeLeft } from '../../core/words/left.ts'
import { madeAgain, notKept } from '../../core/words/planning.ts'
import { writePull } from '../../core/words/pull.ts'
import { writeRewriting } from '../../core/words/rebase.ts'
import { writePart } from '../../core/words/split.ts'
import { makeUsage } from '../core/accounts/usage.ts'
import { makePlanned } from '../core/backlog/make.ts'
import { APPROVE, CHANGES, makeReviewConfig, makeReviewed, makeTry, REBASE } from '../core/review/make.ts'
import {
  alice,
  at,
  makeApproval,
  makeConfig,
  makeIssue,
  makePlanClaim,
  makeProposedTask,
  makeRecord,
  makeReport,
  makeRun,
  makeSpec,
  makeTask,
  makeWorld,
  sha,
} from '../make.ts'
import { makeFolding } from './folding.ts'
import { type Sample, sampleOf } from './sample.ts'

/** What is proposed: plans, their tasks, changes by agents, reviews of them, and what agents met and learned. */

const TASKS: BacklogTask[] = [
  makePlanned('words', [], { title: 'Know a greeting in five languages', size: 'S' }),
  makePlanned('tone', [], {
    title: 'Choose between a formal and a friendly tone',
    scope: ['src/tone.ts', '.github/workflows/ci.yml'],
  }),
  makePlanned('voice', ['words', 'tone'], { title: 'Greet in the language and tone of a person', size: 'M' }),
  makePlanned('screen', ['voice'], { title: 'Show the greeting', type: 'feat' }),
  makePlanned('mail', ['voice'], { title: 'Send the greeting' }),
  makePlanned('docs', ['voice'], {
    title: 'Say how to add a language',
    type: 'docs',
    size: 'S',
    needs_review: true,
  }),
]
/** What people are pointed at: a task that may change every file, and one for an agent that there is not. */
const DOUBTFUL: BacklogTask[] = [
  makePlanned('words', [], { title: 'Know a greeting in five languages', scope: ['**'] }),
  makePlanned('tone', ['words'], { title: 'Choose between a formal and a friendly tone', agent: 'ghost' }),
]
/** As many as a plan may have, in four chains. */
const MANY = Array.from({ length: 100 }, (_, i) =>
  makePlanned(`step-${i}`, i < 4 ? [] : [`step-${i - 4}`], { size: 'S' }),
)

const PLAN = `# Plan

## Risks

- Names may be written from right to left.
- The mail service cuts subjects at 78 characters.

## Conflicts

- The architect wanted one table for all languages, QA one file each: one table, as the tests then have one place.
`

function planned(name: string, tasks: readonly BacklogTask[], { version = 1, past = false } = {}): Sample {
  const backlog = parseBacklog({
    version: 1,
    feature: '7-greet-people-by-name',
    title: 'Greet people',
    goal: 'People are greeted in their own language.',
    tasks,
  })
  if (!backlog.ok) throw new Error(backlog.problems[0]?.message)
  const text = version === 1 ? PLAN : writeVersion(PLAN, { number: version, from: null })
  const task = makeTask({
    plan: { path: 'specs/7-greet-people-by-name/BACKLOG.yaml', backlog, lines: [], text, below: [] },
    claims: [makePlanClaim()],
    runs: [makeRun({ kind: 'plan' })],
    attempts: new Map([[1, sha(0x201)]]),
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: makeReport() } }]]),
  })
  const world = makeWorld()
  const made = [
    makeUsage(),
    makeUsage({ attempt: 2, seconds: 400 }),
    makeUsage({ kind: 'review', cost_usd: 0.1 }),
  ]
  const usage = addToTotals(NO_TOTALS, past ? made : [], [])
  const config = { ok: true, value: makeConfig({ review: { enabled: past } }) } as const
  const facts = makeFolding({
    task,
    config,
    world: { ...world, ledger: { ...world.ledger, controls: { ...emptyControls, usage } } },
  })
  const summary = `3 documents became one plan of ${tasks.length} tasks, ${madeAgain(1, 'specs/7-greet-people-by-name', sha(0x201))}.${notKept(['the task `poem`, which people had written or edited, is gone'])}`
  const { title, body } = writePull(facts, {
    is: 'attempted',
    attempt: 1,
    head: sha(0x201),
    report: makeReport({ summary }),
  })
  return { name: `plan/${name}`, on: 'pull request', title, text: body }
}

const proposal = (
  name: string,
  over: Parameters<typeof makeReport>[0] = {},
  facts = makeFolding(),
): Sample => {
  const { title, body } = writePull(facts, {
    is: 'attempted',
    attempt: 1,
    head: sha(0x201),
    report: makeReport(over),
  })
  return { name: `change/${name}`, on: 'pull request', title, text: body }
}

/** The issue says something else than when the attempt began, and somebody approved that. */
function makeEarlier() {
  const issue = makeIssue({ title: 'Greet people by their full name' })
  return makeFolding({
    task: makeProposedTask({ issue }),
    record: makeRecord({ approval: makeApproval({ issue, via: 'comment' }) }),
  })
}

const reviewed = (name: string, says: typeof APPROVE): Sample =>
  sampleOf(
    `review/${name}`,
    [makeReviewed(makeTry({ says }))],
    { config: makeReviewConfig() },
    ({ on }) => on === 'review',
  )

const issue = (name: string, title: string, text: string): Sample => ({ name, on: 'issue', title, text })
const offer = (name: string, { title, body }: { title: string; body: string }): Sample => ({
  name: `offer/${name}`,
  on: 'pull request',
  title,
  text: body,
})

const learned = (text: string, task: string) => ({
  text,
  task,
  agent: 'codex',
  at: at(1),
  type: 'feat',
  paths: [],
})

export function planSamples(): Sample[] {
  const child = printPlanned('7-greet-people-by-name', TASKS[2]!)
  const added = {
    notes: ['The names come from the account, not from the mail.'],
    acceptance: ['an empty name is greeted too'],
    constraints: [],
    tried: ['Reading the name from the address: it is often missing.'],
  }
  return [
    planned('first', TASKS),
    planned('with-a-forecast', TASKS, { past: true }),
    planned('made-again', TASKS, { version: 2 }),
    planned('of-one-task', TASKS.slice(0, 1)),
    planned('of-100-tasks', MANY),
    planned('with-doubts', DOUBTFUL),
    issue('plan/sub-issue', child.title, child.body),
    {
      name: 'plan/left-as-they-are',
      on: 'comment',
      text: writeLeft([
        { issue: 8, title: 'Choose a tone', is: 'dropped', why: 'begun' },
        { issue: 9, title: 'Send the greeting', is: 'changed', why: 'rewritten' },
        { issue: 10, title: 'Show the greeting', is: 'waits', for: [8, 9] },
      ]),
    },
    { name: 'plan/dropped', on: 'comment', text: writeDrop('specs/7-greet-people-by-name/BACKLOG.yaml') },
    proposal('checks-are-green'),
    proposal('no-checks', { checks: [] }),
    proposal('a-check-is-red', {
      checks: [{ name: 'unit', result: 'failed', exit: 1, seconds: 2, tail: '' }],
    }),
    proposal('of-earlier-words', {}, makeEarlier()),
    reviewed('approves', APPROVE),
    reviewed('asks-for-changes', CHANGES),
    reviewed('wants-a-fresh-start', REBASE),
    {
      name: 'change/thought-over',
      on: 'comment',
      text: writeRewriting({ ...added, by: 'claude', attempt: 1 } as never, makeSpec()),
    },
    issue(
      'offer/discovered',
      'Names are cut at 20 characters',
      writeDiscovered({
        title: 'Names are cut at 20 characters',
        body: 'src/account.ts cuts them before they are stored.',
        agent: 'codex',
        task: 7,
        starting: null,
      }),
    ),
    issue('offer/part', 'Send the greeting', writePart('Send the greeting', 7, alice)),
    offer(
      'learnings',
      writeLearningsPull([
        learned('Prices are in cents.', 'bd-0001'),
        learned('Tax is added last.', 'bd-0001'),
        learned('Carts expire.', 'bd-0002'),
      ]),
    ),
    offer('agents-md', writeGuidePull()),
    {
      name: 'offer/agents-md-itself',
      on: 'issue',
      text: writeGuide(
        { manifests: [] },
        makeConfig({ setup: ['npm ci'], checks: [{ name: 'tests', run: 'npm test' }] }),
      ),
    },
  ]
}
