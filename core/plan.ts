import type { Effect } from './effect.ts'
import type { TaskId } from './names.ts'
import type { TaskState } from './state.ts'
import type { Instant, World } from './world.ts'

export type Plan = {
  /** In order. An effect that comes out `stale` ends what the pass does for its task. */
  effects: readonly Effect[]
  states: ReadonlyMap<TaskId, TaskState>
  /** When to look again without being woken; null: when woken. */
  lookAgain: Instant | null
}

export function plan(_world: World, _now: Instant): Plan {
  return { effects: [], states: new Map(), lookAgain: null }
}
