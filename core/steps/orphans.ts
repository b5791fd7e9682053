import { PATIENCE } from '../attempt/heartbeat.ts'
import type { Effect } from '../effect.ts'
import type { TaskId } from '../names.ts'
import type { Instant } from '../world.ts'

/**
 * What is left of a task whose issue is here no longer: somebody deleted it, or moved it to another repository. `refs`: claims, and what
 * attempts brought. `runs`: of this app, and not over yet.
 */
export type Orphan = {
  task: TaskId
  refs: readonly string[]
  runs: readonly { id: number; cancelAsked: Instant | null }[]
}

/** Nobody can want what they make: it would never be shown, and nobody could stop them. */
export function endOrphans(orphans: readonly Orphan[], now: Instant): Effect[] {
  return orphans.flatMap(({ task, runs }) =>
    runs
      .filter(({ cancelAsked }) => cancelAsked === null || cancelAsked + PATIENCE <= now)
      .map(({ id, cancelAsked }): Effect => ({ do: 'cancel', task, run: id, force: cancelAsked !== null })),
  )
}
