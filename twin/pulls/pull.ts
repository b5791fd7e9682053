import { accountOf, emit } from '../emit.ts'
import { git } from '../git.ts'
import { readRef, setSiteRef } from '../gitdata/refs.ts'
import { HttpError } from '../http/route.ts'
import { closeIssue } from '../issues/change.ts'
import { createIssue } from '../issues/issue.ts'
import { closedBy } from '../issues/mention.ts'
import { record } from '../issues/timeline.ts'
import { type Actor, nodeId, type Repo, type TwinState, takeId } from '../state.ts'
import { pullJson } from './json.ts'
import { startMergeability } from './mergeability.ts'
import type { Pull } from './state.ts'
import { measure } from './stats.ts'

export type NewPull = {
  title: string
  body?: string | null | undefined
  /** Where the head branch lives; the same repository unless it is a fork. */
  headRepo: Repo
  headRef: string
  baseRef: string
  draft?: boolean | undefined
  maintainerCanModify?: boolean | undefined
}

/** @throws 422 in GitHub's words: branch missing, nothing between them, one is open already */
export async function createPull(state: TwinState, repo: Repo, wanted: NewPull, by: Actor): Promise<Pull> {
  const [base, head] = await Promise.all([
    readRef(repo, `refs/heads/${wanted.baseRef}`),
    readRef(wanted.headRepo, `refs/heads/${wanted.headRef}`),
  ])
  if (base === null) throw unprocessable({ field: 'base', code: 'invalid' })
  if (head === null) throw unprocessable({ field: 'head', code: 'invalid' })
  if (wanted.headRepo !== repo) await git(repo, ['fetch', '--quiet', wanted.headRepo.gitDir, head])
  const stats = await measure(repo, base, head)
  if (stats.commits === 0) {
    throw custom(
      `No commits between ${label(repo, wanted.baseRef)} and ${label(wanted.headRepo, wanted.headRef)}`,
    )
  }
  // Nothing is awaited from here on: of two creators one finds the other's pull request.
  if (openPull(repo, wanted)) {
    throw custom(`A pull request already exists for ${wanted.headRepo.owner.login}:${wanted.headRef}.`)
  }
  const pull = blankPull(state, { wanted, base, head, stats, number: repo.nextNumber }, by)
  repo.pulls.set(pull.number, pull)
  const { title, body } = wanted
  createIssue(state, repo, { title, body, pull: true }, by)
  tellPull(state, repo, { pull, action: 'opened' }, by)
  await setSiteRef(repo, `refs/pull/${pull.number}/head`, head)
  startMergeability(state, repo, pull)
  return pull
}

function blankPull(
  state: TwinState,
  from: { wanted: NewPull; base: string; head: string; stats: Pull['stats']; number: number },
  by: Actor,
): Pull {
  const { wanted } = from
  const id = takeId(state)
  return {
    id,
    node_id: nodeId('PR', id),
    number: from.number,
    head: { repoId: wanted.headRepo.id, ref: wanted.headRef, sha: from.head },
    base: { ref: wanted.baseRef, sha: from.base },
    draft: wanted.draft ?? false,
    merged: false,
    merged_at: null,
    merged_by: null,
    mergeCommitSha: null,
    mergeable: null,
    testMergeSha: null,
    behind: false,
    lastPusher: accountOf(by).login,
    maintainerCanModify: wanted.maintainerCanModify ?? false,
    stats: from.stats,
    computedFor: null,
    reviews: [],
    reviewComments: [],
    requestedReviewers: [],
  }
}

function label(repo: Repo, ref: string): string {
  return `${repo.owner.login}:${ref}`
}

export function unprocessable(error: { field: string; code: string; message?: string }): HttpError {
  return new HttpError(422, 'Validation Failed', [{ resource: 'PullRequest', ...error }])
}

function custom(message: string): HttpError {
  return new HttpError(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }])
}

export function isOpen(repo: Repo, pull: Pull): boolean {
  return repo.issues.get(pull.number)?.state === 'open'
}

function openPull(
  repo: Repo,
  wanted: { headRepo: Repo; headRef: string; baseRef: string },
): Pull | undefined {
  return [...repo.pulls.values()].find(
    pull =>
      isOpen(repo, pull) &&
      pull.head.repoId === wanted.headRepo.id &&
      pull.head.ref === wanted.headRef &&
      pull.base.ref === wanted.baseRef,
  )
}

export function tellPull(
  state: TwinState,
  repo: Repo,
  told: { pull: Pull; action: string; extra?: Record<string, unknown> },
  by: Actor,
): void {
  const { pull, action, extra } = told
  const payload = { number: pull.number, pull_request: pullJson(state, repo, pull), ...extra }
  emit(state, { repo, event: 'pull_request', action, by, payload })
}

/** Issues that the body closes when this lands: none unless the base is the default branch. */
export function linkedIssues(repo: Repo, pull: Pull): number[] {
  if (pull.base.ref !== repo.default_branch) return []
  return closedBy(repo, repo.issues.get(pull.number)?.body ?? null)
}

/** Head is in base now, by whatever way it got there. */
export function markMerged(
  state: TwinState,
  repo: Repo,
  merged: { pull: Pull; sha: string; at: string },
  by: Actor,
): void {
  const { pull, sha } = merged
  const issue = repo.issues.get(pull.number)
  if (!issue || pull.merged) return
  pull.merged = true
  pull.merged_at = merged.at
  pull.merged_by = accountOf(by)
  pull.mergeCommitSha = sha
  record(state, issue, { event: 'merged', by, extra: { commit_id: sha } })
  closeIssue(state, repo, { issue }, by)
  for (const number of linkedIssues(repo, pull)) {
    const linked = repo.issues.get(number)
    if (linked) closeIssue(state, repo, { issue: linked }, by)
  }
}
