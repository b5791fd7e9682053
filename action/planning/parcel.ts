import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Planner } from '../../core/planning/document.ts'
import { type PlannerNote, parseNote } from '../../core/planning/note.ts'
import type { Files } from '../unpack.ts'

/** The files that a planner's job hands to the synthesis, and the most bytes that each may have. */
export const PLANNER_PARCEL = { 'note.json': 16 * 1024, 'document.md': 64 * 1024 } as const

export type PlannerParcel = { dir: string; files: ReadonlyMap<string, Buffer> }

export async function packDocument(
  dir: string,
  note: PlannerNote,
  document: string | null,
): Promise<PlannerParcel> {
  const files = new Map<string, Buffer>([['note.json', Buffer.from(JSON.stringify(note))]])
  if (document !== null) files.set('document.md', Buffer.from(document))
  await mkdir(dir, { recursive: true, mode: 0o700 })
  for (const [name, bytes] of files) await writeFile(join(dir, name), bytes)
  return { dir, files }
}

/** What a planner brought; null when it is not what it has to be. */
export type Brought = { note: PlannerNote; document: string | null }

export function unpackDocument(files: Files, role: Planner): Brought | null {
  try {
    const parsed = parseNote(JSON.parse(files.get('note.json')?.toString('utf8') ?? ''))
    if (!parsed.ok || parsed.value.role !== role) return null
    return { note: parsed.value, document: files.get('document.md')?.toString('utf8') ?? null }
  } catch {
    return null
  }
}
