import type { Instant, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { FullCommitWire, UserWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'

export type Made = { parents: readonly Sha[]; message: string; at: Instant }

/** `onto` is what it was made on, `member` what was merged into that. */
export type Merge = { onto: Sha; member: Sha; at: Instant }

/** The account that commits, and signs, what GitHub itself makes. */
const GITHUB = 'web-flow'

/**
 * Ours is a commit that GitHub itself committed and signed, with this app as its author: it makes commits for whom asks, and
 * nobody else has its key. The signature is the committer's only: anybody who has a key can sign what names another author.
 * Null for any other commit. Where GitHub does not sign (Enterprise Server without commit signing, or with an account of
 * another name for it) such a commit counts as somebody's push.
 */
export async function readMade(forge: Forge, sha: Sha): Promise<Made | null> {
  const known = await once(forge, `made ${sha}`, async () => ({ made: await readCommitted(forge, sha) }))
  return known.made
}

/** The same of a merge of two; null for any other commit. */
export async function readMerge(forge: Forge, sha: Sha): Promise<Merge | null> {
  const made = await readMade(forge, sha)
  const [onto, member, ...more] = made?.parents ?? []
  if (made === null || onto === undefined || member === undefined || more.length > 0) return null
  return { onto, member, at: made.at }
}

async function readCommitted(forge: Forge, sha: Sha): Promise<Made | null> {
  const { body } = await read<FullCommitWire>(forge, '/repos/{owner}/{repo}/commits/{ref}', { ref: sha })
  if (body.commit.verification?.verified !== true) return null
  if ((body.committer as UserWire | null)?.login !== GITHUB) return null
  if (!isOurs(forge, body.author as UserWire | null)) return null
  return {
    parents: body.parents.map(parent => parent.sha),
    message: body.commit.message,
    at: instant(body.commit.committer?.date),
  }
}
