import type { Repo, TwinState } from '../../state.ts'
import type { Run } from '../state.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'

export type Result = 'success' | 'failure' | 'cancelled' | 'skipped'
export type JobResult = {
  result: Result
  outputs: Record<string, string>
  /** Taken over from the attempt before. */
  kept?: boolean
}

/** How hard: `ask` lets steps with always() run, `force` ends all at once. */
export type CancelKind = 'ask' | 'force'

/** A run under way. */
export type LiveRun = {
  engine: Engine
  state: TwinState
  repo: Repo
  run: Run
  plan: Plan
  cancelled: CancelKind | null
  /** Marks the run cancelled and tells every job that is under way. */
  cancel(kind: CancelKind): void
  /** Jobs under way hear of a cancellation here. */
  onCancel: Set<(kind: CancelKind) => void>
  /** Jobs of an earlier attempt that need not run again, by full name. */
  kept: Map<string, JobResult>
  /** Results by full name, for the next attempt. */
  results: Map<string, JobResult>
  /** Nothing moves until somebody acts (no runner with these labels): `quiet()` need not wait. */
  stall(): void
  ended: Promise<void>
}

/** A promise that resolves when the run is cancelled, with a way to stop listening. */
export function cancellation(live: LiveRun): { asked: Promise<CancelKind>; forget(): void } {
  let hear: (kind: CancelKind) => void = () => {}
  const asked = new Promise<CancelKind>(resolve => {
    hear = resolve
    if (live.cancelled) resolve(live.cancelled)
    live.onCancel.add(hear)
  })
  return { asked, forget: () => live.onCancel.delete(hear) }
}
