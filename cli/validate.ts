import { basename, dirname, resolve } from 'node:path'
import { parseConfig } from '../core/config/config.ts'
import { type Parsed, type Problem, printOnLine, printProblem } from '../core/contract/problem.ts'
import { BACKLOG_FILE, CONFIG_PATH, SPECS } from '../core/names.ts'
import { checkTemplate, explainVersion, isTemplateName, TEMPLATES } from '../core/text/template.ts'
import { readBacklog } from '../forge/backlog.ts'
import { type Position, readDocument } from '../forge/document.ts'
import { readText } from './file.ts'
import type { Outcome } from './outcome.ts'

/** Checks a configuration, a backlog or a prompt as strictly as it will be, and says on which line each problem is. */
export function validate(file: string = CONFIG_PATH): Outcome {
  const text = readText(file, 'validate')
  const problems = isPrompt(file) ? findInPrompt(text, basename(file, '.md')) : findProblems(read(text, file))
  const json = { file, problems }
  if (problems.length === 0) return { code: 0, text: `${file}: no problems`, json }
  const lines = problems.map(one => `${file}:${one.line}:${one.column} ${one.message}`)
  return { code: 1, text: lines.join('\n'), json }
}

type Located = Position & { path: string; message: string }

type Reading = { parsed: Parsed<unknown>; locate(problem: Problem): Position }

export function readConfig(text: string): Reading {
  const { value, locate } = readDocument(text)
  return { parsed: value.ok ? parseConfig(value.value) : value, locate }
}

/** @param feature whose it has to be; null: nothing says so. */
export function readPlan(text: string, feature: string | null): Reading {
  const { backlog, locate } = readBacklog(text, feature)
  return { parsed: backlog, locate }
}

/** A backlog in a folder below `specs/` has to speak for that feature. */
function read(text: string, file: string): Reading {
  if (basename(file) !== BACKLOG_FILE) return readConfig(text)
  const folder = dirname(resolve(file))
  return readPlan(text, `${basename(dirname(folder))}/` === SPECS ? basename(folder) : null)
}

function isPrompt(file: string): boolean {
  return file.endsWith('.md')
}

/** Where a place between braces stands; what is missing, and what is about all of it, is told of the first line. */
export function findInPrompt(text: string, name: string): Located[] {
  if (!isTemplateName(name)) {
    const names = Object.keys(TEMPLATES).map(known => `${known}.md`)
    const message = `of .md files only prompts are checked, by their names: ${names.join(', ')}`
    return [{ path: '', message, line: 1, column: 1 }]
  }
  const lines = text.split('\n')
  const found = checkTemplate(name, text).map(problem => {
    const at = lines.findIndex(line => line.includes(problem.path))
    const column = at < 0 ? 0 : lines[at]!.indexOf(problem.path)
    return {
      path: problem.path,
      message: printProblem(problem),
      line: Math.max(0, at) + 1,
      column: column + 1,
    }
  })
  const version = explainVersion(name, text)
  const about = version === null ? [] : [{ path: '', message: version, line: 1, column: 1 }]
  return [...about, ...found].sort((a, b) => a.line - b.line || a.column - b.column)
}

/** In the order of their lines. */
export function findProblems({ parsed, locate }: Reading): Located[] {
  if (parsed.ok) return []
  const found = parsed.problems.map(problem => ({
    // Of what is no YAML the path is its line.
    path: problem.path.startsWith('line ') ? '' : problem.path,
    message: printOnLine(problem),
    ...locate(problem),
  }))
  return found.sort((a, b) => a.line - b.line || a.column - b.column)
}
