import { createHash } from 'node:crypto'
import { LIMITS } from '../app/pacing.ts'
import { printProblem } from '../core/contract/problem.ts'
import type { Reading } from '../core/interchange/item.ts'
import { readTasks } from '../core/interchange/read.ts'
import { foreseeImport, type Imported, importedFrom } from '../core/interchange/steps.ts'
import { describeStep, writeDuration, writeReading } from '../core/words/interchange.ts'
import { readTracker } from '../forge/observe/tracker.ts'
import { connect } from './connect.ts'
import { readText } from './file.ts'
import { importAll } from './importing.ts'
import { type Outcome, UsageError } from './outcome.ts'

export type ImportOptions = { repo?: string; 'dry-run'?: boolean; tag?: string; json: boolean }

/** Tells what FILE becomes; without `--dry-run` it becomes that. */
export async function importFile(file: string | undefined, options: ImportOptions): Promise<Outcome> {
  const { repo, 'dry-run': dry = false } = options
  if (file === undefined) throw new UsageError('the FILE to import is missing', 'import')
  if (!dry && repo === undefined)
    throw new UsageError('--repo OWNER/NAME is missing (or --dry-run)', 'import')
  const reading = readReading(file, options.tag ?? null)
  if (repo === undefined) return foretell(reading, [])
  const { forge } = await connect(repo)
  if (dry) return foretell(reading, importedFrom(reading.source, await readTracker(forge)))
  const tell = options.json ? () => {} : (line: string) => void process.stderr.write(`${line}\n`)
  const { done, refused } = await importAll(forge, reading, tell)
  const lines = refused.map(({ step, why }) => `not done: ${describeStep(step)}: ${why}`)
  return {
    code: refused.length > 0 ? 1 : 0,
    text: [...lines, `${done.length} steps done, ${refused.length} refused by GitHub.`].join('\n'),
    json: { source: reading.source, done, refused },
  }
}

function readReading(path: string, tag: string | null): Reading {
  const read = readTasks({ path, text: readText(path, 'import'), tag, digest: sha256 })
  if (!read.ok) throw new UsageError(read.problems.map(printProblem).join('\n'), 'import')
  return read.value
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function foretell(reading: Reading, issues: readonly Imported[]): Outcome {
  const agenda = foreseeImport(reading, issues)
  const told = [writeReading(reading, agenda)]
  if (agenda.steps.length > 0) told.push(writeDuration(agenda.steps.length, LIMITS.contentHour.cap))
  return { code: 0, text: told.join('\n'), json: { ...reading, ...agenda } }
}
