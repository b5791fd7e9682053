import type { Problem } from '../contract/problem.ts'
import type { Sha } from '../world.ts'

/** A pull request that is not ours. `proposal`: this app itself offers it, beside its tasks; people decide about it as about any other. */
export type StrangerFacts = { number: number; head: Sha; proposal: boolean }

/** A commit whose configuration cannot be used, and on which that is not said yet. */
export type Misconfigured = { head: Sha; problems: readonly Problem[] }
