import type { World } from '../world.ts'

/** Something landed whose tree is not the one that was judged. Times in milliseconds since the epoch. */
export type ForeignTree = { pull: number; sha: string; at: number }

/**
 * Found out right after it landed; or by a later look, where no process lived to compare or GitHub's answer got lost: that counts until
 * the ledger has that it landed, so that it is told once.
 */
export function findForeign(
  { foreign, tasks }: Pick<World, 'foreign' | 'tasks'>,
  now: number,
): ForeignTree | null {
  if (foreign !== null) return foreign
  const late = tasks.find(({ pull, record }) => pull?.unjudged?.kind === 'app' && record?.logged !== 'merged')
  const { number, mergedSha } = late?.pull ?? { mergedSha: null }
  return number === undefined || mergedSha === null ? null : { pull: number, sha: mergedSha, at: now }
}
