import { gitText } from '../git.ts'
import { pageSlice } from '../http/page.ts'
import { HttpError, ok, type RepoCall, type Route } from '../http/route.ts'
import { web } from '../issues/address.ts'
import { commitJson, commitWithFiles, compare, readAll } from './commits.ts'
import { diffText, fileJson, filesBetween, wantsDiff } from './diff.ts'
import { requireCommit, resolveCommit } from './revision.ts'

const REPO = '/repos/{owner}/{repo}'
const read = [{ contents: 'read' as const }]
const MOST_FILES = 300
const MOST_COMMITS = 250

/** The history: commits and comparisons. */
export const historyRoutes: Route[] = [
  { method: 'GET', path: `${REPO}/commits`, needs: read, handle: listCommits },
  { method: 'GET', path: `${REPO}/commits/{ref}`, needs: read, handle: getCommit },
  { method: 'GET', path: `${REPO}/compare/{basehead+}`, needs: read, handle: getComparison },
]

async function listCommits(call: RepoCall) {
  const { state, repo, query } = call
  const start = await resolveCommit(repo, query.get('sha') ?? 'HEAD')
  if (!start) {
    if (query.has('sha')) throw new HttpError(404, 'Not Found')
    throw new HttpError(409, 'Git Repository is empty.')
  }
  const filters: string[] = []
  for (const name of ['since', 'until', 'author', 'committer']) {
    const value = query.get(name)
    if (value) filters.push(`--${name}=${value}`)
  }
  const path = query.get('path')
  const listed = await gitText(repo, ['rev-list', ...filters, start.sha, '--', ...(path ? [path] : [])])
  const slice = pageSlice(call, listed === '' ? [] : listed.split('\n'))
  const commits = await readAll(repo, slice.items)
  return { status: 200, body: commits.map(each => commitJson(state, repo, each)), headers: slice.headers }
}

async function getCommit(call: RepoCall) {
  const { state, repo, query } = call
  const ref = call.params.ref ?? ''
  const commit = await resolveCommit(repo, ref)
  // Unlike the other routes, this one answers 422 for a name that is nothing.
  if (!commit) throw new HttpError(422, `No commit found for SHA: ${ref}`)
  if (/\bsha\b/.test(call.headers.accept ?? '')) return { status: 200, raw: Buffer.from(commit.sha) }
  if (wantsDiff(call.headers.accept)) {
    return { status: 200, raw: await diffText(repo, commit.parents[0] ?? null, commit.sha) }
  }
  const size = Math.min(MOST_FILES, Number(query.get('per_page')) || MOST_FILES)
  return ok(await commitWithFiles(state, repo, commit, { page: Number(query.get('page')) || 1, size }))
}

/** 250 commits without paging; at most 300 files in all, and only on the first page. */
async function getComparison(call: RepoCall) {
  const { state, repo, query } = call
  const [base = '', head = ''] = (call.params.basehead ?? '').split('...')
  if (base === '' || head === '') throw new HttpError(404, 'Not Found')
  const sides = await Promise.all([localCommit(call, base), localCommit(call, head)])
  if (wantsDiff(call.headers.accept)) {
    return { status: 200, raw: await diffText(repo, sides[0].sha, sides[1].sha) }
  }
  const found = await compare(repo, sides[0].sha, sides[1].sha)
  const paged = query.has('page') || query.has('per_page')
  const slice = paged
    ? pageSlice(call, found.commits)
    : { items: found.commits.slice(0, MOST_COMMITS), headers: {} }
  const first = (Number(query.get('page')) || 1) === 1
  const files = first ? await filesBetween(repo, found.base.sha, found.head.sha) : []
  const [common] = await readAll(repo, [found.mergeBase])
  const page = `${web(state, repo)}/compare/${base}...${head}`
  const body = {
    url: `${state.url}/api/v3${call.path}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: commitJson(state, repo, found.base),
    merge_base_commit: common ? commitJson(state, repo, common) : null,
    status: found.status,
    ahead_by: found.ahead_by,
    behind_by: found.behind_by,
    total_commits: found.ahead_by,
    commits: (await readAll(repo, slice.items)).map(each => commitJson(state, repo, each)),
    files: files.slice(0, MOST_FILES).map(file => fileJson(state, repo, file, found.head.sha)),
  }
  return { status: 200, body, headers: slice.headers }
}

/** `user:branch` names the same network's branch; within one repository that is the branch. */
function localCommit(call: RepoCall, name: string) {
  const own = `${call.repo.owner.login}:`
  return requireCommit(call.repo, name.startsWith(own) ? name.slice(own.length) : name)
}
