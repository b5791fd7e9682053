import { readCommit } from '../gitdata/commit.ts'
import { parseGitNodeId } from '../gitdata/nodeid.ts'
import { readRef } from '../gitdata/refs.ts'
import { locate } from '../issues/lookup.ts'
import type { Issue, IssueComment, Label } from '../issues/state.ts'
import type { Pull, Review } from '../pulls/state.ts'
import { findRepoById } from '../repos/find.ts'
import type { Account, Repo } from '../state.ts'
import { visible } from './permission.ts'
import { unresolvedNode } from './problem.ts'
import type { Fields, World } from './world.ts'

export type Found =
  | { is: 'repository'; repo: Repo }
  | { is: 'account'; account: Account }
  | { is: 'issue'; repo: Repo; issue: Issue }
  | { is: 'pull'; repo: Repo; pull: Pull; issue: Issue }
  | { is: 'comment'; repo: Repo; comment: IssueComment }
  | { is: 'label'; repo: Repo; label: Label }
  | { is: 'review'; repo: Repo; pull: Pull; review: Review }
  | { is: 'checkRun'; repo: Repo; id: number }
  | { is: 'checkSuite'; repo: Repo; id: number }
  | { is: 'git'; repo: Repo; kind: string; name: string }

/** What a global id names. Throws NOT_FOUND when it names nothing, or nothing that the actor may see. */
export function findNode(world: World, id: string): Found {
  const found = lookUp(world, id)
  if (!found || ('repo' in found && !visible(world, found.repo))) throw unresolvedNode(id)
  return found
}

/** The object that a global id names, as GraphQL shows it. */
export async function showNode(world: World, id: string): Promise<Fields> {
  const found = findNode(world, id)
  const { show } = world
  switch (found.is) {
    case 'repository':
      return show.repository(world, found.repo)
    case 'account':
      return show.account(world, found.account)
    case 'issue':
      return show.issue(world, found.repo, found.issue)
    case 'pull':
      return show.pull(world, found.repo, found.pull)
    case 'comment':
      return show.comment(world, found.repo, found.comment)
    case 'label':
      return show.label(world, found.repo, found.label)
    case 'review':
      return show.review(world, found.repo, found)
    default:
      return (await showChecksOrGit(world, found)) ?? Promise.reject(unresolvedNode(id))
  }
}

async function showChecksOrGit(
  world: World,
  found: Found & { is: 'checkRun' | 'checkSuite' | 'git' },
): Promise<Fields | null> {
  const { repo } = found
  if (found.is === 'checkRun') {
    const run = repo.checkRuns.get(found.id)
    return run ? world.show.checkRun(world, repo, run) : null
  }
  if (found.is === 'checkSuite') {
    const suite = repo.checkSuites.get(found.id)
    return suite ? world.show.checkSuite(world, repo, suite) : null
  }
  if (found.kind === 'REF') {
    return (await readRef(repo, found.name)) === null ? null : world.show.ref(world, repo, found.name)
  }
  if (found.kind !== 'C') return world.show.object(world, repo, found.name)
  const commit = await readCommit(repo, found.name)
  return commit && world.show.commit(world, repo, commit)
}

function lookUp(world: World, id: string): Found | null {
  const git = parseGitNodeId(id)
  if (git) {
    const repo = findRepoById(world.state, git.repoId)
    return repo ? { is: 'git', repo, kind: git.kind, name: git.name } : null
  }
  const parts = /^([A-Z]+)_([\w-]+)$/.exec(id)
  const inside = /^([A-Z]+):(\d+)$/.exec(Buffer.from(parts?.[2] ?? '', 'base64url').toString())
  if (!parts || !inside || parts[1] !== inside[1]) return null
  return byNumber(world, inside[1] ?? '', Number(inside[2]))
}

function byNumber(world: World, kind: string, id: number): Found | null {
  const { state } = world
  if (kind === 'R') {
    const repo = findRepoById(state, id)
    return repo ? { is: 'repository', repo } : null
  }
  if (kind === 'U' || kind === 'BOT' || kind === 'O') {
    const account = [...state.accounts.values()].find(each => each.id === id)
    return account ? { is: 'account', account } : null
  }
  if (kind === 'I' || kind === 'PRI') {
    const at = locate(state, id)
    if (!at) return null
    const pull = at.repo.pulls.get(at.issue.number)
    return pull ? { is: 'pull', ...at, pull } : { is: 'issue', ...at }
  }
  for (const repo of state.repos.values()) {
    const found = inRepo(repo, kind, id)
    if (found) return found
  }
  return null
}

function inRepo(repo: Repo, kind: string, id: number): Found | null {
  if (kind === 'IC') {
    const comment = repo.comments.get(id)
    return comment ? { is: 'comment', repo, comment } : null
  }
  if (kind === 'LA') {
    const label = [...repo.labels.values()].find(each => each.id === id)
    return label ? { is: 'label', repo, label } : null
  }
  if (kind === 'PR') {
    const pull = [...repo.pulls.values()].find(each => each.id === id)
    const issue = pull && repo.issues.get(pull.number)
    return pull && issue ? { is: 'pull', repo, pull, issue } : null
  }
  if (kind === 'PRR') {
    for (const pull of repo.pulls.values()) {
      const review = pull.reviews.find(each => each.id === id)
      if (review) return { is: 'review', repo, pull, review }
    }
  }
  if (kind === 'CR' && repo.checkRuns.has(id)) return { is: 'checkRun', repo, id }
  if (kind === 'CS' && repo.checkSuites.has(id)) return { is: 'checkSuite', repo, id }
  return null
}
