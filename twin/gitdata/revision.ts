import { HttpError, notFound } from '../http/route.ts'
import type { Repo } from '../state.ts'
import { type Commit, readCommit } from './commit.ts'
import { objectInfo } from './objects.ts'
import { isLiteral } from './refname.ts'

/** The commit that REST's `ref`, `sha` and `basehead` parts mean: branch, tag, `heads/x`, full ref or (short) id. */
export async function resolveCommit(repo: Repo, name: string): Promise<Commit | null> {
  if (name === '' || name === 'HEAD') return readCommit(repo, `refs/heads/${repo.default_branch}`)
  if (!isLiteral(name)) return null
  if (/^[0-9a-f]{40}$/.test(name)) return readCommit(repo, name)
  for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
    if (!ref.startsWith('refs/')) continue
    const commit = await readCommit(repo, ref)
    if (commit) return commit
  }
  return /^[0-9a-f]{7,39}$/.test(name) ? readCommit(repo, name) : null
}

/** @throws 404 in GitHub's words when there is no such commit */
export async function requireCommit(repo: Repo, name: string): Promise<Commit> {
  const commit = await resolveCommit(repo, name)
  if (commit) return commit
  throw new HttpError(404, `No commit found for the ref ${name}`)
}

/** @throws 404 unless the id names an object of this type */
export async function requireObject(repo: Repo, sha: string, type: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha) || (await objectInfo(repo, sha))?.type !== type) throw notFound()
}
