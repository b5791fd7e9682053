import type { TaskRecord } from '../ledger.ts'
import type { TaskState } from '../state.ts'
import type { PullFacts, TaskFacts, World } from '../world.ts'

/** Whoever maintains the repository sets it on an issue: its pull request goes first and alone. `/chorus merge emergency` says the same. */
export const EMERGENCY_LABEL = 'emergency'

/** By command, for the commit that could be seen or with our own merges of the base on top; by label, whatever its commit. */
export function emergencyOf({ landing }: TaskRecord, pull: PullFacts | null): TaskRecord['landing'] {
  if (landing?.is !== 'emergency') return null
  return landing.head === null || pull?.layers.includes(landing.head) === true ? landing : null
}

/**
 * What goes first and alone: the oldest emergency that only waits for CI, or for GitHub. One that somebody has to do something about
 * holds nobody up.
 */
export function findEmergency({ tasks }: World, states: readonly TaskState[]): TaskFacts | null {
  const onTheirWay = states.flatMap(state =>
    state.is === 'proposed' && isOnItsWay(state) ? [state.pull] : [],
  )
  const found = tasks.flatMap(task => {
    const { record, pull } = task
    if (record === null || pull === null || !onTheirWay.includes(pull)) return []
    const asked = emergencyOf(record, pull)
    return asked === null ? [] : [{ task, at: asked.at }]
  })
  return found.toSorted((a, b) => a.at - b.at)[0]?.task ?? null
}

const ONLY_TIME = ['checks', 'fresh']

function isOnItsWay({ verdicts }: Extract<TaskState, { is: 'proposed' }>): boolean {
  return verdicts.all.every(
    ({ gate, verdict }) => verdict.is === 'pass' || (verdict.is === 'wait' && ONLY_TIME.includes(gate)),
  )
}
