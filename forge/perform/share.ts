import type { PoolBooks } from '../../core/contract/book.ts'
import { printEnvelope } from '../../core/contract/envelope.ts'
import { POOLS } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { homeOf, poolText } from '../home.ts'
import { readPlace } from '../observe/repo.ts'
import type { CommitWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { moveRefs } from './refs.ts'

/** New books of a pool, in place of exactly those that this was planned on: of two controllers one plans anew. */
export async function share(forge: Forge, effect: Do<'share'>): Promise<{ head: Sha }> {
  const home = homeOf(forge)
  const { facts, branch } = await readPlace(home.forge)
  const ref = `${POOLS}${effect.name}`
  // The time, so that it goes on rising where the ref was deleted and everything about it forgotten.
  const sequence = Math.max((home.books.get(ref)?.sequence ?? 0) + 1, forge.now())
  const json = JSON.stringify({ content: effect.book, sequence } satisfies PoolBooks)
  const { sha } = await write<CommitWire>(home.forge, 'POST /repos/{owner}/{repo}/git/commits', {
    message: printEnvelope({
      subject: `chorus: books of pool ${effect.name}`,
      json,
      seal: forge.seals.pools.seal(poolText(facts.id, ref, json)),
    }),
    tree: branch.commit.commit.tree.sha,
    parents: [],
  })
  await moveRefs(home.forge, [{ name: ref, before: effect.head, after: sha, force: true }])
  home.books.set(ref, { head: sha, sequence, book: effect.book, at: forge.now() })
  return { head: sha }
}
