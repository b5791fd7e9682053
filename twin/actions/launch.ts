import type { Repo, TwinState } from '../state.ts'
import { beginRun } from './engine/run.ts'
import { createRun, setRun, type Wanted } from './runs.ts'
import type { Run } from './state.ts'

/** Makes a run and starts it, or lets it wait for a person's approval. */
export function startRun(state: TwinState, repo: Repo, wanted: Wanted & { needsApproval?: boolean }): Run {
  const run = createRun(state, repo, wanted)
  if (wanted.needsApproval) setRun(state, repo, { run, status: 'completed', conclusion: 'action_required' })
  else beginRun(state, repo, { run, file: wanted.file })
  return run
}
