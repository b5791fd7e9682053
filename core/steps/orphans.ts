import { PATIENCE } from '../attempt/heartbeat.ts'
import type { Effect } from '../effect.ts'
import type { TaskId } from '../names.ts'
import type { Instant } from '../world.ts'

/**
 * What is left of a task whose issue is here no longer: somebody deleted it, or moved it to another repository. `refs`: claims, and what
 * attempts brought. `sure`: it is not just that GitHub does not find it in this moment. `runs`: of this app, and not over yet. `until`: a
 * run that no list shows may show up until then.
 */
export type Orphan = {
  task: TaskId
  refs: readonly string[]
  sure: boolean
  runs: readonly { id: number; cancelAsked: Instant | null }[]
  until: Instant
}

/** Nobody can want what they make: it would never be shown, and nobody could stop them. */
export function endOrphans(orphans: readonly Orphan[], now: Instant): Effect[] {
  const gone = orphans.filter(({ sure }) => sure)
  return gone.flatMap(({ task, runs }) =>
    runs
      .filter(({ cancelAsked }) => cancelAsked === null || cancelAsked + PATIENCE <= now)
      .map(({ id, cancelAsked }): Effect => ({ do: 'cancel', task, run: id, force: cancelAsked !== null })),
  )
}
