import type { Repo } from '../state.ts'
import type { RequiredCheck } from './rules.ts'
import type { CheckRun, CommitStatus } from './state.ts'

export type Standing = 'passed' | 'failing' | 'pending' | 'expected'

/** A merged skip or neutral is as good as success: GitHub's rule, and the trap in it. */
const PASSES = new Set(['success', 'skipped', 'neutral'])

/** The newest run of a name for each app: several apps may report the same name, a repeated run replaces the old one. */
export function newestRuns(repo: Repo, sha: string, name: string): CheckRun[] {
  const newest = new Map<number, CheckRun>()
  for (const run of repo.checkRuns.values()) {
    if (run.head_sha === sha && run.name === name) newest.set(run.appId, run)
  }
  return [...newest.values()]
}

/** The newest status of each context of a commit. */
export function newestStatuses(repo: Repo, sha: string): CommitStatus[] {
  const newest = new Map<string, CommitStatus>()
  for (const status of repo.statuses) if (status.sha === sha) newest.set(status.context, status)
  return [...newest.values()]
}

function standingsOn(repo: Repo, sha: string, check: RequiredCheck): Standing[] {
  const runs = newestRuns(repo, sha, check.context)
    .filter(run => check.appId === null || run.appId === check.appId)
    .map(run => {
      if (run.status !== 'completed') return 'pending'
      return PASSES.has(run.conclusion ?? '') ? 'passed' : 'failing'
    })
  if (check.appId !== null) return runs
  const statuses = newestStatuses(repo, sha)
    .filter(status => status.context === check.context)
    .map(status => {
      if (status.state === 'pending') return 'pending'
      return status.state === 'success' ? 'passed' : 'failing'
    })
  return [...runs, ...statuses]
}

/** Looks at the first commit that has the check at all: the test merge before the head. */
export function standingOf(repo: Repo, check: RequiredCheck, shas: (string | null)[]): Standing {
  for (const sha of shas) {
    const found = sha === null ? [] : standingsOn(repo, sha, check)
    if (found.length === 0) continue
    if (found.includes('failing')) return 'failing'
    return found.includes('pending') ? 'pending' : 'passed'
  }
  return 'expected'
}

/** One sentence for each required check that does not pass. */
export function requiredCheckBlockers(
  repo: Repo,
  required: RequiredCheck[],
  shas: (string | null)[],
): string[] {
  const words: Record<Exclude<Standing, 'passed'>, string> = {
    expected: 'is expected.',
    pending: 'is in progress.',
    failing: 'is failing.',
  }
  return required.flatMap(check => {
    const standing = standingOf(repo, check, shas)
    return standing === 'passed' ? [] : [`Required status check "${check.context}" ${words[standing]}`]
  })
}
