import type { Forge } from './forge.ts'

/**
 * One look of the app is several passes right after one another, each of which observes before it acts. What our own
 * writes cannot change, and what was read by an earlier pass of the same look a moment ago, is not asked for again: rules,
 * people's standing, and the story of an issue whose row in the list is the same as it was. It is as if
 * GitHub's answer had been as old as that, which it may be anyway: its reads lag by more. What claims and stops are judged
 * by (issues, refs, the ledger, pull requests, the default branch) is read in every pass, and the first pass of each
 * look reads everything.
 */
export type LookMemory = Map<string, { at: number; value: unknown }>

/** Not longer than what may pass between a look and the write that it leads to. Milliseconds. */
const MOMENT = 2_000

/** Without it, every observation reads everything. */
export function beginLook(forge: Forge): void {
  forge.memory.look = new Map()
}

/** @param key what is asked for, in words. */
export async function onceInLook<T>(forge: Forge, key: string, load: () => Promise<T>): Promise<T> {
  const { look } = forge.memory
  const known = look?.get(key)
  if (known !== undefined && isRecent(forge, known)) return known.value as T
  const at = forge.now()
  const value = await load()
  look?.set(key, { at, value })
  return value
}

export function forgetInLook({ memory }: Forge, key: string): void {
  memory.look?.delete(key)
}

function isRecent(forge: Forge, { at }: { at: number }): boolean {
  return forge.now() - at < MOMENT
}
