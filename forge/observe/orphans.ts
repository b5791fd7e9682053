import {
  parseRunTitle,
  parseTaskId,
  printAttemptRef,
  printClaimRef,
  printReportRef,
  type TaskId,
} from '../../core/names.ts'
import type { Orphan } from '../../core/steps/orphans.ts'
import type { Forge } from '../forge.ts'
import type { RunWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import type { Found } from './find.ts'
import type { Refs, TaskRefs } from './refs.ts'
import { readRunPage } from './runs.ts'

/** A run is listed a little after its dispatch: for so long after its issue was missed one may still show up. Milliseconds. */
const UNLISTED = 60_000

/**
 * Tasks whose refs are there and whose issue is not. Where that is sure, their runs are asked for until none is under way any more.
 *
 * @param found tasks whose issues are there
 */
export async function readOrphans(forge: Forge, refs: Refs, found: Pick<Found, 'has'>): Promise<Orphan[]> {
  const gone = [...refs.tasks].filter(([task, { claims }]) => claims.size > 0 && isGone(forge, task, found))
  const sought = new Set(gone.flatMap(([task]) => (mayHaveRuns(forge, task) ? task : [])))
  const runs = sought.size === 0 ? [] : (await readRunPage(forge, 1)).runs.filter(run => isAtWork(forge, run))
  return gone.map(([task, left]) => {
    const own = sought.has(task) ? runs.filter(run => parseRunTitle(run.display_title)?.task === task) : []
    if (sought.has(task)) noteOver(forge, task, own)
    return {
      task,
      refs: listRefs(task, left),
      runs: own.map(({ id }) => ({ id, cancelAsked: askedAt(forge, id) })),
    }
  })
}

function isGone({ memory }: Forge, task: TaskId, found: Pick<Found, 'has'>): boolean {
  const number = parseTaskId(task)!
  if (memory.noIssues.get(number) === undefined) return false
  if (!found.has(task)) return true
  // It is back, or was there all the time.
  memory.noIssues.delete(number)
  memory.orphaned.delete(task)
  return false
}

/** GitHub may just not find an issue in this moment, and what runs for it is not to end by that. */
function mayHaveRuns({ memory, now }: Forge, task: TaskId): boolean {
  if (memory.noIssues.get(parseTaskId(task)!)?.sure !== true) return false
  if (memory.orphaned.get(task) === undefined) memory.orphaned.set(task, { since: now() })
  return !memory.orphaned.get(task)!.over
}

function isAtWork(forge: Forge, run: RunWire): boolean {
  return run.status !== 'completed' && (run.run_attempt ?? 1) === 1 && isOurs(forge, run.actor)
}

function noteOver({ memory, now }: Forge, task: TaskId, runs: readonly RunWire[]): void {
  const known = memory.orphaned.get(task)!
  if (runs.length === 0 && now() - known.since > UNLISTED) memory.orphaned.set(task, { ...known, over: true })
}

function askedAt({ memory }: Forge, run: number): number | null {
  return memory.cancelled.get(run) ?? null
}

function listRefs(task: TaskId, { claims, attempts, reports }: TaskRefs): string[] {
  const each = (
    of: ReadonlyMap<number, string>,
    print: (name: { task: TaskId; attempt: number }) => string,
  ) => [...of.keys()].map(attempt => print({ task, attempt }))
  return [
    ...each(claims, printClaimRef),
    ...each(attempts, printAttemptRef),
    ...each(reports, printReportRef),
  ]
}
