import { rulesFor } from '../checks/protection.ts'
import { timestamp } from '../clock.ts'
import { accountOf } from '../emit.ts'
import { git, gitText } from '../git.ts'
import { readRef, setSiteRef } from '../gitdata/refs.ts'
import { closeIssue } from '../issues/change.ts'
import { closedBy } from '../issues/mention.ts'
import { record, touch } from '../issues/timeline.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { standingVerdicts } from './approval.ts'
import { doubt, startMergeability } from './mergeability.ts'
import { isOpen, markMerged, tellPull } from './pull.ts'
import { dismissReview } from './review.ts'
import type { Pull } from './state.ts'
import { measure } from './stats.ts'

export type BranchMove = {
  branch: string
  before: string | null
  after: string | null
  forced: boolean
}

type Followed = { repo: Repo; pull: Pull }

/**
 * Lets pull requests follow a branch that moved. What others can read at once (head, doubt about mergeability) changes
 * before this function first waits; counts, git refs and webhooks follow.
 */
export async function syncPulls(state: TwinState, repo: Repo, move: BranchMove, by: Actor): Promise<void> {
  const onHead = openPulls(state).filter(
    ({ pull }) => pull.head.repoId === repo.id && pull.head.ref === move.branch,
  )
  const onBase = openPulls(state).filter(each => each.repo === repo && each.pull.base.ref === move.branch)
  for (const { pull } of [...onHead, ...onBase]) doubt(pull)
  const { after } = move
  if (after === null) {
    for (const each of onHead) closeBecauseGone(state, each, by)
    for (const each of onBase) await retarget(state, each, by)
    return
  }
  for (const each of onHead) moveHead(state, each, after, by)
  await Promise.all(onHead.map(each => finishHead(state, repo, { ...each, before: move.before, after }, by)))
  if (move.before !== null) await landByPush(state, repo, { onBase, before: move.before, after, move }, by)
}

function openPulls(state: TwinState): Followed[] {
  return [...state.repos.values()].flatMap(repo =>
    [...repo.pulls.values()].filter(pull => isOpen(repo, pull)).map(pull => ({ repo, pull })),
  )
}

function closeBecauseGone(state: TwinState, { repo, pull }: Followed, by: Actor): void {
  const issue = repo.issues.get(pull.number)
  if (!issue) return
  closeIssue(state, repo, { issue }, by)
  record(state, issue, { event: 'head_ref_deleted', by })
}

/** The base is gone: what was stacked on a merged branch moves on to where that went; the rest closes. */
async function retarget(state: TwinState, { repo, pull }: Followed, by: Actor): Promise<void> {
  const landed = [...repo.pulls.values()].find(
    other => other.merged && other.head.repoId === repo.id && other.head.ref === pull.base.ref,
  )
  const issue = repo.issues.get(pull.number)
  if (!issue) return
  if (!landed) return closeIssue(state, repo, { issue }, by)
  await changeBase(state, repo, { pull, ref: landed.base.ref }, by)
}

/** Points a pull request to another base branch that exists. */
export async function changeBase(
  state: TwinState,
  repo: Repo,
  change: { pull: Pull; ref: string },
  by: Actor,
): Promise<void> {
  const { pull, ref } = change
  const sha = await readRef(repo, `refs/heads/${ref}`)
  const issue = repo.issues.get(pull.number)
  if (sha === null || !issue) return
  const from = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } }
  pull.base = { ref, sha }
  doubt(pull)
  pull.stats = await measure(repo, sha, pull.head.sha)
  touch(state, issue)
  record(state, issue, { event: 'base_ref_changed', by })
  tellPull(state, repo, { pull, action: 'edited', extra: { changes: { base: from } } }, by)
  startMergeability(state, repo, pull)
}

function moveHead(state: TwinState, { repo, pull }: Followed, after: string, by: Actor): void {
  pull.head.sha = after
  pull.lastPusher = accountOf(by).login
  // At once: between this push and a later dismissal an approval of the old head would let the new one in.
  dismissStale(state, repo, pull, by)
}

async function finishHead(
  state: TwinState,
  pushed: Repo,
  moved: Followed & { before: string | null; after: string },
  by: Actor,
): Promise<void> {
  const { repo, pull, before, after } = moved
  const issue = repo.issues.get(pull.number)
  if (!issue) return
  if (pushed !== repo) {
    await git(repo, ['fetch', '--quiet', pushed.gitDir, after])
    doubt(pull)
  }
  const base = await readRef(repo, `refs/heads/${pull.base.ref}`)
  if (base !== null) pull.stats = await measure(repo, base, after)
  if (base !== null) pull.base.sha = base
  await setSiteRef(repo, `refs/pull/${pull.number}/head`, after)
  touch(state, issue)
  // Merged or closed by the same push: nothing is left to synchronize.
  if (!isOpen(repo, pull) || pull.head.sha !== after) return
  tellPull(state, repo, { pull, action: 'synchronize', extra: { before, after } }, by)
  startMergeability(state, repo, pull)
}

function dismissStale(state: TwinState, repo: Repo, pull: Pull, by: Actor): void {
  if (!rulesFor(repo, pull.base.ref).dismissStale) return
  for (const review of standingVerdicts(pull)) {
    if (review.state !== 'APPROVED' || review.commit_id === pull.head.sha) continue
    dismissReview(state, repo, { pull, review, message: '' }, by)
  }
}

/** Commits that reach a branch land the pull requests whose head they are, and close issues on the default branch. */
async function landByPush(
  state: TwinState,
  repo: Repo,
  push: { onBase: Followed[]; before: string; after: string; move: BranchMove },
  by: Actor,
): Promise<void> {
  const isDefault = push.move.branch === repo.default_branch
  if (push.onBase.length === 0 && !isDefault) return
  const commits = await newCommits(repo, push.before, push.after)
  const at = timestamp(state.clock.now())
  for (const { pull } of push.onBase) {
    if (commits.has(pull.head.sha) && !pull.merged) {
      markMerged(state, repo, { pull, sha: push.after, at }, by)
    }
  }
  if (!isDefault) return
  for (const [sha, message] of commits) {
    for (const number of closedBy(repo, message)) {
      const issue = repo.issues.get(number)
      if (issue) closeIssue(state, repo, { issue, commit: sha }, by)
    }
  }
}

async function newCommits(repo: Repo, before: string, after: string): Promise<Map<string, string>> {
  const log = await gitText(repo, ['log', '-z', '--format=%H%n%B', `${before}..${after}`], {
    allowFail: true,
  })
  const entries = log.split('\0').filter(entry => entry.length > 40)
  return new Map(entries.map(entry => [entry.slice(0, 40), entry.slice(41)]))
}
