import { readObject } from '../gitdata/objects.ts'
import type { Repo } from '../state.ts'

export type Entry = { mode: string; name: string; oid: string }

/** The text of a file at a revision, or null. */
export async function readText(repo: Repo, revision: string, path: string): Promise<string | null> {
  const object = await readObject(repo, `${revision}:${path}`)
  return object?.type === 'blob' ? object.content.toString() : null
}

/** What a folder holds at a revision; empty when there is none. */
export async function listFolder(repo: Repo, revision: string, path: string): Promise<Entry[]> {
  const object = await readObject(repo, `${revision}:${path}`)
  return object?.type === 'tree' ? entries(object.content) : []
}

function entries(content: Buffer): Entry[] {
  const found: Entry[] = []
  for (let at = 0; at < content.length; ) {
    const zero = content.indexOf(0, at)
    const [mode = '', name = ''] = content.subarray(at, zero).toString().split(/ (.*)/s)
    found.push({ mode, name, oid: content.subarray(zero + 1, zero + 21).toString('hex') })
    at = zero + 21
  }
  return found
}

/** The commit that a branch, tag or commit id names; branches win over tags. */
export async function commitOf(repo: Repo, ref: string): Promise<{ sha: string; ref: string } | null> {
  const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`]
  for (const name of names) {
    const object = await readObject(repo, `${name}^{commit}`)
    if (object) return { sha: object.oid, ref: name }
  }
  if (!/^[0-9a-f]{40}$/.test(ref)) return null
  const object = await readObject(repo, `${ref}^{commit}`)
  return object ? { sha: object.oid, ref } : null
}

/** Subject and body of a commit. */
export async function commitMessage(repo: Repo, sha: string): Promise<string> {
  const text = (await readObject(repo, sha))?.content.toString() ?? ''
  const gap = text.indexOf('\n\n')
  return gap < 0 ? '' : text.slice(gap + 2)
}

/** Author of a commit as `head_commit` shows it. */
export async function commitSummary(repo: Repo, sha: string): Promise<Record<string, unknown>> {
  const text = (await readObject(repo, sha))?.content.toString() ?? ''
  const person = (kind: string) => {
    const found = new RegExp(`^${kind} (.*) <(.*)> (\\d+)`, 'm').exec(text)
    return { name: found?.[1] ?? '', email: found?.[2] ?? '', at: Number(found?.[3] ?? 0) }
  }
  const author = person('author')
  const committer = person('committer')
  return {
    id: sha,
    tree_id: /^tree (\w+)/m.exec(text)?.[1] ?? '',
    message: await commitMessage(repo, sha),
    timestamp: new Date(committer.at * 1000).toISOString(),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  }
}
