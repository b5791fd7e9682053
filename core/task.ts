import { readWork, type Work } from './agents/work.ts'
import type { Parsed, Problem } from './contract/problem.ts'
import { parsePriorityLabel } from './labels.ts'
import { compileGlob } from './paths/glob.ts'
import { trimLast } from './text/clean.ts'
import { type Section, type Sections, splitSections } from './text/sections.ts'
import { visibleText } from './text/visible.ts'

/** What an issue asks for, read from its form fields or from plain text. */
export type TaskSpec = {
  title: string
  type: string
  work: Work
  goal: string
  acceptance: readonly string[]
  /** Globs that the change must stay in; empty: anywhere that is not protected. */
  scope: readonly string[]
  constraints: readonly string[]
  priority: number
}

export const TASK_TYPES = ['feat', 'fix', 'docs', 'refactor', 'test', 'chore', 'perf', 'build', 'ci'] as const
export type TaskType = (typeof TASK_TYPES)[number]

const TYPE_WORDS = new Map<string, TaskType>(
  Object.entries({
    feature: 'feat',
    enhancement: 'feat',
    'feature request': 'feat',
    bug: 'fix',
    bugfix: 'fix',
    'bug fix': 'fix',
    regression: 'fix',
    documentation: 'docs',
    doc: 'docs',
    refactoring: 'refactor',
    cleanup: 'refactor',
    tests: 'test',
    testing: 'test',
    maintenance: 'chore',
    dependencies: 'chore',
    performance: 'perf',
    debugging: 'fix',
    'simple fix': 'fix',
    'api integration': 'feat',
    boilerplate: 'chore',
  } as const),
)

const DEFAULT_PRIORITY = 2

/** Only what a person can see counts. Fails when there is nothing to do, or when a scope is not a pattern. */
export function readTask(issue: {
  title: string
  body: string
  labels: readonly string[]
}): Parsed<TaskSpec> {
  const title = visibleText(issue.title).trim()
  const section = splitSections(visibleText(issue.body))
  const scope = readItems(section('scope')).map(readPattern)
  const problems = scope.flatMap(checkPattern)
  if (title === '' && emptyAnswer(section('goal'))) {
    problems.push({ path: 'goal', message: 'title and text are empty: there is nothing to do' })
  }
  if (problems.length > 0) return { ok: false, problems }
  let value: TaskSpec | null = null
  return {
    ok: true,
    /** Of most tasks only whether they can be read matters: they wait for something else. */
    get value() {
      value ??= readSpec({ title: title.replace(/\s+/g, ' '), scope, section }, issue.labels)
      return value
    },
  }
}

type Parts = { title: string; scope: readonly string[]; section: Sections }

function readSpec({ title, scope, section }: Parts, labels: readonly string[]): TaskSpec {
  const goal = emptyAnswer(section('goal')) ? '' : section('goal')
  const words = typeWords(section('type'), labels)
  const type = readType(words, title)
  return {
    title: title || firstLine(goal),
    type: type ?? 'feat',
    work: readWork(words, type),
    goal: goal || title,
    acceptance: readItems(section('acceptance')),
    scope,
    constraints: readItems(section('constraints')),
    priority: readPriority(labels),
  }
}

function firstLine(text: string): string {
  return text
    .split('\n')[0]!
    .replace(/^#+\s*/, '')
    .trim()
}

/** GitHub writes `_No response_` for a form field that was left out. */
function emptyAnswer(text: string): boolean {
  const said = text.trim()
  return said.length < 15 && /^(?:_no response_|none|n\/a|-|)\.?$/i.test(said)
}

/** Bullets, numbered lines and checkboxes; an indented line goes on with the one before; fences are only wrapping. */
function readItems(section: Section): string[] {
  const items: string[] = []
  for (const line of section.split('\n')) {
    if (emptyAnswer(line) || /^\s*(?:`{3,}|~{3,})/.test(line)) continue
    if (PLAIN.test(line)) {
      items.push(line.trim())
      continue
    }
    const bullet = /^\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/.exec(line)
    if (bullet !== null) items.push(bullet[1]!.trim())
    else if (/^\s{2,}\S/.test(line) && items.length > 0) items.push(`${items.pop()} ${line.trim()}`)
    else items.push(line.trim())
  }
  return items.filter(item => !emptyAnswer(item))
}

/** Begins with nothing that could be a mark or an indentation. */
const PLAIN = /^[^\s\d`~*+-]/

function readPattern(item: string): string {
  const plain = item.includes('`') ? trimLast(item.replace(/^`+/, ''), '`') : item
  return plain.trim().replace(/^(?:\.?\/)+/, '')
}

function checkPattern(pattern: string, index: number): Problem[] {
  const glob = compileGlob(pattern)
  return glob.ok ? [] : glob.problems.map(({ message }) => ({ path: `scope[${index}]`, message }))
}

/** The form's field first, then labels. */
function typeWords(section: Section, labels: readonly string[]): string[] {
  return [...readItems(section), ...labels.map(label => label.replace(/^(?:type|kind)[:/]\s*/i, ''))]
}

/** The words first, then a title that already is a conventional one; null when nobody said. */
function readType(words: readonly string[], title: string): TaskType | null {
  const prefix = /^([a-z]+)(?:\([^)]*\))?!?:\s/.exec(title)?.[1] ?? ''
  for (const word of [...words, prefix]) {
    const type = asType(word)
    if (type !== null) return type
  }
  return null
}

function asType(word: string): TaskType | null {
  const plain = word.toLowerCase().trim()
  const first = plain.split(/[\s(:–-]+/)[0]!
  return (
    TYPE_WORDS.get(plain) ??
    TASK_TYPES.find(type => type === plain || type === first) ??
    TYPE_WORDS.get(first) ??
    null
  )
}

export function readPriority(labels: readonly string[]): number {
  return findPriority(labels) ?? DEFAULT_PRIORITY
}

/** The most urgent of several labels; null where none says any. */
export function findPriority(labels: readonly string[]): number | null {
  const known = labels.map(parsePriorityLabel).filter(priority => priority !== null)
  return known.length === 0 ? null : Math.min(...known)
}
