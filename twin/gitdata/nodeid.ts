import type { Repo } from '../state.ts'

export type GitNodeKind = 'REF' | 'C' | 'T' | 'B' | 'TA'

/** Global id of a ref (by full name) or a git object (by oid): these have no number of their own. */
export function gitNodeId(kind: GitNodeKind, repo: Repo, name: string): string {
  return `${kind}_${Buffer.from(`${repo.id}:${name}`).toString('base64url')}`
}

/** The way back; null when it is not such an id. */
export function parseGitNodeId(id: string): { kind: GitNodeKind; repoId: number; name: string } | null {
  const parts = /^(REF|C|T|B|TA)_([\w-]+)$/.exec(id)
  const inside = /^(\d+):(.+)$/s.exec(Buffer.from(parts?.[2] ?? '', 'base64url').toString())
  if (!parts || !inside) return null
  return { kind: parts[1] as GitNodeKind, repoId: Number(inside[1]), name: inside[2] ?? '' }
}
