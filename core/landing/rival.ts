import { newestClaim } from '../attempt/attempt.ts'
import { touchedPaths } from '../gates/paths.ts'
import { listPaths } from '../gates/verdict.ts'
import type { Instant, PullFacts, TaskFacts } from '../world.ts'

/** What landed since the work began and changed the same files: most likely why it does not merge any more. */
export type Rival = { pull: number; paths: readonly string[] }

type Colliding = { task: Pick<TaskFacts, 'id'>; pull: Pick<PullFacts, 'changes'>; since: Instant }

/** The newest of those; null where none is known. Somebody may have pushed by hand, or it landed too long ago. */
export function findRival(tasks: readonly TaskFacts[], { task, pull, since }: Colliding): Rival | null {
  const own = new Set(touchedPaths(pull.changes ?? []))
  const rivals = tasks.flatMap(other => {
    const landed = other.pull?.state === 'merged' ? other.pull.number : null
    const at = other.issue.closedAt ?? Number.POSITIVE_INFINITY
    if (landed === null || other.id === task.id || at < since) return []
    const paths = filesOf(other).filter(path => own.has(path))
    return paths.length === 0 ? [] : [{ at, pull: landed, paths }]
  })
  const newest = rivals.toSorted((a, b) => b.at - a.at || b.pull - a.pull)[0]
  return newest === undefined ? null : { pull: newest.pull, paths: newest.paths }
}

/** As its newest attempt reported them. */
function filesOf(task: TaskFacts): string[] {
  const report = task.reports.get(newestClaim(task)?.attempt ?? 0)?.report
  return report?.ok ? report.value.files.map(({ path }) => path) : []
}

export function explainConflict(base: string, rival: Rival | null): string {
  if (rival === null) return `it conflicts with ${base}`
  return `it conflicts with ${base}: #${rival.pull} landed since and changed ${listPaths(rival.paths)} too`
}
