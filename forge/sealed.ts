import { type Parsed, printProblem } from '../core/contract/problem.ts'
import { type Sealed, sealedLines } from '../core/contract/sealed.ts'
import type { Distrust } from '../core/ledger.ts'
import type { Forge } from './forge.ts'
import { LAG } from './observe/issues.ts'
import { readRepo } from './observe/repo.ts'

/** What a file on the ledger holds, or why that counts for nothing. */
export type Opened<T> = { ok: true; value: T; by: 'present' | 'former' } | { ok: false; why: Distrust }

/** `value`: what the text says. */
export type SealedFile = { path: string; text: string; sequence: number; value: object }

/** Indented, so that a change of one field is a change of one line. */
export async function sealFile(forge: Forge, path: string, value: object): Promise<SealedFile> {
  // The time, so that it goes on rising where the file was deleted and everything about it forgotten.
  const sequence = Math.max((forge.memory.newest.get(path)?.sequence ?? 0) + 1, forge.now())
  const name = { repository: await numberOf(forge), path, sequence }
  const seal = forge.seals.ledger.seal(sealedLines(name, JSON.stringify(value)))
  return { path, sequence, value, text: `${JSON.stringify({ content: value, sequence, seal }, null, 2)}\n` }
}

/** To be told only of what is on the ledger: written and confirmed, or read and found sound. */
export function noteNewest(
  { memory, now }: Forge,
  path: string,
  file: { sequence: number; value: unknown },
): void {
  const known = memory.newest.get(path)
  if (known === undefined || known.sequence < file.sequence) memory.newest.set(path, { ...file, at: now() })
}

/** Fails closed: what this app did not write, or has written over since, is not believed. */
export async function openFile<T>(
  forge: Forge,
  { path, text }: { path: string; text: string },
  parse: (value: unknown) => Parsed<Sealed<T>>,
): Promise<Opened<T>> {
  const raw = parseJson(text)
  if (raw === undefined) return distrust(forge, path, 'unreadable')
  const { content, sequence, seal } = (raw ?? {}) as Record<string, unknown>
  const name = { repository: await numberOf(forge), path, sequence: Number(sequence) }
  const by = forge.seals.ledger.holds(sealedLines(name, JSON.stringify(content)), String(seal))
  if (by === null) return distrust(forge, path, 'foreign')
  const file = parse(raw)
  if (!file.ok) return distrust(forge, path, 'unreadable', file.problems.map(printProblem))
  const value = takeNewest(forge, path, { sequence: file.value.sequence, value: file.value.content })
  return value === null ? distrust(forge, path, 'older') : { ok: true, value, by }
}

/** An old file that was put back bears a good seal. For a moment it may only be an answer that lags. */
function takeNewest<T>(forge: Forge, path: string, file: { sequence: number; value: T }): T | null {
  const known = forge.memory.newest.get(path)
  if (known === undefined || known.sequence <= file.sequence) {
    noteNewest(forge, path, file)
    return file.value
  }
  return forge.now() - known.at < LAG ? (known.value as T) : null
}

/** Once, as what was opened is remembered: the issue says it in short. */
export function distrust(
  forge: Forge,
  path: string,
  why: Distrust,
  problems: readonly string[] = [],
): Opened<never> {
  forge.log.warn({ path, why, problems }, 'a file on the ledger is not believed')
  return { ok: false, why }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The number stays the same when the repository is renamed or moves. */
async function numberOf(forge: Forge): Promise<number> {
  return (forge.memory.repo?.wire ?? (await readRepo(forge))).id
}
