import { reportOf } from '../accounts/settle.ts'
import { shownClaim } from '../attempt/attempt.ts'
import type { Report } from '../contract/report.ts'
import type { Folding } from '../fold.ts'
import { tellersWithoutWrite } from '../people/tellers.ts'
import { atLeast } from '../world.ts'

/**
 * The report whose learnings other agents may be told: of the very attempt that has landed, as a run of ours handed it
 * over. Who may not push must not speak to the agents of those who may: it is taken only where all whose words the attempt
 * followed may push. That a person approved the change says nothing of it; the pull request does not show it.
 */
export function findLesson({
  world,
  task,
  record,
}: Pick<Folding, 'world' | 'task' | 'record'>): Report | null {
  const standing = (by: { id: number }) => world.standings.get(by.id) ?? 'none'
  const claim = shownClaim(task)
  const by = record.approval?.by
  if (claim === null || by === undefined || !atLeast(standing(by), 'write')) return null
  if (tellersWithoutWrite({ task, record, standing }, claim.attempt).length > 0) return null
  const { report } = reportOf(task, claim.attempt, world)
  return report?.outcome === 'done' ? report : null
}
