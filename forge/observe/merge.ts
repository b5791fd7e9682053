import type { Instant, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { FullCommitWire, UserWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'

/** `onto` is what it was made on, `member` what was merged into that. */
export type Merge = { onto: Sha; member: Sha; at: Instant }

/**
 * Ours is a merge that GitHub signed and names this app as the author of: GitHub signs what it makes itself, for whom it
 * makes it, and nobody else can. Null for any other commit. Where GitHub does not sign (Enterprise Server without commit
 * signing) such a merge counts as somebody's push.
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
  if (!isOurs(forge, body.author as UserWire | null)) return null
  return { onto: first.sha, member: second.sha, at: instant(body.commit.committer?.date) }
}
