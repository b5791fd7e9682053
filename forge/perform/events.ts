import type { LedgerEvent } from '../../core/ledger.ts'
import { parseEventsPath, printEventsPath } from '../../core/names.ts'
import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import { readBlob } from '../observe/tree.ts'

export type EventFile = { path: string; text: string }

/** Beyond this a new part begins: every write sends the whole part again. */
const PART = 64 * 1024

/** The log's files as they are after these events, oldest day first: each day's newest part, grown. */
export async function growEvents(
  forge: Forge,
  ledger: LedgerMemory | null,
  events: readonly LedgerEvent[],
): Promise<EventFile[]> {
  const days = Map.groupBy(events, event => new Date(event.at).toISOString().slice(0, 10))
  const files = [...days]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(async ([day, ofDay]) => {
      const { path, text } = await newestPart(forge, ledger, day)
      return { path, text: text + ofDay.map(event => `${JSON.stringify(event)}\n`).join('') }
    })
  return Promise.all(files)
}

async function newestPart(forge: Forge, ledger: LedgerMemory | null, day: string): Promise<EventFile> {
  const parts = [...(ledger?.blobs.keys() ?? [])].flatMap(path => {
    const name = parseEventsPath(path)
    return name?.day === day ? name.part : []
  })
  const part = Math.max(0, ...parts)
  const path = printEventsPath({ day, part: Math.max(1, part) })
  if (part === 0 || ledger === null) return { path, text: '' }
  const blob = ledger.blobs.get(path)
  if ((blob?.bytes ?? 0) > PART) return { path: printEventsPath({ day, part: part + 1 }), text: '' }
  return { path, text: await textOf(forge, ledger, path) }
}

async function textOf(forge: Forge, ledger: LedgerMemory, path: string): Promise<string> {
  const written = ledger.events.get(path)
  if (written !== undefined) return written
  const sha = ledger.blobs.get(path)?.sha
  if (sha !== undefined && sha !== null) return readBlob(forge, sha)
  // Ours, but no longer remembered. Never guess: what is not sent again would be lost.
  forge.memory.ledger = null
  return fail({ is: 'stale', why: `${path} has to be read again` })
}
