import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { parseConfig } from '../core/config.ts'
import { CONFIG_PATH } from '../core/names.ts'
import { type Outcome, UsageError } from './outcome.ts'
import { findPosition, type Position } from './position.ts'

/** Checks a configuration file as strictly as the app does, and says on which line each problem is. */
export function validate(file: string = CONFIG_PATH): Outcome {
  const problems = findProblems(readText(file))
  const json = { file, problems }
  if (problems.length === 0) return { code: 0, text: `${file}: no problems`, json }
  const lines = problems.map(one => `${file}:${one.line}:${one.column} ${one.message}`)
  return { code: 1, text: lines.join('\n'), json }
}

type Located = Position & { path: string; message: string }

/** Problems of a configuration's text, first those of YAML itself. */
export function findProblems(text: string): Located[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0) {
    return document.errors.map(error => {
      const { line, col } = lines.linePos(error.pos[0])
      return { path: '', line, column: col, message: error.message.split('\n')[0] ?? 'not YAML' }
    })
  }
  const parsed = parseConfig(toValue(document))
  if (parsed.ok) return []
  return parsed.problems.map(({ path, message }) => ({
    path,
    message: path === '' ? message : `${path}: ${message}`,
    ...findPosition(document, lines, path),
  }))
}

/** As the app reads it: aliases that multiply are refused. */
function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return error instanceof Error ? error.message : 'not YAML'
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`cannot read ${file}`, 'validate')
  }
}
