import { timestamp } from '../clock.ts'
import { accountOf, emit } from '../emit.ts'
import { gitText } from '../git.ts'
import { web } from '../issues/address.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { type Commit, readCommit } from './commit.ts'
import { accountByMail, identityOfActor } from './identity.ts'
import { type RefMove, ZERO } from './refchange.ts'
import { allBranches } from './reflist.ts'
import { diffTrees, type Touched } from './treediff.ts'

const MOST_COMMITS = 2048

/** Tells the world that a branch or a tag moved. Every other namespace is silent. */
export async function announce(state: TwinState, repo: Repo, move: RefMove, by: Actor): Promise<void> {
  const kind = move.ref.startsWith('refs/heads/') ? 'branch' : 'tag'
  if (kind === 'tag' && !move.ref.startsWith('refs/tags/')) return
  const payload = await pushPayload(state, repo, move, by)
  const name = move.ref.split('/').slice(2).join('/')
  const about = { ref: name, ref_type: kind, pusher_type: 'user' }
  repo.updated_at = timestamp(state.clock.now())
  emit(state, { repo, event: 'push', by, payload })
  if (move.before === null) {
    const more = { master_branch: repo.default_branch, description: null }
    emit(state, { repo, event: 'create', by, payload: { ...about, ...more } })
  } else if (move.after === null) {
    emit(state, { repo, event: 'delete', by, payload: about })
  }
}

async function pushPayload(
  state: TwinState,
  repo: Repo,
  move: RefMove,
  by: Actor,
): Promise<Record<string, unknown>> {
  const log = move.after === null ? new Map() : await newCommits(repo, move.before, move.after)
  const shown = [...log].reverse().slice(-MOST_COMMITS)
  const commits = await Promise.all(shown.map(([sha, files]) => payloadCommit(state, repo, sha, files)))
  const head = move.after === null ? null : await headCommit(state, repo, move.after, log)
  const range = `${(move.before ?? ZERO).slice(0, 12)}...${(move.after ?? ZERO).slice(0, 12)}`
  return {
    ref: move.ref,
    before: move.before ?? ZERO,
    after: move.after ?? ZERO,
    base_ref: null,
    created: move.before === null,
    deleted: move.after === null,
    forced: move.forced,
    compare: `${web(state, repo)}/compare/${range}`,
    commits,
    head_commit: head,
    pusher: { name: accountOf(by).login, email: identityOfActor(state, by).email },
  }
}

/** Newest first. A new branch lists only what no other branch has. */
async function newCommits(repo: Repo, before: string | null, after: string): Promise<Map<string, Touched>> {
  const known = before === null ? await otherTips(repo, after) : [before]
  const commit = await readCommit(repo, after)
  if (commit === null || known.includes(commit.sha)) return new Map()
  const [parent, ...more] = commit.parents
  // Most pushes are one commit further.
  const isStep = more.length === 0 && (parent === undefined || known.includes(parent))
  if (isStep) return new Map([[commit.sha, await touchedBy(repo, commit)]])
  return changes(repo, [after, ...known.map(sha => `^${sha}`)])
}

/** A branch created at an existing tip brings nothing new, although it is a tip itself. */
async function otherTips(repo: Repo, after: string): Promise<string[]> {
  const count = new Map<string, number>()
  for (const { sha } of await allBranches(repo)) count.set(sha, (count.get(sha) ?? 0) + 1)
  return [...count].flatMap(([sha, times]) => (sha !== after || times > 1 ? sha : []))
}

/** @param log of what the push brought, where the head is among it. */
async function headCommit(
  state: TwinState,
  repo: Repo,
  after: string,
  log: ReadonlyMap<string, Touched>,
): Promise<unknown> {
  const commit = await readCommit(repo, after)
  if (!commit) return null
  const files = log.get(commit.sha) ?? (await touchedBy(repo, commit))
  return payloadCommit(state, repo, commit.sha, files)
}

/** Of a merge, as git shows it: nothing. */
async function touchedBy(repo: Repo, { tree, parents }: Commit): Promise<Touched> {
  const [parent, ...more] = parents
  if (more.length > 0) return { added: [], removed: [], modified: [] }
  const before = parent === undefined ? null : await readCommit(repo, parent)
  return diffTrees(repo, before?.tree ?? null, tree)
}

/** Newest first, with the paths each commit touched. */
async function changes(repo: Repo, range: string[]): Promise<Map<string, Touched>> {
  const how = ['log', '-z', `-${MOST_COMMITS}`, '--name-status', '--no-renames', '--format=%x01%H']
  const raw = await gitText(repo, [...how, ...range, '--'], { allowFail: true })
  const found = new Map<string, Touched>()
  for (const block of raw.split('\u0001').slice(1)) {
    const files: Touched = { added: [], removed: [], modified: [] }
    const fields = block
      .slice(40)
      .replace(/^[\0\n]+/, '')
      .split('\0')
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const path = fields[at + 1]
      const letter = fields[at]?.trim()
      if (!path || !letter) continue
      files[letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified'].push(path)
    }
    found.set(block.slice(0, 40), files)
  }
  return found
}

async function payloadCommit(state: TwinState, repo: Repo, sha: string, files: Touched): Promise<unknown> {
  const commit = await readCommit(repo, sha)
  if (!commit) return { id: sha, ...files }
  const url = `${web(state, repo)}/commit/${sha}`
  const person = (who: Commit['author']) => {
    const account = accountByMail(state, who.email)
    return { name: who.name, email: who.email, ...(account ? { username: account.login } : {}) }
  }
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url,
    author: person(commit.author),
    committer: person(commit.committer),
    ...files,
  }
}
