import { nearest } from './nearest.ts'
import { visibleText } from './visible.ts'

/** What people say to Chorus in comments: lines that start with `/chorus`. */

export const COMMAND_WORDS = [
  'run',
  'status',
  'usage',
  'retry',
  'revise',
  'stop',
  'pause',
  'resume',
  'approve',
  'help',
] as const
export type CommandWord = (typeof COMMAND_WORDS)[number]

export type Command =
  /** `agent` null: the default one. */
  | { say: 'run'; agent: string | null }
  | { say: 'revise'; text: string }
  | { say: 'status' | 'usage' | 'retry' | 'stop' | 'pause' | 'resume' | 'approve' | 'help' }
  | { say: 'unknown'; word: string; nearest: CommandWord | null }

/** In the order they stand. Quotes, code and hidden comments are not speech and never command anything. */
export function parseCommands(body: string): Command[] {
  return spokenLines(visibleText(body))
    .map(line => /^\/chorus(?:[ \t]+(.*))?$/.exec(line.trimEnd()))
    .filter(match => match !== null)
    .map(match => parseCommand((match[1] ?? '').trim()))
}

function parseCommand(text: string): Command {
  const [word = '', ...rest] = text.split(/\s+/)
  const known = COMMAND_WORDS.find(name => name === word.toLowerCase())
  switch (known) {
    case undefined:
      // A lone `/chorus` asks what there is.
      return word === '' ? { say: 'help' } : { say: 'unknown', word, nearest: nearestWord(word) }
    case 'run':
      return { say: 'run', agent: rest[0] ?? null }
    case 'revise':
      return { say: 'revise', text: text.slice(word.length).trim() }
    default:
      return { say: known }
  }
}

function nearestWord(word: string): CommandWord | null {
  const guess = nearest(word, COMMAND_WORDS)
  return COMMAND_WORDS.find(name => name === guess) ?? null
}

/** Lines outside fenced blocks, indented code and quotes; up to three spaces of indentation are still speech. */
function spokenLines(body: string): string[] {
  const lines: string[] = []
  let fence: string | null = null
  for (const line of body.split('\n')) {
    const mark = /^ {0,3}(?:> ?)*(`{3,}|~{3,})(.*)$/.exec(line)
    if (fence !== null) {
      if (mark !== null && mark[1]!.startsWith(fence) && mark[2]!.trim() === '') fence = null
      continue
    }
    if (mark !== null && !(mark[1]!.startsWith('`') && mark[2]!.includes('`'))) {
      fence = mark[1]!
      continue
    }
    if (/^(?: {4}| {0,3}\t| {0,3}>)/.test(line)) continue
    lines.push(line.trimStart())
  }
  return lines
}
