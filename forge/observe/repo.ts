import type { MergeMethod } from '../../core/landing/rules.ts'
import type { AppFacts, RepoFacts } from '../../core/world.ts'
import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { read, readMaybe } from '../read.ts'
import type { BranchWire, RepoWire, UserWire } from '../wire.ts'
import { instant } from './actor.ts'
import { rememberCommit } from './commits.ts'

/** A repository's settings change seldom, its `pushed_at` all the time: looked at once in a while. */
const SETTINGS_AGE = 5 * 60_000

/** Where a pass stands: the repository, and its default branch at one commit. */
export type Place = { facts: RepoFacts; app: AppFacts; branch: BranchWire }

export async function readPlace(forge: Forge): Promise<Place> {
  const known = forge.memory.repo
  const fresh = known !== null && forge.now() - known.at < SETTINGS_AGE
  const repo = fresh ? known.wire : await readRepo(forge)
  const [branch, botId] = await Promise.all([readBranch(forge, repo.default_branch), readBotId(forge)])
  if (branch !== null) {
    rememberHead(forge, branch)
    return placeOf(forge, { repo, branch, botId })
  }
  // Renamed since we looked, or nothing was ever pushed.
  forge.memory.repo = null
  return fail({ is: 'stale', why: `the default branch "${repo.default_branch}" does not exist` })
}

/** The repository's settings, from memory if a pass has read them. */
export async function readRepo(forge: Forge): Promise<RepoWire> {
  const repo = await readMaybe<RepoWire>(forge, '/repos/{owner}/{repo}', {}, 0)
  if (repo === null) {
    return fail({
      is: 'denied',
      permission: null,
      why: `${forge.owner}/${forge.repo} is gone, or the app may no longer see it`,
    })
  }
  forge.memory.repo = { at: forge.now(), wire: repo }
  return repo
}

export async function repoId(forge: Forge): Promise<string> {
  return (forge.memory.repo?.wire ?? (await readRepo(forge))).node_id
}

async function readBranch(forge: Forge, branch: string): Promise<BranchWire | null> {
  return readMaybe<BranchWire>(forge, '/repos/{owner}/{repo}/branches/{branch}', { branch }, 0)
}

/** Claims stand on the head: its tree need not be asked again. */
function rememberHead(forge: Forge, { commit }: BranchWire): void {
  rememberCommit(forge, commit.sha, {
    message: commit.commit.message,
    parents: commit.parents.flatMap(parent => parent.sha ?? []),
    tree: commit.commit.tree.sha,
    at: instant(commit.commit.committer?.date),
  })
}

async function readBotId(forge: Forge): Promise<number> {
  forge.memory.botId ??= (
    await read<UserWire>(forge, '/users/{username}', { username: forge.app.login })
  ).body.id
  return forge.memory.botId
}

function placeOf(forge: Forge, read: { repo: RepoWire; branch: BranchWire; botId: number }): Place {
  const { repo, branch, botId } = read
  return {
    app: { ...forge.app, botId },
    branch,
    facts: {
      id: repo.id,
      owner: repo.owner.login,
      name: repo.name,
      url: repo.html_url,
      defaultBranch: repo.default_branch,
      head: branch.commit.sha,
      target: { branch: repo.default_branch, head: branch.commit.sha },
      methods: methodsOf(repo),
    },
  }
}

function methodsOf(repo: RepoWire): MergeMethod[] {
  const methods: MergeMethod[] = []
  if (repo.allow_squash_merge !== false) methods.push('squash')
  if (repo.allow_merge_commit !== false) methods.push('merge')
  if (repo.allow_rebase_merge !== false) methods.push('rebase')
  return methods
}
