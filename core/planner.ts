import type { Tools } from './move.ts'
import { type Decision, type Plan, plan } from './plan.ts'
import { createScheduler } from './schedule/scheduler.ts'
import type { TaskFacts, World } from './world.ts'

export type Planner = (world: World, tools: Tools) => Plan

/**
 * Plans as `plan` does, and remembers tasks about which there was nothing to do: those whose facts are the very same
 * object as before are not judged again. For one repository, whose facts must not be changed in place.
 */
export function createPlanner(): Planner {
  let shared = ''
  const scheduler = createScheduler()
  let resting = new WeakMap<TaskFacts, Decision>()
  return (world, tools) => {
    const now = printShared(world)
    if (now !== shared) {
      shared = now
      resting = new WeakMap()
    }
    return plan(world, tools, { scheduler, resting })
  }
}

/** All that a task at rest was judged by, besides its own facts. Heads matter only to what there is something to do about. */
function printShared(world: World): string {
  return JSON.stringify({
    ...world,
    tasks: null,
    trains: null,
    reverts: null,
    collisions: null,
    strangers: null,
    moreStrangers: null,
    misconfigured: null,
    guide: null,
    repo: { ...world.repo, head: null },
    ledger: [world.ledger.controls, world.ledger.broken.controls],
    standings: [...world.standings].sort(([a], [b]) => a - b),
  })
}
