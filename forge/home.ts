import { OWNER_HOME } from '../core/config/pools.ts'
import type { Sha } from '../core/world.ts'
import { createForge, type Forge } from './forge.ts'
import { createMemory, type RepoMemory } from './memory.ts'

/**
 * The owner's repository `.github`, where what its repositories share is written: through the same installation, with a
 * memory of its own.
 */
export type Home = { forge: Forge; books: Books }

/** What this process wrote of each ref there, and what it left behind: lists may show that for a moment longer. */
export type Books = Map<string, { head: Sha; past: Set<Sha> }>

export type HomeMemory = { memory: RepoMemory; books: Books }

export function homeOf(forge: Forge): Home {
  forge.memory.home ??= { memory: createMemory(), books: new Map() }
  const { memory, books } = forge.memory.home
  return { forge: createForge({ ...forge, repo: OWNER_HOME, memory }), books }
}

/** What a seal on the books vouches for: these, under this name, in this repository. */
export function poolText(home: number, ref: string, json: string): string {
  return [home, ref, json].join('\n')
}
