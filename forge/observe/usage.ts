import { parseLogPath } from '../../core/names.ts'
import { parseWith } from '../../core/parse.ts'
import { type UsageEvent, usageEvent } from '../../core/usage.ts'
import type { Forge } from '../forge.ts'
import { readBlob } from './tree.ts'

/** The lines of the accounts from a day (`2026-11-20`) on, oldest day first; lines that cannot be read are counted. Asked after a look. */
export async function readUsage(
  forge: Forge,
  since: string | null,
): Promise<{ events: UsageEvent[]; unreadable: number }> {
  const files = [...(forge.memory.ledger?.blobs ?? [])].flatMap(([path, { sha }]) => {
    const name = parseLogPath(path)
    return name?.log !== 'usage' || sha === null || name.day < (since ?? '') ? [] : [{ ...name, sha }]
  })
  files.sort((a, b) => a.day.localeCompare(b.day) || a.part - b.part)
  const texts = await Promise.all(files.map(({ sha }) => readBlob(forge, sha)))
  const lines = texts.flatMap(text => text.split('\n').filter(line => line !== ''))
  const events = lines.map(readLine)
  const known = events.filter(event => event !== null)
  return { events: known, unreadable: events.length - known.length }
}

function readLine(line: string): UsageEvent | null {
  try {
    const parsed = parseWith(usageEvent, JSON.parse(line))
    return parsed.ok ? parsed.value : null
  } catch {
    return null
  }
}
