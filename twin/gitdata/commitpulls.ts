import { page } from '../http/page.ts'
import type { RepoCall, Route } from '../http/route.ts'
import { listedPullJson } from '../pulls/json.ts'
import type { Pull } from '../pulls/state.ts'
import { commitsBetween } from './commits.ts'
import { isAncestor } from './merge.ts'
import { readRef } from './refs.ts'
import { requireCommit } from './revision.ts'

/** Pull requests that brought, or would bring, a commit. */
export const commitPullRoutes: Route[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/commits/{ref}/pulls',
    needs: [{ pull_requests: 'read' }, { contents: 'read' }],
    handle: listPullsOfCommit,
  },
]

async function listPullsOfCommit(call: RepoCall) {
  const { state, repo } = call
  const { sha } = await requireCommit(repo, call.params.ref ?? '')
  const candidates = [...repo.pulls.values()]
  const brings = await Promise.all(candidates.map(pull => has(call, pull, sha)))
  const found = candidates.filter((_pull, at) => brings[at])
  // On the default branch GitHub names only the merged one that introduced the commit.
  const tip = await readRef(repo, `refs/heads/${repo.default_branch}`)
  const landed = tip !== null && (await isAncestor(repo, sha, tip))
  const shown = landed ? found.filter(pull => pull.merged) : found
  return page(call, shown, pull => listedPullJson(state, repo, pull))
}

async function has(call: RepoCall, pull: Pull, sha: string): Promise<boolean> {
  if (pull.head.sha === sha || pull.mergeCommitSha === sha) return true
  const commits = await commitsBetween(call.repo, pull.base.sha, pull.head.sha).catch(() => [])
  return commits.some(commit => commit.sha === sha)
}
