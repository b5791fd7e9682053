import { OWNER_HOME } from '../core/config/pools.ts'
import type { OwnerFacts } from '../core/people/ruling.ts'
import type { Book } from '../core/schedule/pool.ts'
import type { Instant, Sha } from '../core/world.ts'
import { createForge, type Forge } from './forge.ts'
import { createMemory, type RepoMemory } from './memory.ts'

/**
 * The owner's repository `.github`, where what its repositories share is written, and what holds for all of them is said: through
 * the same installation, with a memory of its own.
 */
export type Home = { forge: Forge; books: Books }

/** By ref the newest that this process wrote or saw: what is older is an answer that lags, or was put back by somebody. */
export type Books = Map<string, Newest>

/** `at`: when it was first known here. */
export type Newest = { head: Sha; sequence: number; book: Book; at: Instant }

/** `orders`: what was last read there of all repositories. `unread`: GitHub refused to tell of it, which is believed until then. */
export type HomeMemory = {
  memory: RepoMemory
  books: Books
  orders: OrdersSeen | null
  unread: { head: null | 'out of sight'; until: Instant } | null
}

export type OrdersSeen = { said: OwnerFacts | null; at: Instant }

export function homeOf(forge: Forge): Home {
  forge.memory.home ??= { memory: createMemory(), books: new Map(), orders: null, unread: null }
  const { memory, books } = forge.memory.home
  return { forge: createForge({ ...forge, repo: OWNER_HOME, memory }), books }
}

/** What a seal on the books vouches for: these, under this name, in this repository. */
export function poolText(home: number, ref: string, json: string): string {
  return [home, ref, json].join('\n')
}
