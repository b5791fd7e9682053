import { created, HttpError, noContent, type RepoCall, type Route } from '../http/route.ts'
import { readCommit } from './commit.ts'
import { commitJson } from './commits.ts'
import { optionalText, requireText } from './fields.ts'
import { identityOfActor, siteIdentity } from './identity.ts'
import { isAncestor, mergeCommits } from './merge.ts'
import { updateRefs } from './refs.ts'
import { resolveCommit } from './revision.ts'

/** POST …/merges: one branch into another, without a pull request. */
export const mergeRoutes: Route[] = [
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/merges',
    needs: [{ contents: 'write' }],
    handle: mergeBranches,
  },
]

async function mergeBranches(call: RepoCall) {
  const { state, repo, body, actor } = call
  const [base, head] = [requireText(body, 'base', 'Merge'), requireText(body, 'head', 'Merge')]
  const into = await readCommit(repo, `refs/heads/${base}`)
  if (!into) throw new HttpError(404, 'Base does not exist')
  const from = await resolveCommit(repo, head)
  if (!from) throw new HttpError(404, 'Head does not exist')
  if (await isAncestor(repo, from.sha, into.sha)) return noContent
  const merged = await mergeCommits(repo, {
    base: into.sha,
    head: from.sha,
    message: optionalText(body, 'commit_message') ?? `Merge ${head} into ${base}`,
    author: identityOfActor(state, actor),
    committer: siteIdentity(state),
    method: 'merge',
    signed: true,
  })
  if ('conflict' in merged) throw new HttpError(409, 'Merge conflict')
  const change = { ref: `refs/heads/${base}`, before: into.sha, after: merged.sha, force: false }
  await updateRefs(state, repo, [change], actor)
  const commit = await readCommit(repo, merged.sha)
  return commit ? created(commitJson(state, repo, commit)) : noContent
}
