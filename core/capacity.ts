import { agentOf } from './attempt.ts'
import { type Books, estimate, type Grant } from './books.ts'
import type { Config } from './config.ts'
import type { Approval } from './ledger.ts'
import type { TaskState } from './state.ts'
import { readPriority } from './task.ts'
import { dayOf, type Totals } from './usage.ts'
import { explainShort } from './words/budget.ts'
import type { Instant, TaskFacts } from './world.ts'

/** What a ready task may do now: go, with so much room in the budgets; or wait, for what. */
export type Turn = Grant | { is: 'wait'; on: 'capacity' | 'budget'; why: string }

export type Candidate = { task: TaskFacts; state: TaskState }

type House = { config: Config; books: Books; totals: Totals; now: Instant }

/** Which ready tasks may start now: within caps and budgets, by priority, then age, then number. */
export function admit(candidates: readonly Candidate[], house: House): ReadonlyMap<string, Turn> {
  const turns = new Map<string, Turn>()
  const busy = new Map<string, number>()
  for (const { task, state } of candidates) count(busy, busyAgent(task, state))
  for (const ready of readyInOrder(candidates)) {
    const why = full(ready.agent, busy, house.config)
    const turn: Turn = why === null ? spend(ready, house) : { is: 'wait', on: 'capacity', why }
    if (turn.is === 'go') count(busy, ready.agent)
    turns.set(ready.task.id, turn)
  }
  return turns
}

function spend({ task, agent, by }: Ready, { config, books, totals, now }: House): Turn {
  const who = { task: task.id, epic: task.issue.parent, user: by.id, day: dayOf(now) }
  const asked = books.ask(who, estimate(agent, config, totals))
  if (asked.is === 'short') return { is: 'wait', on: 'budget', why: explainShort(asked, by.login) }
  books.take(who, asked.reserved)
  return asked
}

function count(busy: Map<string, number>, agent: string | null): void {
  if (agent !== null) busy.set(agent, (busy.get(agent) ?? 0) + 1)
}

function busyAgent(task: TaskFacts, state: TaskState): string | null {
  if (state.is === 'claimed') return agentOf(task, state.claim.attempt) ?? ''
  return state.is === 'running' ? (agentOf(task, state.attempt) ?? '') : null
}

function full(agent: string, busy: ReadonlyMap<string, number>, config: Config): string | null {
  const all = [...busy.values()].reduce((sum, n) => sum + n, 0)
  const { parallel } = config.limits
  if (all >= parallel)
    return `waits for a free place: ${parallel} attempts run at once at most (limits.parallel)`
  const most = config.agents[agent]?.max_parallel ?? parallel
  if ((busy.get(agent) ?? 0) < most) return null
  return `waits for ${agent}: ${most} of its attempts run at once at most (agents.${agent}.max_parallel)`
}

type Ready = { task: TaskFacts; agent: string; by: Approval['by']; priority: number }

function readyInOrder(candidates: readonly Candidate[]): Ready[] {
  const ready = candidates.flatMap(({ task, state }) =>
    state.is === 'ready'
      ? [{ task, agent: state.agent, by: state.by, priority: readPriority(task.issue.labels) }]
      : [],
  )
  return ready.sort(
    (a, b) =>
      a.priority - b.priority ||
      a.task.issue.createdAt - b.task.issue.createdAt ||
      a.task.issue.number - b.task.issue.number,
  )
}
