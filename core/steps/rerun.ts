import type { Effect } from '../effect.ts'
import { isDoubted, REDS_ALONE } from '../gates/checks.ts'
import { listReruns } from '../gates/flake.ts'
import type { Verdicts } from '../gates/gate.ts'
import { isInherited } from '../gates/verdict.ts'
import type { TaskId } from '../names.ts'
import type { Instant, PullFacts, World } from '../world.ts'

/** Red once since it was brought up to date: CI runs its failed jobs a second time before it goes back to its agent. */
export function askAgain(
  { task, pull, verdicts }: { task: TaskId | null; pull: PullFacts; verdicts: Verdicts },
  { rules, config }: World,
  now: Instant,
): Effect[] {
  if (!config.ok) return []
  // What has to change first is judged anew then.
  if (verdicts.all.some(({ verdict }) => verdict.is === 'refuse' || isInherited(verdict))) return []
  const { checks, judged } = pull
  const ci = { rules, config: config.value, checks, judged, reds: REDS_ALONE, since: 0, now }
  if (!isDoubted(ci, pull)) return []
  return listReruns(ci).map(rerun => ({ do: 'rerun', task, pull: pull.number, ...rerun }))
}
