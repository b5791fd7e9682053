import { expect, test } from 'vitest'
import { parseConfig } from '../../core/config/config.ts'
import { OUTCOMES } from '../../core/contract/report.ts'
import { emptyControls, emptyRecord } from '../../core/ledger.ts'
import { printBranch, printPullMarker, printTaskId } from '../../core/names.ts'
import { createPlanner } from '../../core/planner.ts'
import { createRandom } from '../../core/schedule/random.ts'
import { describeState, type TaskState, type WaitReason } from '../../core/state.ts'
import type { BlockerFacts, ClaimFacts, IssueFacts, RunFacts, TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeApproval,
  makeCheck,
  makeClaim,
  makeComment,
  makeIssue,
  makeLabeled,
  makePull,
  makeReport,
  makeRules,
  makeRun,
  makeTask,
  makeWorld,
  sam,
  sha,
  tim,
} from '../make.ts'

/**
 * Random worlds in which little fits together: whoever does not move says why, in one line that is a line, says it whole, and
 * names what it is about.
 */
const WORLDS = 500

/** What the line has to name, at least, by what is waited for. */
const NAMES: Record<WaitReason, RegExp> = {
  approval: /its text changed|is not approved/,
  're-approval': /the issue was edited after it was approved|cleared away/,
  configuration: /\.github\/chorus\.yml cannot be read: .+|no agent (?:is )?called "\w+"/,
  caller: /\.github\/workflows\/chorus\.yml/,
  blockers: /#\d+|it is a parent|it is being split/,
  parent: /#\d+.*`\/chorus run`/,
  paused: /`\/chorus resume(?: all)?`/,
  stopped: /@alice|#\d+/,
  capacity: /\(limits\.\w+|max_parallel\)|pool shared/,
  budget: /`budgets\.\w+\.\w+`/,
  scope: /#\d+ has landed, .*\(.+\)/,
  answer: /asks: \S/,
  person: /#\d+ was closed/,
  ledger: /(?:tasks\/bd-\w+|controls)\.json on the branch chorus\/ledger/,
  host: /GitHub /,
  standing: /\w+ may not start work here/,
}

test('whoever does not move says why in one line, and names what it is about', () => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= WORLDS; seed++) {
    const world = makeAny(seed)
    const { states } = createPlanner()(world, { now: at(60), digest: () => 'd'.repeat(64) })
    for (const { id, issue } of world.tasks) {
      const state = states.get(id)!
      const words = describeState(state)
      const about = `world ${seed}, #${issue.number}, ${state.is}: "${words}"`
      expect(words, about).toMatch(/^\S.{0,398}\S$/u)
      // Nothing that somebody left empty.
      expect(words, about).not.toMatch(/[:;,(]$|\(\)|""|undefined|null|NaN/)
      if (state.is === 'waiting') expect(words, about).toMatch(NAMES[state.on])
      if (state.is === 'proposed' && state.verdicts.blocking !== null) expect(words, about).toMatch(/: \S/)
      seen.add(nameOf(state))
    }
  }
  // What never came up shows nothing.
  const wanted = [...(Object.keys(NAMES) as WaitReason[]).map(on => `waiting:${on}`), ...OTHERS]
  expect([...seen]).toEqual(expect.arrayContaining(wanted))
})

const OTHERS = [
  'idle',
  'malformed',
  'ready',
  'claimed',
  'running',
  'attempted',
  'proposed',
  'stuck',
  'dropped',
]

function nameOf(state: TaskState): string {
  return state.is === 'waiting' ? `waiting:${state.on}` : state.is
}

type Dice = { any<T>(...all: readonly T[]): T; rarely(outOf: number): boolean }

function openDice(seed: number): Dice {
  const random = createRandom(seed)
  return {
    any: (...all) => all[random.below(all.length)]!,
    rarely: outOf => random.below(outOf) === 0,
  }
}

const BY = { id: alice.id, login: 'alice' }
const CONFIGS: readonly unknown[] = [
  ...[{}, { limits: { parallel: 2 } }, { limits: { parallel: 1 } }, { limits: { per_epic: 1 } }],
  ...[{ budgets: { day: { tokens: 1 } }, limits: { tokens: 5 } }, { limits: { attempts: 1, reviews: 1 } }],
  ...[{ merge: { strategy: 'manual' } }, { review: { enabled: true } }, { agnets: {} }],
]

function makeAny(seed: number): World {
  const dice = openDice(seed)
  const { any, rarely } = dice
  const numbers = Array.from({ length: any(3, 5, 8) }, (_, i) => i + 1)
  const made = makeWorld({ tasks: numbers.map(number => makeAnyTask(number, numbers, dice)) })
  const said = (outOf: number) => (rarely(outOf) ? { by: BY, at: at(1) } : null)
  return {
    ...made,
    config: parseConfig(any(...CONFIGS)),
    caller: any<World['caller']>(...[0, 1, 2, 3].map(() => ({ is: 'current' }) as const), { is: 'missing' }),
    rules: makeRules({ strict: rarely(3), approvals: any(0, 0, 1), queue: rarely(6) }),
    pool: rarely(9) ? { name: 'shared', is: 'closed', why: 'its books are of another app' } : null,
    ledger: {
      ...made.ledger,
      controls: { ...emptyControls, paused: said(20), stopped: said(30), frozen: said(15) },
      broken: { controls: rarely(30) ? 'foreign' : null, records: new Map() },
    },
  }
}

function makeAnyTask(number: number, numbers: readonly number[], dice: Dice): TaskFacts {
  const { any, rarely } = dice
  const issue = makeAnyIssue(number, dice)
  const claims = Array.from({ length: any(0, 0, 0, 1, 2, 3) }, (_, i) => makeAnyClaim(i + 1, dice))
  const runs = claims.flatMap(({ attempt }) => (rarely(4) ? [] : makeAnyRun(attempt, dice)))
  const branch = printBranch({ agent: 'codex', task: printTaskId(number) })
  const pull = claims.length > 0 && rarely(2) ? makeAnyPull(number, claims.length, dice) : null
  const foreign = rarely(5) ? [[branch, sha(77)] as const] : []
  return makeTask({
    issue,
    claims,
    runs,
    pull,
    record: rarely(6) ? null : makeAnyRecord(issue, dice),
    distrust: rarely(25) ? any('foreign', 'missing', 'older', 'unreadable') : null,
    reports: new Map(runs.filter(run => run.receipt !== null).map(run => makeAnyReport(run, dice))),
    attempts: new Map(claims.map(({ attempt }) => [attempt, sha(0x200 + attempt)])),
    branches: new Map(pull === null ? foreign : [[branch, pull.head.sha]]),
    taken: rarely(20) ? [{ number: 55, branch, by: 'mallory' }] : [],
    blockers: numbers.flatMap(other => (other === number || !rarely(10) ? [] : makeAnyBlocker(other, dice))),
  })
}

const TEXT = '### Goal\n\nDo it.\n'
const WORDS = [
  'run',
  'pause',
  'stop',
  'retry',
  'rollback',
  'hotfix #2',
  'split\n- one\n- two',
  'assign claude',
]

function makeAnyIssue(number: number, { any, rarely }: Dice): IssueFacts {
  const labels = any(...[0, 1, 2].map(() => ['agent:codex']), [], ['agent:nobody'])
  const asked = labels.map(label => makeLabeled(label, any(alice, alice, alice, tim, sam)))
  const said = rarely(3)
    ? [makeComment({ id: 900 + number, at: at(any(3, 50)), body: `/chorus ${any(...WORDS)}` })]
    : []
  const closed = rarely(8)
  const issue = makeIssue({
    number,
    labels,
    title: any('A title', 'A title', ''),
    body: any(
      TEXT,
      ...[0, 1].map(() => `${TEXT}\n### Scope\n\nsrc/a/**\n`),
      `${TEXT}\n### Scope\n\n../x\n- {a\n`,
      '',
    ),
    timeline: [...asked, ...said],
    container: number === 1 && rarely(2),
    parent: number > 1 && rarely(2) ? 1 : null,
    nested: any(null, at(1), at(40)),
    state: closed ? 'closed' : 'open',
    stateReason: closed ? any('completed', 'not_planned', 'duplicate') : null,
  })
  return { ...issue, edits: rarely(12) ? null : rarely(8) ? [{ at: at(30), by: sam }] : [] }
}

function makeAnyRecord(issue: IssueFacts, { any, rarely }: Dice): NonNullable<TaskFacts['record']> {
  const approved = rarely(8) ? makeIssue() : issue
  return {
    ...emptyRecord(issue.number),
    approval: rarely(8) ? null : makeApproval({ issue: approved, agent: any('codex', null, 'gone') }),
    paused: rarely(8),
    below: rarely(4) ? { by: BY, at: at(20), agent: null } : null,
    stopped: rarely(12) ? { by: BY, at: at(2) } : null,
    split: rarely(15) ? { by: BY, at: at(2), parts: [{ key: 'k', title: 'One half' }] } : null,
    undone: rarely(20) ? { by: BY, at: at(50), pull: 12, because: 3 } : null,
    voidThrough: any(0, 0, 0, 1, 3),
  }
}

function makeAnyClaim(attempt: number, { any, rarely }: Dice): ClaimFacts {
  const dispatch = any<ClaimFacts['dispatch']>(
    null,
    { is: 'refused', why: 'Workflow does not have\n`workflow_dispatch`', at: at(50) },
    { is: 'unclear', at: at(50) },
  )
  return makeClaim({ attempt, sealed: !rarely(10), dispatch })
}

function makeAnyRun(attempt: number, { any }: Dice): RunFacts {
  const lost = { receipt: null }
  return makeRun({
    attempt,
    ...any<Partial<RunFacts>>(
      ...[{}, {}, { status: 'in_progress', conclusion: null, ...lost } as const],
      ...[{ status: 'queued', conclusion: null, ...lost } as const, { conclusion: 'failure', ...lost }],
      ...[
        { conclusion: 'startup_failure', ...lost },
        { conclusion: 'timed_out', ...lost },
      ],
    ),
  })
}

/** Agents say what they like, at whatever length, or nothing. */
const SAID = [
  '',
  ' \n',
  'It broke.\nIn the second line\n\n\u001b[31mthird\u001b[0m',
  'x'.repeat(2000),
  'Short.',
]

function makeAnyReport({ attempt }: RunFacts, { any }: Dice) {
  const outcome = any('done', 'done', 'question', ...OUTCOMES)
  const report = makeReport({
    attempt,
    outcome,
    summary: any(...SAID),
    question: outcome === 'question' ? any(null, ...SAID) : null,
    failure: any(null, null, 'auth', 'budget', 'overload'),
  })
  return [attempt, { sha: sha(0x300 + attempt), report: { ok: true, value: report } as const }] as const
}

function makeAnyPull(number: number, attempt: number, { any, rarely }: Dice): TaskFacts['pull'] {
  const task = printTaskId(number)
  return makePull({
    number: 1000 + number,
    head: { sha: sha(0x200 + attempt), branch: printBranch({ agent: 'codex', task }) },
    body: printPullMarker({ task, attempt }),
    state: any('open', 'open', 'open', 'closed', 'merged'),
    closedBy: any(null, bob),
    mergeable: any(true, false, null),
    labels: any([], ['hold']),
    draft: rarely(10),
    checks: any(
      ...[
        [makeCheck()],
        [],
        [makeCheck({ conclusion: 'failure' })],
        [makeCheck({ name: 'a\nb', conclusion: 'failure' })],
      ],
      [makeCheck({ status: 'in_progress', conclusion: null })],
    ),
  })
}

function makeAnyBlocker(issue: number, { any }: Dice): BlockerFacts {
  return {
    issue,
    repo: any(null, null, 'acme/lib'),
    title: any('A title', 'x'.repeat(256), 'two\nlines'),
    state: any('open', 'open', 'closed'),
    stateReason: any('completed', 'not_planned', 'duplicate', null),
  }
}
