import { HttpError } from '../http/route.ts'
import type { Repo } from '../state.ts'
import type { Identity } from './identity.ts'
import { writeObject } from './loose.ts'
import { readObject } from './objects.ts'
import { sign } from './signature.ts'

export type Commit = {
  sha: string
  tree: string
  parents: string[]
  author: Identity
  committer: Identity
  message: string
  /** The signature and the bytes it is over; null when unsigned. */
  signature: string | null
  payload: string
}

/** The commit a revision names (tags are followed), or null when it names none. */
export async function readCommit(repo: Repo, rev: string): Promise<Commit | null> {
  const found = await readObject(repo, `${rev}^{commit}`)
  return found?.type === 'commit' ? parseCommit(found.oid, found.content.toString()) : null
}

/** Like `readCommit`, for a revision that is known to be there. Throws 404 when it is not. */
export async function commitAt(repo: Repo, rev: string): Promise<Commit> {
  const commit = await readCommit(repo, rev)
  if (!commit) throw new HttpError(404, 'Not Found')
  return commit
}

/** Writes a commit object; nothing refers to it yet. `signed` puts its committer's signature on it. */
export function writeCommit(
  repo: Repo,
  draft: {
    tree: string
    parents: string[]
    message: string
    author: Identity
    committer: Identity
    signed?: boolean
    signature?: string
  },
): Promise<string> {
  const head = [
    `tree ${draft.tree}`,
    ...draft.parents.map(parent => `parent ${parent}`),
    `author ${stamp(draft.author)}`,
    `committer ${stamp(draft.committer)}`,
  ].join('\n')
  const payload = `${head}\n\n${draft.message}`
  const signature = draft.signature ?? (draft.signed ? sign(payload, draft.committer.email) : null)
  if (signature === null) return writeObject(repo, 'commit', Buffer.from(payload))
  const folded = signature.replaceAll('\n', '\n ')
  return writeObject(repo, 'commit', Buffer.from(`${head}\ngpgsig ${folded}\n\n${draft.message}`))
}

function parseCommit(sha: string, raw: string): Commit {
  const end = raw.indexOf('\n\n')
  const head = end < 0 ? raw : raw.slice(0, end)
  const commit: Commit = {
    sha,
    tree: '',
    parents: [],
    author: { name: '', email: '', date: '' },
    committer: { name: '', email: '', date: '' },
    message: end < 0 ? '' : raw.slice(end + 2),
    signature: null,
    payload: '',
  }
  // Folded lines belong to the header before them.
  for (const line of head.split(/\n(?! )/)) {
    const [key = '', value = ''] = splitOnce(line, ' ')
    if (key === 'tree') commit.tree = value
    else if (key === 'parent') commit.parents.push(value)
    else if (key === 'author' || key === 'committer') commit[key] = parseStamp(value)
    else if (key === 'gpgsig') commit.signature = value.replaceAll('\n ', '\n')
  }
  commit.payload = raw.replace(/\ngpgsig .*(?:\n .*)*/, '')
  return commit
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function stamp(who: Identity): string {
  const clean = (text: string) => text.replace(/[<>\n]/g, '').trim()
  return `${clean(who.name)} <${clean(who.email)}> ${Math.floor(Date.parse(who.date) / 1000)} +0000`
}

function parseStamp(text: string): Identity {
  const parts = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(text)
  const seconds = Number(parts?.[3] ?? 0)
  const date = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
  return { name: parts?.[1] ?? '', email: parts?.[2] ?? '', date }
}
