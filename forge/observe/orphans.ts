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
import type { Refs, TaskRefs } from './refs.ts'
import { readRunPage } from './runs.ts'

/** A run is listed a little after its dispatch: for so long after its issue was missed one may still show up. Milliseconds. */
const UNLISTED = 60_000

/** Tasks whose refs are there and whose issue is not. Their runs are asked for until none is under way any more. */
export async function readOrphans(forge: Forge, refs: Refs): Promise<Orphan[]> {
  const { noIssues, orphaned } = forge.memory
  const gone = [...refs.tasks].filter(
    ([task, left]) => noIssues.get(parseTaskId(task)!) !== undefined && left.claims.size > 0,
  )
  for (const [task] of gone) if (orphaned.get(task) === undefined) orphaned.set(task, { since: forge.now() })
  const open = gone.filter(([task]) => !orphaned.get(task)!.over)
  const runs = open.length === 0 ? [] : (await readRunPage(forge, 1)).runs.filter(run => isAtWork(forge, run))
  return gone.map(([task, left]) => {
    const own = runs.filter(run => parseRunTitle(run.display_title)?.task === task)
    noteOver(forge, task, own)
    return {
      task,
      refs: listRefs(task, left),
      runs: own.map(({ id }) => ({ id, cancelAsked: askedAt(forge, id) })),
    }
  })
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
