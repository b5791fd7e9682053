import { type Repo, repoKey, type TwinState } from '../state.ts'
import type { Answer } from './route.ts'

type Seen = { answer: Answer; at: number; repo: string }
/** `settled`: when the newest write happened that everyone sees by now. */
type Writes = { settled: number; recent: { at: number; visibleAt: number }[] }

/**
 * Reads that lag writes, as replicas do: for a seeded while after a write, a client that has read a URL before
 * is shown what it was shown then. Off when maxMs is 0.
 */
export type StaleReads = {
  maxMs: number
  /** Tells that something in this repository changed now. */
  wrote(repo: Repo): void
  /** The older answer, when this reader would still get it. */
  recall(reader: string, path: string): Answer | null
  remember(reader: string, path: string, repo: Repo, answer: Answer): void
}

export function createStaleReads(state: TwinState, maxMs: number): StaleReads {
  const seen = new Map<string, Seen>()
  const writes = new Map<string, Writes>()
  const stale: StaleReads = {
    maxMs,
    wrote: repo => {
      if (stale.maxMs <= 0) return
      const now = state.clock.now()
      const known = settle(writes.get(keyOf(repo)) ?? { settled: 0, recent: [] }, now)
      known.recent.push({ at: now, visibleAt: now + Math.floor(state.random() * stale.maxMs) })
      writes.set(keyOf(repo), known)
      for (const [id, old] of seen) if (now - old.at > 600_000) seen.delete(id)
    },
    recall: (reader, path) => {
      const old = seen.get(`${reader} ${path}`)
      const known = old && writes.get(old.repo)
      if (!old || !known || stale.maxMs <= 0) return null
      settle(known, state.clock.now())
      // A write that everyone sees by now makes the memory too old to be shown.
      if (old.at <= known.settled) return null
      return known.recent.some(write => write.at >= old.at) ? old.answer : null
    },
    remember: (reader, path, repo, answer) => {
      if (stale.maxMs > 0) seen.set(`${reader} ${path}`, { answer, at: state.clock.now(), repo: keyOf(repo) })
    },
  }
  return stale
}

function keyOf(repo: Repo): string {
  return repoKey(repo.owner.login, repo.name)
}

function settle(writes: Writes, now: number): Writes {
  for (const write of writes.recent) {
    if (write.visibleAt <= now) writes.settled = Math.max(writes.settled, write.at)
  }
  writes.recent = writes.recent.filter(write => write.visibleAt > now)
  return writes
}
