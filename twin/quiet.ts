import { setTimeout as sleep } from 'node:timers/promises'
import type { TwinState } from './state.ts'

/** Resolves when no work is under way and no workflow run is queued or running. Rejects after timeoutMs, saying what was left. */
export async function quiet(state: TwinState, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if (state.pending.size > 0) await Promise.race([Promise.allSettled([...state.pending]), sleep(50)])
    else if (activeRuns(state) > 0) await sleep(10)
    else if (await stillQuiet(state)) return
  }
  throw new Error(
    `not quiet after ${timeoutMs} ms: ${state.pending.size} tasks, ${activeRuns(state)} runs under way`,
  )
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
