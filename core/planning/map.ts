import { z } from 'zod'
import type { Sha } from '../world.ts'

/** A map of the repository for people and agents: always smaller than this, whatever the repository. */
export const MAP_BYTES = 50_000

/** The newest map, on the ledger, for people; what counts is the one whose blob the controls name. */
export const MAP_PATH = 'map.md'

const sha = z.string().regex(/^[0-9a-f]{40}$/)
/** By which version of the drawing code, and as which blob. */
const drawn = { drawing: z.number().int().positive(), blob: sha }

/** In the report of a plan, from the deliver job alone: the map of the commit that the plan was made for. */
export const drawnMap = z.strictObject(drawn)
export type DrawnMap = z.infer<typeof drawnMap>

/** As a ticket names it: `at` is the commit that it is of. */
export const namedMap = z.strictObject({ ...drawn, at: sha })
export type NamedMap = z.infer<typeof namedMap>

/** As it is remembered. `since`: when the plan was claimed that left it. */
export const knownMap = z.strictObject({ ...drawn, at: sha, since: z.number() })
export type KnownMap = z.infer<typeof knownMap>

/** First line of the map of a tree. */
export function printMapTitle(tree: Sha): string {
  return `# Map of tree ${tree.slice(0, 12)}\n`
}
