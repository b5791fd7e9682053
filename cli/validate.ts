import { basename, dirname, resolve } from 'node:path'
import { parseBacklog } from '../core/backlog/contract.ts'
import { parseConfig } from '../core/config/config.ts'
import { type Parsed, printProblem } from '../core/contract/problem.ts'
import { BACKLOG_FILE, CONFIG_PATH, SPECS } from '../core/names.ts'
import { checkFeature } from '../core/planning/feature.ts'
import { checkTemplate, explainVersion, isTemplateName, TEMPLATES } from '../core/text/template.ts'
import { LONGEST_BACKLOG } from '../forge/backlog.ts'
import { type Position, readDocument } from '../forge/document.ts'
import { readText } from './file.ts'
import type { Outcome } from './outcome.ts'

/** Checks a configuration, a backlog or a prompt as strictly as it will be, and says on which line each problem is. */
export function validate(file: string = CONFIG_PATH): Outcome {
  const text = readText(file, 'validate')
  const problems = isPrompt(file)
    ? findInPrompt(text, basename(file, '.md'))
    : findProblems(text, kindOf(file))
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

/** A backlog in a folder below `specs/` has to speak for that feature. */
function kindOf(file: string): Kind {
  if (basename(file) !== BACKLOG_FILE) return KINDS.config
  const folder = dirname(resolve(file))
  return `${basename(dirname(folder))}/` === SPECS ? backlogOf(basename(folder)) : KINDS.backlog
}

export function backlogOf(feature: string): Kind {
  const parse = (value: unknown) => {
    const backlog = parseBacklog(value)
    return backlog.ok ? checkFeature(backlog.value, feature) : backlog
  }
  return { ...KINDS.backlog, parse }
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
