import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readMerge } from './merge.ts'

const DEEPEST = 30

/** The head and what lies beneath our own merges of the base, newest first. */
export async function readLayers(forge: Forge, head: Sha, attempts: ReadonlySet<Sha>): Promise<Sha[]> {
  const layers = [head]
  for (let top = head; layers.length < DEEPEST && !attempts.has(top); layers.push(top)) {
    const merge = await readMerge(forge, top)
    if (merge === null) break
    top = merge.onto
  }
  return layers
}
