import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AccountBook } from './account.ts'
import type { Patience } from './patience.ts'

/** What an attempt is let in with: a key of its own that opens nothing but this gateway, until the attempt is over. */
export type OpenPass = {
  name: string
  /** Slots that it opens. */
  slots: ReadonlySet<string>
  /** Lists of models beside the gateway's own: a model has to be on each. */
  allow: readonly (readonly string[])[]
  book: AccountBook
  patience: Patience
  /** Of now: aborted when its client is gone and when the pass ends, with what is under way for it. */
  readonly signal: AbortSignal
  /** Requests that are not over: not all of them are in the book. */
  underWay: Set<Promise<void>>
  /** When the last one ended, by `performance.now()`. */
  heard: number
}

export type Passes = {
  /** The key is made here and kept only as its digest. */
  give(pass: OpenPass): { key: string; take(): void }
  find(key: string | null): OpenPass | null
}

export function createPasses(): Passes {
  const given = new Map<OpenPass, Buffer>()
  return {
    give(pass) {
      // Looks like a key, because some clients look at the form of theirs.
      const key = `sk-chorus-${randomBytes(32).toString('hex')}`
      given.set(pass, digest(key))
      return { key, take: () => void given.delete(pass) }
    },
    find(key) {
      // Digests have one length, and every one is compared: time says nothing of which was nearly right.
      const shown = digest(key ?? '')
      let found: OpenPass | null = null
      for (const [pass, known] of given) if (timingSafeEqual(known, shown)) found = pass
      return found
    },
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
