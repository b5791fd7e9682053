import { printPullMarker, printTaskId } from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import type { ClaimFacts, TaskFacts, World } from '../../core/world.ts'
import {
  at,
  makeApproval,
  makeClaim,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../make.ts'
import { settle } from '../settle.ts'
import { createRandom, type Random } from './random.ts'

/** A repository with `size` open tasks, each blocked by two others; some run, some are proposed, some could start. */
export function makeLargeWorld(size: number, seed: number): World {
  const random = createRandom(seed)
  const world = makeWorld({ tasks: Array.from({ length: size }, (_, n) => makeOne(n + 1, size, random)) })
  return settle(world, plan(world, { now: at(60), digest: text => text }).effects)
}

/** The same tasks as sub-issues of as many epics as are needed, with at most a hundred in each, as GitHub has it. */
export function putInEpics(world: World): World {
  const first = world.tasks.length + 1
  const epicOf = (place: number) => first + Math.floor(place / IN_EPIC)
  const below = world.tasks.map((task, i) => ({ ...task, issue: { ...task.issue, parent: epicOf(i) } }))
  const epics = Array.from({ length: Math.ceil(below.length / IN_EPIC) }, (_, i) => {
    const subIssues = { total: IN_EPIC, completed: 0 }
    const issue = makeIssue({ number: first + i, labels: [], timeline: [], container: true, subIssues })
    return makeTask({ issue })
  })
  return { ...world, tasks: [...below, ...epics] }
}

const IN_EPIC = 100

/** Of a thousand tasks. */
const RUNNING = 3
const PROPOSED = 5
const STARTABLE = 12

function makeOne(number: number, size: number, random: Random): TaskFacts {
  const place = number % 1000
  if (place < RUNNING) return makeRunning(number, size, random)
  if (place < RUNNING + PROPOSED) return makeProposed(number, size, random)
  return makeWaiting(number, { size, random, open: place >= RUNNING + PROPOSED + STARTABLE })
}

function makeText(number: number, random: Random) {
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[random.below(WORDS.length)]).join(' ')
  return makeIssue({
    number,
    title: `${words(5)} ${number}`,
    body: [
      `### Goal\n\n${words(40)}.\n`,
      `### Acceptance\n\n- [ ] ${words(10)}\n- [ ] ${words(8)}\n`,
      `### Scope\n\nsrc/**\ntest/${words(1)}/**\n`,
    ].join('\n'),
    createdAt: at(0) + number,
  })
}

const WORDS =
  'the cart shows each price with its tax and keeps what a customer chose when they come back'.split(' ')

type Blocked = { size: number; random: Random; open: boolean }

/** Tasks wait for tasks with a lower number, so that the graph has no cycle. */
function makeBlockers(number: number, { random, open }: Blocked): TaskFacts['blockers'] {
  return [1, 2].map(() => ({
    issue: 1 + random.below(Math.max(1, number - 1)),
    repo: null,
    title: 'something that comes first',
    state: open ? ('open' as const) : ('closed' as const),
    stateReason: open ? null : 'completed',
  }))
}

function makeWaiting(number: number, blocked: Blocked): TaskFacts {
  const issue = makeText(number, blocked.random)
  const logged = blocked.open ? 'waiting:blockers' : 'waiting:capacity'
  return makeTask({
    issue,
    record: makeRecord({ issue: number, approval: makeApproval({ issue }), logged }),
    blockers: makeBlockers(number, blocked),
  })
}

function makeRunning(number: number, size: number, random: Random): TaskFacts {
  const waiting = makeWaiting(number, { size, random, open: false })
  return {
    ...waiting,
    issue: { ...waiting.issue, labels: ['agent:codex', 'phase:working'] },
    record: { ...waiting.record!, logged: 'running:1' },
    claims: [claimFor(waiting)],
    runs: [makeRun({ id: 1_000_000 + number, status: 'in_progress', conclusion: null, receipt: null })],
  }
}

/** For the words that are approved. */
function claimFor({ id: task, issue, record }: TaskFacts): ClaimFacts {
  const approved = record!.approval!.sha256
  const spec = { ...makeTicket().spec, approved }
  return makeClaim({ ticket: { ok: true, value: makeTicket({ task, issue: issue.number, spec }) } })
}

function makeProposed(number: number, size: number, random: Random): TaskFacts {
  const waiting = makeWaiting(number, { size, random, open: false })
  const task = printTaskId(number)
  const branch = `agent/codex/${task}`
  const pull = makePull({
    number: 100_000 + number,
    body: `Closes #${number}\n\n${printPullMarker({ task, attempt: 1 })}`,
    head: { sha: sha(0x201), branch },
  })
  const report = makeReport({ task })
  return makeProposedTask({
    id: task,
    issue: { ...waiting.issue, labels: ['agent:codex', 'phase:pr_created'] },
    record: { ...waiting.record!, logged: 'proposed:1' },
    claims: [claimFor(waiting)],
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true, value: report } }]]),
    branches: new Map([[branch, pull.head.sha]]),
    pull: { ...pull, checks: [{ ...pull.checks[0]!, status: 'in_progress', conclusion: null }] },
  })
}
