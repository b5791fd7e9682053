import { whenListed } from '../../../../core/attempt/dispatching.ts'
import { type Controls, emptyControls } from '../../../../core/ledger.ts'
import { createRandom, type Random } from '../../../../core/schedule/random.ts'
import type {
  Actor,
  BlockerFacts,
  ClaimFacts,
  PullFacts,
  RunFacts,
  Sha,
  TaskFacts,
  World,
} from '../../../../core/world.ts'
import { alice, at, makeConfig, makeIssue, makeLabeled, makeTask, makeWorld, sha } from '../../../make.ts'

/**
 * GitHub as far as controllers can tell: facts, compare-and-swap, create-only names, answers that get lost. What happens
 * there of itself (runs, CI, people) happens when the test says so.
 */
export type Host = {
  now: number
  random: Random
  tasks: Map<number, TaskFacts>
  /** Issues that were moved to another repository, as they were then. */
  gone: TaskFacts[]
  landed: Set<string>
  head: Sha
  controls: Controls
  /** Who was admitted last. */
  admitted: Sha | null
  /** Runs that no list shows yet, by id: until when. */
  unlisted: Map<number, number>
  /** Runs of which it is not shown yet what they vouched for: until when. */
  unshown: Map<number, number>
  /** How many pull requests showed an attempt, by task and attempt. */
  shown: Map<string, number>
  /** How many conversations with a model began, by task and attempt. */
  conversations: Map<string, number>
  last: number
  repository: World
}

/** What one controller knows by itself: how its dispatches went, and what it was told last. */
export type Known = {
  sent: Map<Sha, ClaimFacts['dispatch']>
  told: Map<number, Told>
  /** To where it moved what says who was admitted last, from where. */
  moved: Map<Sha | null, Sha>
}

type Told = { of: TaskFacts; sent: readonly ClaimFacts['dispatch'][]; shown: string; task: TaskFacts }

export function knowNothing(): Known {
  return { sent: new Map(), told: new Map(), moved: new Map() }
}

const SCOPES = ['src/a/**', 'src/b/**', 'src/*/x.ts']

/** With one place, with few, and with enough that there is a choice to look ahead for. */
const REPOSITORIES = [1, 2, 3].map(parallel =>
  makeWorld({ config: { ok: true, value: makeConfig({ limits: { parallel, attempts: 20 } }) } }),
)

export function openHost(seed: number): Host {
  const random = createRandom(seed)
  const numbers = Array.from({ length: 2 + random.below(4) }, (_, i) => i + 1)
  const host: Host = {
    now: at(60),
    random,
    tasks: new Map(),
    gone: [],
    landed: new Set(),
    head: sha(9),
    controls: emptyControls,
    admitted: null,
    unlisted: new Map(),
    unshown: new Map(),
    shown: new Map(),
    conversations: new Map(),
    last: 0x10000,
    repository: REPOSITORIES[random.below(REPOSITORIES.length)]!,
  }
  for (const number of numbers) {
    const scope = random.below(2) === 0 ? '' : `\n### Scope\n\n${SCOPES[random.below(SCOPES.length)]}\n`
    const body = `### Goal\n\nDo it.\n${scope}`
    const issue = makeIssue({ number, body, labels: ['agent:codex'], timeline: [makeLabeled('agent:codex')] })
    host.tasks.set(number, makeTask({ issue }))
    if (number > 1 && random.below(2) === 0) link(host, number, 1 + random.below(number - 1))
  }
  return host
}

/** The world as it is told right now to one who knows so much. */
export function observe(host: Host, known: Known): World {
  const tasks = [...host.tasks.values()].map(task => tell(host, task, known))
  return {
    ...host.repository,
    tasks,
    orphans: host.gone.map(task => orphanOf(host, task)),
    admission: { last: host.admitted, at: host.now },
    ledger: { ...host.repository.ledger, head: host.head, controls: host.controls },
  }
}

/** What did not change is the very same object as before, as observation keeps it. */
function tell(host: Host, of: TaskFacts, known: Known): TaskFacts {
  if (of.claims.length === 0) return of
  const runs = of.runs
    .filter(run => isListed(host, run))
    .map(run => ((host.unshown.get(run.id) ?? 0) <= host.now ? run : { ...run, receipt: null, late: true }))
  const shown = runs.map(({ id, late }) => `${id} ${late}`).join()
  const sent = of.claims.map(claim => known.sent.get(claim.sha) ?? null)
  const before = known.told.get(of.issue.number)
  if (before?.of === of && before.shown === shown && sent.every((one, i) => one === before.sent[i])) {
    return before.task
  }
  const task = { ...of, runs, claims: of.claims.map((claim, i) => ({ ...claim, dispatch: sent[i]! })) }
  known.told.set(of.issue.number, { of, sent, shown, task })
  return task
}

function orphanOf(host: Host, { id: task, claims, runs }: TaskFacts): World['orphans'][number] {
  const listed = runs.filter(run => run.status !== 'completed' && isListed(host, run))
  const own = listed.map(({ id }) => ({ id, cancelAsked: null }))
  return { task, refs: [], sure: true, runs: own, until: Math.max(0, ...claims.map(whenListed)) }
}

export function isListed({ unlisted, now }: Host, { id }: RunFacts): boolean {
  return (unlisted.get(id) ?? 0) <= now
}

export function link(host: Host, number: number, to: number): void {
  const task = host.tasks.get(number)!
  if (task.blockers.some(({ issue }) => issue === to)) return
  const { state, stateReason } = host.tasks.get(to)!.issue
  const blocker = { issue: to, repo: null, title: `task ${to}`, state, stateReason }
  set(host, { ...task, blockers: [...task.blockers, blocker] })
}

export function unlink(host: Host, task: TaskFacts, { repo, issue }: BlockerFacts): void {
  const blockers = task.blockers.filter(one => one.repo !== repo || one.issue !== issue)
  set(host, { ...task, blockers })
}

/** Whoever waits for it is told at once. */
export function close(host: Host, task: TaskFacts, how: { by: Actor; as: string }): boolean {
  if (task.issue.state === 'closed') return true
  const timeline = [...task.issue.timeline, { is: 'closed', by: how.by, at: host.now } as const]
  setIssue(host, task, { state: 'closed', stateReason: how.as, closedAt: host.now, timeline })
  return tellWaiters(host, task, { state: 'closed', stateReason: how.as })
}

export function reopen(host: Host, task: TaskFacts): boolean {
  const timeline = [...task.issue.timeline, { is: 'reopened', by: alice, at: host.now } as const]
  setIssue(host, task, { state: 'open', stateReason: 'reopened', closedAt: null, timeline })
  return tellWaiters(host, task, { state: 'open', stateReason: 'reopened' })
}

/** To another repository, where it has another number; links to it go along. */
export function transfer(host: Host, task: TaskFacts): boolean {
  host.tasks.delete(task.issue.number)
  host.gone.push(task)
  return tellWaiters(host, task, { repo: 'acme/other', issue: ++host.last })
}

function tellWaiters(host: Host, { issue }: TaskFacts, over: Partial<BlockerFacts>): boolean {
  for (const task of [...host.tasks.values()]) {
    const blockers = task.blockers.map(one =>
      one.repo === null && one.issue === issue.number ? { ...one, ...over } : one,
    )
    if (blockers.some((one, i) => one !== task.blockers[i])) set(host, { ...task, blockers })
  }
  return true
}

export function say(host: Host, task: TaskFacts, body: string): void {
  const comment = { is: 'commented', id: ++host.last, by: alice, at: host.now, edited: false, body } as const
  setIssue(host, task, { timeline: [...task.issue.timeline, comment] })
}

export function setIssue(host: Host, task: TaskFacts, over: Partial<TaskFacts['issue']>): boolean {
  return set(host, { ...task, issue: { ...task.issue, ...over } })
}

export function setPull(host: Host, task: TaskFacts, over: Partial<PullFacts>): boolean {
  return task.pull === null ? false : set(host, { ...task, pull: { ...task.pull, ...over } })
}

export function setRun(host: Host, task: TaskFacts, id: number, over: Partial<RunFacts>): boolean {
  const runs = task.runs.map(run => (run.id === id && run.status !== 'completed' ? { ...run, ...over } : run))
  return set(host, { ...task, runs })
}

export function set(host: Host, task: TaskFacts): boolean {
  host.tasks.set(task.issue.number, task)
  return true
}

export function find(host: Host, id: string): TaskFacts | null {
  return [...host.tasks.values()].find(task => task.id === id) ?? null
}
