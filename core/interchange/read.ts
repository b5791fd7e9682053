import type { Parsed } from '../problem.ts'
import { readBeads } from './beads.ts'
import { itemsOf } from './beadsitems.ts'
import type { Reading } from './item.ts'
import { featureOf, readSpecKit } from './speckit.ts'
import { readTaskMaster } from './taskmaster.ts'

export const FORMATS = ['beads', 'taskmaster', 'speckit'] as const
export type Format = (typeof FORMATS)[number]

export type Source = {
  /** As it was named to us: tells the format, and which feature a `tasks.md` is of. */
  path: string
  text: string
  /** task-master's tag; null for the usual one. */
  tag: string | null
  /** SHA-256 in hex. */
  digest(text: string): string
}

export function formatOf(path: string): Format | null {
  if (/\.jsonl$/i.test(path)) return 'beads'
  if (/\.json$/i.test(path)) return 'taskmaster'
  return /\.md$/i.test(path) ? 'speckit' : null
}

/** Any file that we can import. Fails only where nothing in it is a task. */
export function readTasks({ path, text, tag, digest }: Source): Parsed<Reading> {
  const reading = read({ path, text, tag, digest })
  if (reading !== null && reading.items.length > 0) return { ok: true, value: reading }
  const message = 'holds no tasks: a Beads .jsonl, a task-master tasks.json or a spec-kit tasks.md is wanted'
  return { ok: false, problems: [{ path, message }] }
}

function read({ path, text, tag, digest }: Source): Reading | null {
  switch (formatOf(path)) {
    case 'beads':
      return itemsOf(readBeads(text, digest))
    case 'taskmaster':
      return readTaskMaster(text, tag)
    case 'speckit':
      return readSpecKit(text, featureOf(path))
    case null:
      return null
  }
}
