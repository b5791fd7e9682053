import { isLanded } from '../rollback/behind.ts'
import { OWN_PROMPTS } from '../text/template.ts'
import type { Instant, World } from '../world.ts'
import { type Finding, ok, warn } from './finding.ts'

/** Not every task teaches something; of so many in a row one should. */
const SILENT = 10

/** Does what agents learn grow with what lands? Of landings that are in view: those of the last days. */
export function checkLearnings({ ledger, tasks }: World): Finding[] {
  const what = 'learnings grow'
  const { learnings } = ledger.controls
  const newest = learnings.length === 0 ? null : Math.max(...learnings.map(({ at }) => at))
  const since = tasks.filter(
    task => isLanded(task) && task.pull?.ours === true && (task.issue.closedAt ?? 0) > (newest ?? 0),
  ).length
  const known = newest === null ? 'none so far' : `${learnings.length} known, the newest of ${dayOf(newest)}`
  if (since < SILENT) return [ok(what, `${known}; ${since} landed since then`)]
  const why = `${known}, and ${since} tasks have landed since then whose agents noted nothing`
  const fix = `see in the report of a run whether its agent wrote $CHORUS_OUT/learnings.md; own words for it in ${OWN_PROMPTS}/work.md have to ask for that`
  return [warn(what, why, fix)]
}

function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10)
}
