import { createHash } from 'node:crypto'
import { printTakeoverRef } from '../core/attempt/dispatching.ts'
import type { CheckFacts, GateFact } from '../core/check.ts'
import type { Config } from '../core/config/config.ts'
import { parseConfig } from '../core/config/config.ts'
import type { Report } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import type { Effect } from '../core/effect.ts'
import { emptyTask } from '../core/emptytask.ts'
import { NO_FILE_RULES } from '../core/gates/filerules.ts'
import type { Proposal } from '../core/gates/gate.ts'
import type { Rules } from '../core/landing/rules.ts'
import type { Approval, TaskRecord } from '../core/ledger.ts'
import { emptyControls, emptyRecord } from '../core/ledger.ts'
import {
  CALLER_PATH,
  printBranch,
  printPullMarker,
  printRunTitle,
  printTaskId,
  type TicketKind,
} from '../core/names.ts'
import { approvedText } from '../core/people/approval.ts'
import type { ReviewFacts } from '../core/review/facts.ts'
import type { TaskSpec } from '../core/task.ts'
import type {
  Actor,
  ClaimFacts,
  CommentFact,
  FileChange,
  IssueFacts,
  PullFacts,
  RepoFacts,
  RunFacts,
  Sha,
  Standing,
  TaskFacts,
  TimelineFact,
  World,
} from '../core/world.ts'

/**
 * Builders of facts for tables. Each gives a fresh, plausible value that goes well together with the others' defaults:
 * issue 7, asked for by alice (write), one attempt by codex, a pull request that passes every gate.
 */

/** Noon of some day, in milliseconds; `at(5)` is five minutes later. */
export const NOON = Date.UTC(2026, 10, 20, 12)
export const at = (minutes: number): number => NOON + minutes * 60_000

/** Forty digits that end in `n`. */
export const sha = (n: number): Sha => n.toString(16).padStart(40, '0')

export const OUR_APP = { id: 5000, login: 'chorus[bot]', botId: 5001 }
export const CI_APP = 15_368

export const alice: Actor = { id: 101, login: 'alice', kind: 'person' }
export const bob: Actor = { id: 102, login: 'bob', kind: 'person' }
export const tim: Actor = { id: 103, login: 'tim', kind: 'person' }
export const sam: Actor = { id: 104, login: 'sam', kind: 'person' }
export const chorus: Actor = { id: OUR_APP.botId, login: OUR_APP.login, kind: 'app' }

/** alice and bob may write, tim may triage, sam is a stranger. */
export function makeStandings(
  overrides: Readonly<Record<number, Standing>> = {},
): ReadonlyMap<number, Standing> {
  const standings: Record<number, Standing> = { 101: 'write', 102: 'write', 103: 'triage', 104: 'none' }
  return new Map(
    Object.entries({ ...standings, ...overrides }).map(([id, standing]) => [Number(id), standing]),
  )
}

/** From the text of a `chorus.yml`, already parsed; throws when it is not valid. */
export function makeConfig(value: unknown = {}): Config {
  const parsed = parseConfig(value)
  if (!parsed.ok) throw new Error(parsed.problems.map(problem => problem.message).join('; '))
  return parsed.value
}

export function makeRepo(overrides: Partial<RepoFacts> = {}): RepoFacts {
  return {
    id: 1,
    owner: 'acme',
    name: 'shop',
    url: 'https://github.test/acme/shop',
    defaultBranch: 'main',
    head: sha(1),
    target: { branch: 'main', head: sha(1) },
    methods: ['squash', 'merge', 'rebase'],
    ...overrides,
  }
}

export function makeRules(overrides: Partial<Rules> = {}): Rules {
  return {
    required: [{ name: 'test', appId: CI_APP }],
    strict: false,
    approvals: 0,
    dismissStale: false,
    lastPush: false,
    codeOwners: false,
    conversations: false,
    linear: false,
    signed: false,
    methods: null,
    queue: false,
    demands: [],
    ...overrides,
  }
}

export function makeLabeled(label: string, by: Actor = alice, when = at(1)): TimelineFact {
  return { is: 'labeled', label, by, at: when }
}

export function makeComment(overrides: Partial<CommentFact> = {}): CommentFact {
  return { is: 'commented', id: 900, by: alice, at: at(2), edited: false, body: 'a word', ...overrides }
}

export function makeIssue(overrides: Partial<IssueFacts> = {}): IssueFacts {
  const number = overrides.number ?? 7
  return {
    number,
    id: 70_000 + number,
    url: `https://github.test/acme/shop/issues/${number}`,
    title: 'Greet people by name',
    body: '### Goal\n\nSay hello with the name.\n\n### Acceptance\n\n- [ ] prints the name\n',
    state: 'open',
    stateReason: null,
    author: alice,
    labels: ['agent:codex'],
    container: false,
    subIssues: { total: 0, completed: 0 },
    parent: null,
    createdAt: at(0),
    closedAt: overrides.state === 'closed' ? at(40) : null,
    timeline: [makeLabeled('agent:codex')],
    ...overrides,
  }
}

export function makeSpec(overrides: Partial<TaskSpec> = {}): TaskSpec {
  return {
    title: 'Greet people by name',
    type: 'feat',
    work: 'feature',
    goal: 'Say hello with the name.',
    acceptance: ['prints the name'],
    scope: [],
    constraints: [],
    priority: 2,
    ...overrides,
  }
}

export function makeApproval(overrides: Partial<Approval> & { issue?: IssueFacts } = {}): Approval {
  const { issue = makeIssue(), ...rest } = overrides
  const text = rest.text ?? approvedText(issue, [])
  return {
    by: { id: alice.id, login: alice.login },
    at: at(1),
    via: 'label',
    kind: 'work',
    from: null,
    agent: 'codex',
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    comments: [],
    ...rest,
  }
}

/** Approved as it stands in `makeIssue()`. */
export function makeRecord(overrides: Partial<TaskRecord> = {}): TaskRecord {
  return { ...emptyRecord(overrides.issue ?? 7), approval: makeApproval(), ...overrides }
}

export function makeTicket(overrides: Partial<Ticket> = {}): Ticket {
  return {
    version: 1,
    kind: 'work',
    task: printTaskId(7),
    attempt: 1,
    issue: 7,
    agent: {
      name: 'codex',
      cli: 'codex',
      model: null,
      fallback_model: null,
      base_url: null,
      secrets: [],
      same_user: false,
      args: [],
      command: null,
    },
    base: sha(1),
    continues: null,
    spec: {
      title: 'Greet people by name',
      type: 'feat',
      goal: 'Say hello with the name.',
      acceptance: ['prints the name'],
      scope: [],
      constraints: [],
      approved: makeApproval().sha256,
    },
    negative: [],
    feedback: '',
    setup: [],
    checks: [],
    protected: [],
    limits: { minutes: 30, loops: 3, max_files: 100, max_bytes: 1_000_000 },
    ...overrides,
  }
}

export function makeClaim(overrides: Partial<ClaimFacts> = {}): ClaimFacts {
  const attempt = overrides.attempt ?? 1
  return {
    attempt,
    sha: sha(0x100 + attempt),
    base: sha(1),
    at: at(2 + attempt * 10),
    sealed: true,
    dispatch: null,
    takeover: null,
    ticket: { ok: true, value: makeTicket({ attempt }) },
    ...overrides,
  }
}

type Dispatch = Extract<Effect, { do: 'dispatch' }>

/** By whoever made the claim, whenever that was. */
export function makeDispatch(
  wish: Partial<Dispatch> & Pick<Dispatch, 'task' | 'claim'>,
  kind: TicketKind = 'work',
): Dispatch {
  const name = { kind, task: wish.task, attempt: wish.attempt ?? 1 }
  return {
    do: 'dispatch',
    attempt: name.attempt,
    title: printRunTitle(name),
    branch: 'main',
    own: Number.POSITIVE_INFINITY,
    takeover: { ref: printTakeoverRef(name), before: null },
    admitted: null,
    ...wish,
  }
}

/** The same for a plan. */
export function makePlanClaim(): ClaimFacts {
  const { agent } = makeTicket()
  const planning = { feature: '7-greet-people-by-name', spec: agent, architecture: agent, qa: agent }
  return makeClaim({ ticket: { ok: true, value: makeTicket({ kind: 'plan', planning }) } })
}

/** Completed well, with the receipt for `sha(0x200 + attempt)` and `sha(0x300 + attempt)`. */
export function makeRun(overrides: Partial<RunFacts> = {}): RunFacts {
  const attempt = overrides.attempt ?? 1
  return {
    id: 4000 + attempt,
    url: `https://github.test/acme/shop/actions/runs/${4000 + attempt}`,
    kind: 'work',
    attempt,
    status: 'completed',
    conclusion: 'success',
    path: CALLER_PATH,
    branch: 'main',
    event: 'workflow_dispatch',
    actorId: OUR_APP.botId,
    runAttempt: 1,
    createdAt: at(3 + attempt * 10),
    updatedAt: at(8 + attempt * 10),
    receipt: { attempt: sha(0x200 + attempt), report: sha(0x300 + attempt) },
    late: false,
    cancelAsked: null,
    ...overrides,
  }
}

export function makeReport(overrides: Partial<Report> = {}): Report {
  const attempt = overrides.attempt ?? 1
  return {
    version: 1,
    task: printTaskId(7),
    attempt,
    run: 4000 + attempt,
    outcome: 'done',
    failure: null,
    summary: 'Greets by name now.',
    base: sha(1),
    head: sha(0x200 + attempt),
    subject: 'feat(hello): greet people by name',
    files: [{ path: 'src/hello.ts', mode: '100644', bytes: 120 }],
    checks: [{ name: 'unit', result: 'passed', exit: 0, seconds: 2, tail: '' }],
    loops: 1,
    question: null,
    refusals: [],
    usage: {
      agent: 'codex',
      model: 'gpt-5',
      tokens_in: 1000,
      tokens_out: 200,
      tokens_cached: 0,
      cost_usd: 0.02,
      seconds: 40,
    },
    context: { task_bytes: 900, total_bytes: 4000, session_reuse: 0 },
    discovered: [],
    learnings: [],
    protection: 'own user, no network',
    ...overrides,
  }
}

export function makeChange(overrides: Partial<FileChange> = {}): FileChange {
  return {
    path: 'src/hello.ts',
    previous: null,
    status: 'modified',
    mode: '100644',
    previousMode: '100644',
    added: 2,
    removed: 1,
    addedLines: ['export function hello(name: string) {', "  return 'hello ' + name"],
    bytes: 120,
    ...overrides,
  }
}

export function makeCheck(overrides: Partial<CheckFacts> = {}): CheckFacts {
  return {
    kind: 'check',
    name: 'test',
    appId: CI_APP,
    source: null,
    status: 'completed',
    conclusion: 'success',
    url: 'https://github.test/acme/shop/runs/1',
    id: 6000,
    startedAt: at(20),
    endedAt: at(21),
    tail: null,
    job: null,
    ...overrides,
  }
}

/** Waits since `at(20)`. */
export function makeGate(overrides: Partial<GateFact> = {}): GateFact {
  return { id: 6500, at: at(20), status: 'in_progress', conclusion: null, title: '', key: '', ...overrides }
}

/** bob approves the default head. */
export function makeReview(overrides: Partial<ReviewFacts> = {}): ReviewFacts {
  return {
    id: 7000,
    by: bob,
    state: 'approved',
    sha: sha(0x201),
    body: '',
    comments: [],
    at: at(30),
    ...overrides,
  }
}

export function makePull(overrides: Partial<PullFacts> = {}): PullFacts {
  const task = printTaskId(7)
  const number = overrides.number ?? 12
  const head = overrides.head ?? { sha: sha(0x201), branch: printBranch({ agent: 'codex', task }) }
  return {
    number,
    id: 80_000 + number,
    url: `https://github.test/acme/shop/pull/${number}`,
    state: 'open',
    title: `feat(hello): greet people by name [${task}]`,
    body: `Closes #7\n\n${printPullMarker({ task, attempt: 1 })}`,
    draft: false,
    labels: [],
    ours: true,
    head,
    layers: [head.sha],
    base: { branch: 'main', sha: sha(1) },
    mergeBase: sha(1),
    mergeable: true,
    unsure: null,
    mergedSha: null,
    unjudged: null,
    refusal: null,
    closedBy: null,
    authors: [],
    changes: [makeChange()],
    checks: [makeCheck()],
    judged: [],
    reviews: [],
    unreviewable: false,
    comments: [],
    gate: null,
    awaited: [],
    unresolved: null,
    current: true,
    ...overrides,
  }
}

/** Asked for and otherwise untouched: no record, claim, run or pull request. */
export function makeTask(overrides: Partial<TaskFacts> = {}): TaskFacts {
  return { ...emptyTask(overrides.issue ?? makeIssue()), ...overrides }
}

/** A task whose first attempt was delivered, published and proposed. */
export function makeProposedTask(overrides: Partial<TaskFacts> = {}): TaskFacts {
  const pull = makePull()
  return makeTask({
    record: makeRecord(),
    claims: [makeClaim()],
    attempts: new Map([[1, sha(0x201)]]),
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: makeReport() } }]]),
    runs: [makeRun()],
    branches: new Map([[pull.head.branch, pull.head.sha]]),
    pull,
    ...overrides,
  })
}

export function makeWorld(overrides: Partial<World> = {}): World {
  const tasks = overrides.tasks ?? []
  return {
    app: OUR_APP,
    repo: makeRepo(),
    rules: makeRules(),
    config: { ok: true, value: makeConfig() },
    caller: { is: 'current' },
    judge: null,
    judgeRights: [],
    admission: { last: null, at: at(60) },
    files: NO_FILE_RULES,
    ledger: {
      head: sha(9),
      controls: { ...emptyControls },
      records: new Map(tasks.flatMap(task => (task.record === null ? [] : [[task.id, task.record]]))),
      broken: { controls: null, records: new Map() },
    },
    tasks,
    owner: null,
    orphans: [],
    integration: null,
    queue: null,
    trains: [],
    reverts: new Map(),
    combines: true,
    foreign: null,
    collisions: new Set(),
    moving: new Set(),
    strangers: [],
    guests: [],
    moreStrangers: false,
    misconfigured: [],
    guide: null,
    pool: null,
    offer: { is: 'none' },
    standings: makeStandings(),
    ...overrides,
  }
}

/** Passes every gate. */
export function makeProposal(
  overrides: Partial<Proposal> & { standings?: ReadonlyMap<number, Standing> } = {},
): Proposal {
  const { standings = makeStandings(), ...rest } = overrides
  const pull = rest.pull ?? makePull()
  return {
    app: OUR_APP,
    repo: makeRepo(),
    rules: makeRules(),
    config: makeConfig(),
    files: NO_FILE_RULES,
    task: makeProposedTask({ pull }),
    record: makeRecord(),
    spec: makeSpec(),
    pull,
    claim: makeClaim(),
    attempt: sha(0x201),
    voucher: 'vouched',
    reviewed: { is: 'unasked', why: 'no agent reviews here' },
    place: null,
    revert: null,
    guest: null,
    inherits: () => null,
    turn: () => ({ ahead: [], clashes: null }),
    rival: () => null,
    requester: alice,
    frozen: null,
    now: at(60),
    standing: actor => standings.get(actor.id) ?? 'none',
    ...rest,
  }
}
