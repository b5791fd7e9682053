import type { Parsed, Problem } from '../../core/contract/problem.ts'

/**
 * The language of the scripted agent. It stands in fenced blocks of the task, marked `chorus-script`:
 *
 *     ```chorus-script
 *     write src/sum.js
 *       export const sum = (a, b) => a + b
 *     run node --test
 *     on loop 2:
 *     append README.md
 *       Repaired.
 *     say feat: add sum
 *     ```
 *
 * One command a line; the two-space-indented lines below `write` and `append` are the file's lines (the indentation is
 * taken off). After `on attempt N:`, `on loop N:` or `on attempt N loop M:` commands count only there, after `on agent NAME:` only
 * for the agent of that name; `always:` ends that.
 *
 *   write PATH | append PATH | delete PATH | chmod +x PATH | symlink TARGET PATH | outside PATH TEXT
 *   run COMMAND | git ARGUMENTS | print TEXT | say TEXT | ask TEXT | discover TITLE | learn TEXT
 *   verdict approve|changes|rebase TEXT | finding PATH[:LINE] TEXT
 *   hang | crash | exit N | flood BYTES | lie | spawn-orphan | wait SECONDS
 */
export type Step =
  | { do: 'write' | 'append'; path: string; content: string }
  | { do: 'delete' | 'chmod'; path: string }
  | { do: 'symlink'; target: string; path: string }
  | { do: 'outside'; path: string; content: string }
  | { do: 'run'; command: string }
  | { do: 'print' | 'say' | 'ask' | 'discover' | 'learn'; text: string }
  | { do: 'verdict'; verdict: string; text: string }
  | { do: 'finding'; path: string; line: number | null; text: string }
  | { do: 'exit' | 'flood' | 'wait'; count: number }
  | { do: 'hang' | 'crash' | 'lie' | 'spawn-orphan' }

export type Turn = { agent: string; attempt: number; loop: number }

/** The steps of this turn, in order. A mistake in any block is told, whether its turn has come or not. */
export function readScript(text: string, turn: Turn): Parsed<Step[]> {
  const blocks = findBlocks(text)
  if (!blocks.ok) return blocks
  const steps: Step[] = []
  const problems: Problem[] = []
  for (const block of blocks.value) readBlock(block, turn, { steps, problems })
  if (blocks.value.length === 0) {
    problems.push({ path: '', message: 'the task has no ```chorus-script block: there is nothing to do' })
  }
  return problems.length === 0 ? { ok: true, value: steps } : { ok: false, problems }
}

type Line = { number: number; text: string }

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*chorus-script\s*$/

function findBlocks(text: string): Parsed<Line[][]> {
  const blocks: Line[][] = []
  let open: { fence: string; from: number; lines: Line[] } | null = null
  for (const [at, line] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
    const number = at + 1
    if (open === null) {
      const fence = FENCE.exec(line)?.[1]
      if (fence !== undefined) open = { fence, from: number, lines: [] }
    } else if (line.trim().startsWith(open.fence) && /^(?:`+|~+)$/.test(line.trim())) {
      blocks.push(open.lines)
      open = null
    } else {
      open.lines.push({ number, text: line })
    }
  }
  if (open === null) return { ok: true, value: blocks }
  const message =
    'the block is not closed. A task may have 3 KB in all; a longer one is cut, and its script with it'
  return { ok: false, problems: [{ path: `line ${open.from}`, message }] }
}

type Found = { steps: Step[]; problems: Problem[] }

function readBlock(lines: readonly Line[], turn: Turn, found: Found): void {
  let counts = true
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    if (line.text.trim() === '' || line.text.trimStart().startsWith('# ')) continue
    const when = readSection(line.text, turn)
    if (when !== null) {
      counts = when
      continue
    }
    const body = takeIndented(lines, at + 1)
    at += body.length
    const step = readStep(line.text, body)
    if (typeof step === 'string') found.problems.push({ path: `line ${line.number}`, message: step })
    else if (counts) found.steps.push(step)
  }
}

/** Does what follows count in this turn? Null when the line begins no section. */
function readSection(line: string, turn: Turn): boolean | null {
  if (line.trim() === 'always:') return true
  const agent = /^on agent ([a-z0-9-]+):\s*$/.exec(line)?.[1]
  if (agent !== undefined) return agent === turn.agent
  const match = /^on(?: attempt ([0-9]+))?(?: loop ([0-9]+))?:\s*$/.exec(line)
  if (match === null || (match[1] === undefined && match[2] === undefined)) return null
  return (
    (match[1] === undefined || Number(match[1]) === turn.attempt) &&
    (match[2] === undefined || Number(match[2]) === turn.loop)
  )
}

/** Indented lines, with the empty ones between them. */
function takeIndented(lines: readonly Line[], from: number): string[] {
  const body: string[] = []
  for (let at = from; at < lines.length; at++) {
    const text = lines[at]!.text
    if (!text.startsWith('  ') && text.trim() !== '') break
    body.push(text.slice(2))
  }
  while (body.length > 0 && body.at(-1)?.trim() === '') body.pop()
  return body
}

/** The step, or what is wrong with the line. */
function readStep(line: string, body: readonly string[]): Step | string {
  const [, verb = '', rest = ''] = /^(\S+)\s*(.*?)\s*$/.exec(line) ?? []
  const step = build(verb, rest, body.map(text => `${text}\n`).join(''))
  if (typeof step === 'string') return step
  if (body.length > 0 && step.do !== 'write' && step.do !== 'append') {
    return `only "write" and "append" take indented lines; "${verb}" does not`
  }
  return step
}

function build(verb: string, rest: string, content: string): Step | string {
  switch (verb) {
    case 'write':
    case 'append':
      return rest === '' ? missing(verb, 'a path') : { do: verb, path: rest, content }
    case 'delete':
      return rest === '' ? missing(verb, 'a path') : { do: verb, path: rest }
    case 'chmod':
      return rest.startsWith('+x ')
        ? { do: verb, path: rest.slice(3).trim() }
        : missing(verb, '"+x" and a path')
    case 'symlink':
    case 'outside':
      return buildPair(verb, rest)
    case 'run':
      return rest === '' ? missing(verb, 'a command') : { do: verb, command: rest }
    case 'git':
      return { do: 'run', command: `git ${rest}` }
    case 'print':
    case 'say':
    case 'ask':
    case 'discover':
    case 'learn':
      return rest === '' ? missing(verb, 'a text') : { do: verb, text: rest }
    case 'verdict':
    case 'finding':
      return buildOpinion(verb, rest)
    case 'exit':
    case 'flood':
    case 'wait':
      return /^[0-9]{1,10}$/.test(rest) ? { do: verb, count: Number(rest) } : missing(verb, 'a number')
    case 'hang':
    case 'crash':
    case 'lie':
    case 'spawn-orphan':
      return rest === '' ? { do: verb } : `"${verb}" stands alone, found "${rest}"`
    default:
      return `"${verb}" is no command of the scripted agent`
  }
}

function buildPair(verb: 'symlink' | 'outside', rest: string): Step | string {
  const [, first, second] = /^(\S+)\s+(.+)$/.exec(rest) ?? []
  if (first === undefined || second === undefined) return missing(verb, 'two words')
  return verb === 'symlink'
    ? { do: verb, target: first, path: second }
    : { do: verb, path: first, content: second }
}

/** Whether a verdict may be called so is judged by who reads it. */
function buildOpinion(verb: 'verdict' | 'finding', rest: string): Step | string {
  const [, first, text] = /^(\S+)\s+(.+)$/.exec(rest) ?? []
  if (first === undefined || text === undefined) return missing(verb, 'a word and a text')
  if (verb === 'verdict') return { do: verb, verdict: first, text }
  const [, path = first, line] = /^(.+):([0-9]{1,7})$/.exec(first) ?? []
  return { do: verb, path, line: line === undefined ? null : Number(line), text }
}

function missing(verb: string, what: string): string {
  return `"${verb}" needs ${what}`
}
