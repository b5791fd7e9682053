import { mergeBlockers, rulesetsOn, rulesFor } from '../checks/protection.ts'
import { timestamp } from '../clock.ts'
import { commitsBetween } from '../gitdata/commits.ts'
import { identityOf, identityOfActor, siteIdentity } from '../gitdata/identity.ts'
import { type MergeMethod, mergeCommits } from '../gitdata/merge.ts'
import { RefError } from '../gitdata/refchange.ts'
import { readRef, updateRefs } from '../gitdata/refs.ts'
import { HttpError } from '../http/route.ts'
import { record } from '../issues/timeline.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { repoOf } from './json.ts'
import { settleMergeability } from './mergeability.ts'
import { isOpen, markMerged } from './pull.ts'
import type { Pull } from './state.ts'

export type MergeWish = {
  pull: Pull
  method: MergeMethod
  title?: string | undefined
  message?: string | undefined
  /** The head that was looked at; 409 when it is another by now. */
  sha?: string | undefined
}

/** Lands a pull request. @throws 405 and 409 with GitHub's reasons; @returns the commit that base points to now */
export async function mergePull(state: TwinState, repo: Repo, wish: MergeWish, by: Actor): Promise<string> {
  const { pull, method } = wish
  await refuseMovedHead(state, repo, wish)
  refuseUnready(repo, pull)
  refuseMethod(repo, pull, method)
  const base = await readRef(repo, `refs/heads/${pull.base.ref}`)
  await settleMergeability(state, repo, pull)
  if (base === null || pull.mergeable !== true) throw new HttpError(405, 'Pull Request is not mergeable')
  refuseByRules(state, repo, pull, by)
  const head = pull.head.sha
  const message = await commitMessage(repo, wish, base)
  const issue = repo.issues.get(pull.number)
  const author = method === 'squash' && issue ? identityOf(state, issue.user) : identityOfActor(state, by)
  const made = await mergeCommits(repo, {
    base,
    head,
    message,
    author,
    committer: siteIdentity(state),
    method,
    signed: true,
  })
  if ('conflict' in made) throw new HttpError(405, 'Pull Request is not mergeable')
  await refuseMovedHead(state, repo, { pull, sha: head })
  refuseUnready(repo, pull)
  await moveBase(state, repo, { ref: `refs/heads/${pull.base.ref}`, before: base, after: made.sha }, by)
  markMerged(state, repo, { pull, sha: made.sha, at: timestamp(state.clock.now()) }, by)
  if (repo.settings.delete_branch_on_merge) await deleteHead(state, repo, pull, by)
  return made.sha
}

async function refuseMovedHead(
  state: TwinState,
  repo: Repo,
  wish: { pull: Pull; sha?: string | undefined },
): Promise<void> {
  if (!isOpen(repo, wish.pull)) return
  const home = repoOf(state, repo, wish.pull.head.repoId)
  const actual = home && (await readRef(home, `refs/heads/${wish.pull.head.ref}`))
  const looked = wish.sha ?? wish.pull.head.sha
  if (actual !== looked || wish.pull.head.sha !== looked) {
    throw new HttpError(409, 'Head branch was modified. Review and try the merge again.')
  }
}

function refuseUnready(repo: Repo, pull: Pull): void {
  if (pull.merged || !isOpen(repo, pull)) throw new HttpError(405, 'Pull Request is not mergeable')
  if (pull.draft) throw new HttpError(405, 'Pull Request is still a draft')
}

function refuseMethod(repo: Repo, pull: Pull, method: MergeMethod): void {
  const { allow_merge_commit, allow_squash_merge, allow_rebase_merge } = repo.settings
  const allowed = { merge: allow_merge_commit, squash: allow_squash_merge, rebase: allow_rebase_merge }
  const words = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' }
  const rules = rulesFor(repo, pull.base.ref)
  const refused =
    !allowed[method] ||
    (rules.mergeMethods && !rules.mergeMethods.includes(method)) ||
    (method === 'merge' && rules.linearHistory)
  if (refused) throw new HttpError(405, `${words[method]} are not allowed on this repository.`)
}

function refuseByRules(state: TwinState, repo: Repo, pull: Pull, by: Actor): void {
  const reasons = mergeBlockers(state, repo, pull, by)
  if (reasons.length === 0) return
  const prefix = rulesetsOn(repo, pull.base.ref).length > 0 ? 'Repository rule violations found\n\n' : ''
  throw new HttpError(405, prefix + reasons.join('\n\n'))
}

async function moveBase(
  state: TwinState,
  repo: Repo,
  move: { ref: string; before: string; after: string },
  by: Actor,
): Promise<void> {
  try {
    await updateRefs(state, repo, [{ ...move, force: false, merge: true }], by)
  } catch (error) {
    if (error instanceof RefError && error.kind !== 'workflows') {
      throw new HttpError(405, 'Base branch was modified. Review and try the merge again.')
    }
    throw error
  }
}

export async function deleteHead(state: TwinState, repo: Repo, pull: Pull, by: Actor): Promise<void> {
  if (pull.head.repoId !== repo.id || pull.head.ref === repo.default_branch) return
  const change = { ref: `refs/heads/${pull.head.ref}`, before: pull.head.sha, after: null, force: true }
  // Someone pushed or deleted meanwhile: the merge stands, the branch stays as it is.
  await updateRefs(state, repo, [change], by).catch(error => {
    if (!(error instanceof RefError)) throw error
  })
  const issue = repo.issues.get(pull.number)
  if (issue) record(state, issue, { event: 'head_ref_deleted', by })
}

/** Title and message as the site writes them where nobody asks for others. */
export async function commitMessage(repo: Repo, wish: MergeWish, base: string): Promise<string> {
  const { pull, method } = wish
  const prTitle = repo.issues.get(pull.number)?.title ?? ''
  if (method !== 'squash') {
    const title = wish.title ?? `Merge pull request #${pull.number} from ${repo.owner.login}/${pull.head.ref}`
    return join(title, wish.message ?? prTitle)
  }
  const commits = await commitsBetween(repo, base, pull.head.sha)
  const only = commits.length === 1 ? commits[0] : undefined
  const [first = '', ...rest] = (only?.message ?? '').trim().split('\n')
  const title = wish.title ?? `${only ? first : prTitle} (#${pull.number})`
  const listed = commits.map(commit => `* ${commit.message.trim()}`).join('\n\n')
  return join(title, wish.message ?? (only ? rest.join('\n').trim() : listed))
}

function join(title: string, message: string): string {
  return message === '' ? title : `${title}\n\n${message}`
}
