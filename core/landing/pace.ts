import type { Came } from '../merge/window.ts'
import type { Instant, TaskFacts } from '../world.ts'

/** What is older says nothing of how it goes now. Milliseconds. */
const RECENT = 24 * 3_600_000

/**
 * How landing went lately: who landed, and who was red after he had been brought up to date for it and so went back to his agent.
 * Read from what GitHub and the ledger have, so that a restart changes nothing.
 */
export function listCame(tasks: readonly TaskFacts[], now: Instant): Came[] {
  return tasks.flatMap(task =>
    [...landingsOf(task), ...failuresOf(task)].filter(({ at }) => now - at < RECENT),
  )
}

function landingsOf({ pull, issue }: TaskFacts): Came[] {
  if (pull?.state !== 'merged' || issue.closedAt === null) return []
  return [{ at: issue.closedAt, is: 'landed' }]
}

/** Red on what the agent itself made, nobody was waiting for it to land yet. */
function failuresOf({ record, attempts }: TaskFacts): Came[] {
  const own = new Set([...attempts.values()].map(sha => `ci:${sha}`))
  const red = (record?.revisions ?? []).filter(({ why, cause }) => why === 'ci' && !own.has(cause))
  return red.map(({ at }) => ({ at, is: 'failed' }))
}
