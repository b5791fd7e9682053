import { mergeBlockers, rulesFor } from '../checks/protection.ts'
import { newestStatuses } from '../checks/required.ts'
import { latestRuns } from '../checks/suite.ts'
import type { Repo, TwinState } from '../state.ts'
import type { Pull } from './state.ts'

export type MergeableState = 'unknown' | 'dirty' | 'draft' | 'blocked' | 'behind' | 'unstable' | 'clean'

/** GitHub's hint; the merge itself is the judge. */
export function mergeableState(state: TwinState, repo: Repo, pull: Pull): MergeableState {
  if (repo.issues.get(pull.number)?.state !== 'open' || pull.mergeable === null) return 'unknown'
  if (!pull.mergeable) return 'dirty'
  if (pull.draft) return 'draft'
  const rules = rulesFor(repo, pull.base.ref)
  if (rules.strict && rules.requiredChecks.length > 0 && pull.behind) return 'behind'
  if (mergeBlockers(state, repo, pull).length > 0) return 'blocked'
  return allGreen(repo, pull.head.sha) ? 'clean' : 'unstable'
}

function allGreen(repo: Repo, sha: string): boolean {
  const suites = [...repo.checkSuites.values()].filter(suite => suite.head_sha === sha)
  const runs = suites.flatMap(suite => latestRuns(repo, suite.id))
  const good = ['success', 'skipped', 'neutral']
  return (
    runs.every(run => run.status === 'completed' && good.includes(run.conclusion ?? '')) &&
    newestStatuses(repo, sha).every(status => status.state === 'success')
  )
}
