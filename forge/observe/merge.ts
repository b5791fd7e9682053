import type { Instant, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { FullCommitWire, UserWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'

/** `onto` is what it was made on, `member` what was merged into that. */
export type Merge = { onto: Sha; member: Sha; at: Instant }

/** The account that commits, and signs, what GitHub itself makes. */
const GITHUB = 'web-flow'

/**
 * Ours is a merge that GitHub itself committed and signed, with this app as its author: it makes merges for whom asks, and
 * nobody else has its key. The signature is the committer's only: anybody who has a key can sign what names another author.
 * Null for any other commit. Where GitHub does not sign (Enterprise Server without commit signing, or with an account of
 * another name for it) such a merge counts as somebody's push.
 */
export async function readMerge(forge: Forge, sha: Sha): Promise<Merge | null> {
  const known = await once(forge, `merge ${sha}`, async () => ({ merge: await readCommitted(forge, sha) }))
  return known.merge
}

async function readCommitted(forge: Forge, sha: Sha): Promise<Merge | null> {
  const { body } = await read<FullCommitWire>(forge, '/repos/{owner}/{repo}/commits/{ref}', { ref: sha })
  const [first, second, ...more] = body.parents
  const signed = body.commit.verification?.verified === true
  if (first?.sha === undefined || second?.sha === undefined || more.length > 0 || !signed) return null
  if ((body.committer as UserWire | null)?.login !== GITHUB) return null
  if (!isOurs(forge, body.author as UserWire | null)) return null
  return { onto: first.sha, member: second.sha, at: instant(body.commit.committer?.date) }
}
