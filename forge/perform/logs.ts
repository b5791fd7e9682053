import { dayOf } from '../../core/accounts/usage.ts'
import { type Learning, printLearning } from '../../core/lessons/learning.ts'
import { LEARNINGS_PATH, type LogName, parseLogPath, printLogPath } from '../../core/names.ts'
import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import { readBlob } from '../observe/tree.ts'
import type { Do } from './effect.ts'

export type LogFile = { path: string; text: string }

/** Beyond this a new part begins: every write sends the whole part again. */
const PART = 64 * 1024

/** The logs' files as they are after these lines, oldest day first: each day's newest part, grown. */
export async function growLogs(
  forge: Forge,
  ledger: LedgerMemory | null,
  { events, usage, learnings }: Pick<Do<'record'>, 'events' | 'usage' | 'learnings'>,
): Promise<LogFile[]> {
  const grown = await Promise.all([
    grow(forge, ledger, { log: 'events', lines: events }),
    grow(forge, ledger, { log: 'usage', lines: usage }),
    growLearnings(forge, ledger, learnings),
  ])
  return grown.flat()
}

const LEARNED = '# What agents learned here\n\n'

async function growLearnings(
  forge: Forge,
  ledger: LedgerMemory | null,
  learnings: readonly Learning[],
): Promise<LogFile[]> {
  if (learnings.length === 0) return []
  const isThere = ledger?.blobs.has(LEARNINGS_PATH) ?? false
  const text = ledger !== null && isThere ? await textOf(forge, ledger, LEARNINGS_PATH) : LEARNED
  return [{ path: LEARNINGS_PATH, text: text + learnings.map(printLearning).join('') }]
}

type More = { log: LogName['log']; lines: readonly { at: number }[] }

function grow(forge: Forge, ledger: LedgerMemory | null, { log, lines }: More): Promise<LogFile[]> {
  const days = Map.groupBy(lines, line => dayOf(line.at))
  const files = [...days]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(async ([day, ofDay]) => {
      const { path, text } = await newestPart(forge, ledger, { log, day })
      return { path, text: text + ofDay.map(line => `${JSON.stringify(line)}\n`).join('') }
    })
  return Promise.all(files)
}

async function newestPart(
  forge: Forge,
  ledger: LedgerMemory | null,
  { log, day }: Pick<LogName, 'log' | 'day'>,
): Promise<LogFile> {
  const parts = [...(ledger?.blobs.keys() ?? [])].flatMap(path => {
    const name = parseLogPath(path)
    return name?.log === log && name.day === day ? name.part : []
  })
  const part = Math.max(0, ...parts)
  const path = printLogPath({ log, day, part: Math.max(1, part) })
  if (part === 0 || ledger === null) return { path, text: '' }
  const blob = ledger.blobs.get(path)
  if ((blob?.bytes ?? 0) > PART) return { path: printLogPath({ log, day, part: part + 1 }), text: '' }
  return { path, text: await textOf(forge, ledger, path) }
}

async function textOf(forge: Forge, ledger: LedgerMemory, path: string): Promise<string> {
  const written = ledger.logs.get(path)
  if (written !== undefined) return written
  const sha = ledger.blobs.get(path)?.sha
  if (sha !== undefined && sha !== null) return readBlob(forge, sha)
  // Ours, but no longer remembered. Never guess: what is not sent again would be lost.
  forge.memory.ledger = null
  return fail({ is: 'stale', why: `${path} has to be read again` })
}
