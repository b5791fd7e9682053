import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseBacklog } from '../core/backlog/contract.ts'
import { parseConfig } from '../core/config/config.ts'
import { type Parsed, printProblem } from '../core/contract/problem.ts'
import { BACKLOG_FILE, CONFIG_PATH } from '../core/names.ts'
import { LONGEST_BACKLOG } from '../forge/backlog.ts'
import { type Position, readDocument } from '../forge/document.ts'
import { type Outcome, UsageError } from './outcome.ts'

/** Checks a configuration or a backlog as strictly as the app does, and says on which line each problem is. */
export function validate(file: string = CONFIG_PATH): Outcome {
  const problems = findProblems(readText(file), kindOf(file))
  const json = { file, problems }
  if (problems.length === 0) return { code: 0, text: `${file}: no problems`, json }
  const lines = problems.map(one => `${file}:${one.line}:${one.column} ${one.message}`)
  return { code: 1, text: lines.join('\n'), json }
}

type Located = Position & { path: string; message: string }

type Kind = { longest?: number; parse(value: unknown): Parsed<unknown> }

export const KINDS = {
  config: { parse: parseConfig },
  backlog: { longest: LONGEST_BACKLOG, parse: parseBacklog },
} as const satisfies Record<string, Kind>

function kindOf(file: string): Kind {
  return basename(file) === BACKLOG_FILE ? KINDS.backlog : KINDS.config
}

/** Problems of a text, first those of YAML itself; in the order of their lines. */
export function findProblems(text: string, kind: Kind = KINDS.config): Located[] {
  const { value, locate } = readDocument(text, kind.longest)
  const parsed = value.ok ? kind.parse(value.value) : value
  if (parsed.ok) return []
  const found = parsed.problems.map(problem => ({
    path: value.ok ? problem.path : '',
    message: value.ok ? printProblem(problem) : problem.message,
    ...locate(problem),
  }))
  return found.sort((a, b) => a.line - b.line || a.column - b.column)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`cannot read ${file}`, 'validate')
  }
}
