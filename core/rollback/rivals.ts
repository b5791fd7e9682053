import type { LandedFacts } from '../landing/integration.ts'
import type { Sha } from '../world.ts'

/** `files`: those that both change. */
export type Rival = { landed: LandedFacts; files: readonly string[] }

/** What landed after any of these and changes the same files: where git cannot take them back, it is most likely for that. */
export function findRivals(landed: readonly LandedFacts[], shas: readonly Sha[]): Rival[] {
  const files = new Set<string>()
  return landed.flatMap(one => {
    const own = one.files ?? []
    if (shas.includes(one.sha)) {
      for (const file of own) files.add(file)
      return []
    }
    const both = own.filter(file => files.has(file))
    return both.length === 0 ? [] : { landed: one, files: both }
  })
}
