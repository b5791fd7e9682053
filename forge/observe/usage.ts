import { type Logged, loggedLine } from '../../core/accounts/landings.ts'
import { type UsageEvent, usageEvent } from '../../core/accounts/usage.ts'
import { parseWith } from '../../core/contract/parse.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import { type LogName, parseLogPath } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import { readBlob } from './tree.ts'

/** The lines of the accounts from a day (`2026-11-20`) on, oldest day first; lines that cannot be read are counted. Asked after a look. */
export async function readUsage(
  forge: Forge,
  since: string | null,
): Promise<{ events: UsageEvent[]; unreadable: number }> {
  const lines = await readLines(forge, { log: 'usage', since })
  const events = lines.map(line => readLine(line, value => parseWith(usageEvent, value)))
  const known = events.filter(event => event !== null)
  return { events: known, unreadable: events.length - known.length }
}

/** What the log tells of tasks, in the order in which it was written. Asked after a look. */
export async function readLog(forge: Forge): Promise<Logged[]> {
  const lines = await readLines(forge, { log: 'events', since: null })
  return lines.flatMap(line => {
    const told = readLine(line, value => parseWith(loggedLine, value))
    return told?.task == null ? [] : [{ ...told, task: told.task }]
  })
}

/** In the order in which they were written. */
async function readLines(
  forge: Forge,
  { log, since }: Pick<LogName, 'log'> & { since: string | null },
): Promise<string[]> {
  const files = [...(forge.memory.ledger?.blobs ?? [])].flatMap(([path, { sha }]) => {
    const name = parseLogPath(path)
    return name?.log !== log || sha === null || name.day < (since ?? '') ? [] : [{ ...name, sha }]
  })
  files.sort((a, b) => a.day.localeCompare(b.day) || a.part - b.part)
  const texts = await Promise.all(files.map(({ sha }) => readBlob(forge, sha)))
  return texts.flatMap(text => text.split('\n').filter(line => line !== ''))
}

function readLine<T>(line: string, parse: (value: unknown) => Parsed<T>): T | null {
  try {
    const parsed = parse(JSON.parse(line))
    return parsed.ok ? parsed.value : null
  } catch {
    return null
  }
}
