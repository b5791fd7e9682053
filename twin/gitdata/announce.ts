import { timestamp } from '../clock.ts'
import { accountOf, emit } from '../emit.ts'
import { gitText } from '../git.ts'
import { web } from '../issues/address.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { type Commit, readCommit } from './commit.ts'
import { accountByMail, identityOfActor } from './identity.ts'
import { type RefMove, ZERO } from './refchange.ts'
import { allBranches } from './reflist.ts'

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
async function newCommits(repo: Repo, before: string | null, after: string): Promise<Map<string, Files>> {
  const since = before ? [`^${before}`] : await otherTips(repo, after)
  return changes(repo, [after, ...since])
}

/** A branch created at an existing tip brings nothing new, although it is a tip itself. */
async function otherTips(repo: Repo, after: string): Promise<string[]> {
  const count = new Map<string, number>()
  for (const { sha } of await allBranches(repo)) count.set(sha, (count.get(sha) ?? 0) + 1)
  const others = [...count].filter(([sha, times]) => sha !== after || times > 1)
  return others.map(([sha]) => `^${sha}`)
}

/** @param log of what the push brought, where the head is among it. */
async function headCommit(
  state: TwinState,
  repo: Repo,
  after: string,
  log: ReadonlyMap<string, Files>,
): Promise<unknown> {
  const commit = await readCommit(repo, after)
  if (!commit) return null
  const { sha } = commit
  const files = log.get(sha) ?? (await changes(repo, ['-1', sha])).get(sha)
  return payloadCommit(state, repo, sha, files ?? NO_FILES)
}

type Files = { added: string[]; removed: string[]; modified: string[] }
const NO_FILES: Files = { added: [], removed: [], modified: [] }

/** Newest first, with the paths each commit touched. */
async function changes(repo: Repo, range: string[]): Promise<Map<string, Files>> {
  const how = ['log', '-z', `-${MOST_COMMITS}`, '--name-status', '--no-renames', '--format=%x01%H']
  const raw = await gitText(repo, [...how, ...range, '--'], { allowFail: true })
  const found = new Map<string, Files>()
  for (const block of raw.split('\u0001').slice(1)) {
    const files: Files = { added: [], removed: [], modified: [] }
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

async function payloadCommit(state: TwinState, repo: Repo, sha: string, files: Files): Promise<unknown> {
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
