import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { FullCommitWire, UserWire } from '../wire.ts'
import { isOurs } from './actor.ts'

const DEEPEST = 30

/**
 * The head and what lies beneath our own merges of the base, newest first. Ours is a merge that GitHub signed and names
 * this app as the author of: GitHub signs what it makes itself, for whom it makes it, and nobody else can. Where it does
 * not sign (Enterprise Server without commit signing) such a merge counts as somebody's push.
 */
export async function readLayers(forge: Forge, head: Sha, attempts: ReadonlySet<Sha>): Promise<Sha[]> {
  const layers = [head]
  for (let top = head; layers.length < DEEPEST && !attempts.has(top); layers.push(top)) {
    const beneath = await once(forge, `beneath ${top}`, async () => ({ sha: await readBeneath(forge, top) }))
    if (beneath.sha === null) break
    top = beneath.sha
  }
  return layers
}

async function readBeneath(forge: Forge, sha: Sha): Promise<Sha | null> {
  const { body } = await read<FullCommitWire>(forge, '/repos/{owner}/{repo}/commits/{ref}', { ref: sha })
  const [first, second, ...more] = body.parents
  const signed = body.commit.verification?.verified === true
  if (first?.sha === undefined || second === undefined || more.length > 0 || !signed) return null
  return isOurs(forge, body.author as UserWire | null) ? first.sha : null
}
