import { findCycles, readWaits } from '../backlog/graph.ts'
import type { Parsed } from '../contract/problem.ts'
import { readBeads } from './beads.ts'
import { itemsOf } from './beadsitems.ts'
import type { Item, Note, Reading } from './item.ts'
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
  if (reading !== null && reading.items.length > 0) return { ok: true, value: nameCircles(reading) }
  const message = 'holds no tasks: a Beads .jsonl, a task-master tasks.json or a spec-kit tasks.md is wanted'
  return { ok: false, problems: [{ path, message }] }
}

/** Links that would keep tasks from ever beginning are made all the same: which one is wrong is for people to say. */
function nameCircles(reading: Reading): Reading {
  const work = reading.items.filter(item => item.passed === null)
  const waits = readWaits(work.map(item => ({ id: item.key, depends_on: item.blockedBy })))
  const circles = findCycles(waits).map(
    (path): Note => ({
      kind: 'link',
      about: path[0]!,
      text: `waits for itself: ${path.join(' → ')}; take one of these links off`,
    }),
  )
  return { ...reading, notes: [...reading.notes, ...circles, ...nameWholes(work)] }
}

/** Who waits for one that is above it waits for ever, too: that is done when all below it is. */
function nameWholes(work: readonly Item[]): Note[] {
  const byKey = new Map(work.map(item => [item.key, item]))
  return work.flatMap(item => {
    const above = new Set<string>()
    for (
      let at = byKey.get(item.parent ?? '');
      at !== undefined && !above.has(at.key);
      at = byKey.get(at.parent ?? '')
    )
      above.add(at.key)
    return item.blockedBy
      .filter(key => above.has(key))
      .map((key): Note => {
        const text = `waits for ${key}, which it is a part of and which is done only after it; take one of these links off`
        return { kind: 'link', about: item.key, text }
      })
  })
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
