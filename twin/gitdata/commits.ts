import { HttpError } from '../http/route.ts'
import { api, web } from '../issues/address.ts'
import { personJson } from '../issues/json.ts'
import type { Repo, TwinState } from '../state.ts'
import { type Commit, readCommit } from './commit.ts'
import { fileJson, filesBetween } from './diff.ts'
import { accountByMail } from './identity.ts'
import { mergeBase } from './merge.ts'
import { gitNodeId } from './nodeid.ts'
import { linesOnce } from './settled.ts'
import { verify } from './signature.ts'

type Json = Record<string, unknown>

export type Comparison = {
  status: 'identical' | 'ahead' | 'behind' | 'diverged'
  ahead_by: number
  behind_by: number
  base: Commit
  head: Commit
  mergeBase: string
  /** Oldest first, uncut. */
  commits: string[]
}

/** A commit of the history, as /commits and pull requests show it. */
export function commitJson(state: TwinState, repo: Repo, commit: Commit): Json {
  const url = `${api(state, repo)}/commits/${commit.sha}`
  return {
    sha: commit.sha,
    node_id: gitNodeId('C', repo, commit.sha),
    commit: { ...gitPart(state, repo, commit), comment_count: 0 },
    url,
    html_url: `${web(state, repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: personJson(state, accountByMail(state, commit.author.email)),
    committer: personJson(state, accountByMail(state, commit.committer.email)),
    parents: parentsJson(state, repo, commit, 'commits'),
  }
}

/** A commit object of git data (/git/commits). */
export function gitCommitJson(state: TwinState, repo: Repo, commit: Commit): Json {
  return {
    sha: commit.sha,
    node_id: gitNodeId('C', repo, commit.sha),
    html_url: `${web(state, repo)}/commit/${commit.sha}`,
    ...gitPart(state, repo, commit),
    parents: parentsJson(state, repo, commit, 'git/commits'),
  }
}

/** One commit with its files, at most 300 a page. */
export async function commitWithFiles(
  state: TwinState,
  repo: Repo,
  commit: Commit,
  cut: { page: number; size: number } = { page: 1, size: 300 },
): Promise<Json> {
  const files = await filesBetween(repo, commit.parents[0] ?? null, commit.sha)
  const additions = files.reduce((sum, file) => sum + file.additions, 0)
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
  const shown = files.slice((cut.page - 1) * cut.size, cut.page * cut.size)
  return {
    ...commitJson(state, repo, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: shown.map(file => fileJson(state, repo, file, commit.sha)),
  }
}

/** How head stands to base. Throws 404 when a side is missing or the two share no history. */
export async function compare(repo: Repo, base: string, head: string): Promise<Comparison> {
  const [from, to] = await Promise.all([readCommit(repo, base), readCommit(repo, head)])
  if (!from || !to) throw new HttpError(404, 'Not Found')
  const common = await mergeBase(repo, from.sha, to.sha)
  if (common === null) throw new HttpError(404, `No common ancestor between ${base} and ${head}.`)
  const [commits, behind] = await Promise.all([
    listBetween(repo, from.sha, to.sha),
    listBetween(repo, to.sha, from.sha),
  ])
  return {
    status: statusOf(commits.length, behind.length),
    ahead_by: commits.length,
    behind_by: behind.length,
    base: from,
    head: to,
    mergeBase: common,
    commits,
  }
}

/** Commits of `head` that `base` lacks, oldest first: what a pull request lists. */
export async function commitsBetween(repo: Repo, base: string, head: string): Promise<Commit[]> {
  return readAll(repo, await listBetween(repo, base, head))
}

function listBetween(repo: Repo, base: string, head: string): Promise<string[]> {
  return linesOnce(repo, ['rev-list', '--reverse', '--topo-order'], [`${base}..${head}`])
}

export async function readAll(repo: Repo, shas: string[]): Promise<Commit[]> {
  const found = await Promise.all(shas.map(sha => readCommit(repo, sha)))
  return found.filter(commit => commit !== null)
}

function statusOf(ahead: number, behind: number): Comparison['status'] {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

function gitPart(state: TwinState, repo: Repo, commit: Commit): Json {
  return {
    author: commit.author,
    committer: commit.committer,
    message: commit.message.replace(/\n+$/, ''),
    tree: { sha: commit.tree, url: `${api(state, repo)}/git/trees/${commit.tree}` },
    url: `${api(state, repo)}/git/commits/${commit.sha}`,
    verification: verify(commit),
  }
}

function parentsJson(state: TwinState, repo: Repo, commit: Commit, below: string): Json[] {
  return commit.parents.map(sha => ({
    sha,
    url: `${api(state, repo)}/${below}/${sha}`,
    html_url: `${web(state, repo)}/commit/${sha}`,
  }))
}
