import { setTimeout as sleep } from 'node:timers/promises'
import { engineOf } from './actions/engine/engine.ts'
import type { TwinState, Work } from './state.ts'

/** Resolves when no work is under way and no workflow run is queued or running. Rejects after timeoutMs, saying what was left. */
export async function quiet(state: TwinState, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if (state.pending.size > 0) await Promise.race([Promise.allSettled([...state.pending.keys()]), sleep(50)])
    else if (activeRuns(state) > 0) await sleep(10)
    else if (await stillQuiet(state)) return
  }
  throw new Error(
    `not quiet after ${timeoutMs} ms: ${state.pending.size} tasks, ${activeRuns(state)} runs under way`,
  )
}

/** Resolves when nothing of these is under way, and no run is just ending. Runs that wait or work go on. */
export async function settled(state: TwinState, kinds: readonly Work[]): Promise<void> {
  for (;;) {
    const soon = [...state.pending].flatMap(([work, kind]) => (kinds.includes(kind) ? work : []))
    const runs = [...state.pending.values()].filter(kind => kind === 'run').length
    const ending = [...engineOf(state).live.values()].some(run => run.cancelled !== null)
    if (soon.length === 0 && !ending && runs <= openRuns(state)) return
    await (soon.length === 0 ? sleep(1) : Promise.allSettled(soon))
  }
}

function openRuns({ repos }: TwinState): number {
  const runs = [...repos.values()].flatMap(repo => [...repo.actions.runs.values()])
  return runs.filter(run => run.status !== 'completed').length
}

/** What has just ended may begin something new in its last breath. */
async function stillQuiet(state: TwinState): Promise<boolean> {
  await sleep(1)
  return state.pending.size === 0 && activeRuns(state) === 0
}

function activeRuns(state: TwinState): number {
  let active = 0
  for (const repo of state.repos.values()) {
    for (const run of repo.actions.runs.values()) {
      if (run.status === 'queued' || run.status === 'in_progress') active += 1
    }
  }
  return active
}
