import { noContent, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { api } from '../../issues/address.ts'
import { choice, text } from '../../issues/input.ts'
import { pullAt } from '../lookup.ts'
import { mergePull } from '../merge.ts'
import { updateBranch } from '../updatebranch.ts'

const ONE = '/repos/{owner}/{repo}/pulls/{pull_number}'

function isMerged(call: RepoCall) {
  if (!pullAt(call.repo, call.params.pull_number).pull.merged) throw notFound()
  return noContent
}

async function merge(call: RepoCall) {
  const { state, repo, body, actor } = call
  const { pull } = pullAt(repo, call.params.pull_number)
  const sha = await mergePull(
    state,
    repo,
    {
      pull,
      method: choice(body, 'merge_method', ['merge', 'squash', 'rebase'] as const) ?? 'merge',
      title: text(body, 'commit_title'),
      message: text(body, 'commit_message'),
      sha: text(body, 'sha'),
    },
    actor,
  )
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' })
}

async function update(call: RepoCall) {
  const { state, repo, body, actor } = call
  const { pull } = pullAt(repo, call.params.pull_number)
  await updateBranch(state, repo, { pull, method: 'merge', expected: text(body, 'expected_head_sha') }, actor)
  const url = `${api(state, repo)}/pulls/${pull.number}`
  return { status: 202, body: { message: 'Updating pull request branch.', url } }
}

export const mergeRoutes: Route[] = [
  { method: 'GET', path: `${ONE}/merge`, needs: [{ contents: 'read' }], handle: isMerged },
  { method: 'PUT', path: `${ONE}/merge`, needs: [{ contents: 'write' }], handle: merge },
  {
    method: 'PUT',
    path: `${ONE}/update-branch`,
    needs: [{ pull_requests: 'write', contents: 'write' }],
    handle: update,
  },
]
