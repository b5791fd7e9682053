import { EMERGENCY_LABEL } from '../landing/emergency.ts'
import type { TaskRecord } from '../ledger.ts'
import { atLeast, type Standing, type TaskFacts } from '../world.ts'
import { findLabeled } from './intent.ts'

/**
 * What the label says about the landing, where it says something new: set by a person who maintains the repository it is as if he had
 * said so, taken off it is as if nobody had. Null: nothing new.
 */
export function readEmergencyLabel(
  { issue, pull }: TaskFacts,
  { landing }: TaskRecord,
  standings: ReadonlyMap<number, Standing>,
): Pick<TaskRecord, 'landing'> | null {
  if (!issue.labels.includes(EMERGENCY_LABEL)) {
    return landing?.is === 'emergency' && landing.head === null ? { landing: null } : null
  }
  const set = findLabeled(issue.timeline, EMERGENCY_LABEL)
  if (set === null || pull?.state !== 'open' || (landing !== null && landing.at >= set.at)) return null
  const { by, at } = set
  if (by.kind !== 'person' || !atLeast(standings.get(by.id) ?? 'none', 'maintain')) return null
  return { landing: { is: 'emergency', by: { id: by.id, login: by.login }, at, head: null, why: '' } }
}
