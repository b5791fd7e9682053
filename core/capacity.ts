import { agentOf } from './attempt.ts'
import type { Config } from './config.ts'
import type { TaskState } from './state.ts'
import { readPriority } from './task.ts'
import type { TaskFacts } from './world.ts'

export type Candidate = { task: TaskFacts; state: TaskState }

/** Which ready tasks may start now: within the caps, by priority, then age, then number. Returns the others' reason. */
export function admit(candidates: readonly Candidate[], config: Config): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  const busy = new Map<string, number>()
  for (const { task, state } of candidates) count(busy, busyAgent(task, state))
  for (const { task, agent } of readyInOrder(candidates)) {
    const why = full(agent, busy, config)
    if (why === null) count(busy, agent)
    else held.set(task.id, why)
  }
  return held
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

type Ready = { task: TaskFacts; agent: string; priority: number }

function readyInOrder(candidates: readonly Candidate[]): Ready[] {
  const ready = candidates.flatMap(({ task, state }) =>
    state.is === 'ready' ? [{ task, agent: state.agent, priority: readPriority(task.issue.labels) }] : [],
  )
  return ready.sort(
    (a, b) =>
      a.priority - b.priority ||
      a.task.issue.createdAt - b.task.issue.createdAt ||
      a.task.issue.number - b.task.issue.number,
  )
}
