import { nearest } from '../text/nearest.ts'
import { spokenLines } from '../text/speech.ts'
import { visibleText } from '../text/visible.ts'

/** What people say to Chorus in comments: lines that start with `/chorus`. */

export const COMMAND_WORDS = [
  'run',
  'plan',
  'status',
  'usage',
  'retry',
  'revise',
  'stop',
  'pause',
  'resume',
  'assign',
  'unassign',
  'priority',
  'hotfix',
  'rollback',
  'split',
  'review',
  'approve',
  'hold',
  'merge',
  'eject',
  'freeze',
  'unfreeze',
  'help',
] as const
export type CommandWord = (typeof COMMAND_WORDS)[number]

export type Command =
  /** `agent` null: the default one. */
  | { say: 'run'; agent: string | null }
  /** `from`: the feature whose plan is run again; what it is called below specs/. `text`: what is wanted of the plan. */
  | { say: 'plan'; agent: string | null; from: string | null; text: string }
  | { say: 'revise'; text: string }
  /** `all`: the whole repository, in place of this issue and what is below it. */
  | { say: 'stop' | 'pause' | 'resume' | 'retry'; all: boolean }
  /** Always the whole repository. */
  | { say: 'freeze' | 'unfreeze'; all: true }
  /** `agent` null: nobody was named. */
  | { say: 'assign'; agent: string | null }
  /** `level` null: no number from 0 to 4 was given. */
  | { say: 'priority'; level: number | null }
  /** `emergency`: first and alone. */
  | { say: 'merge'; emergency: boolean }
  | { say: 'hold' }
  /** Out of what lands; `why` is for people. */
  | { say: 'eject'; why: string }
  /** `issue` null: none was named. */
  | { say: 'hotfix'; issue: number | null }
  | { say: 'rollback'; step: 'propose' | 'confirm' | 'cancel' | 'unclear' }
  /** What the list below the command names. */
  | { say: 'split'; parts: readonly string[] }
  | { say: 'status' | 'usage' | 'unassign' | 'review' | 'approve' | 'help' }
  /** Said of the whole repository, though it is about one issue. */
  | { say: 'misplaced'; word: OfOneIssue }
  | { say: 'unknown'; word: string; nearest: CommandWord | null }

const OF_ONE_ISSUE = [
  'run',
  'unassign',
  'priority',
  'hotfix',
  'rollback',
  'split',
] as const satisfies CommandWord[]
export type OfOneIssue = (typeof OF_ONE_ISSUE)[number]

/** In the order they stand. Quotes, code and hidden comments are not speech and never command anything. */
export function parseCommands(body: string): Command[] {
  const lines = spokenLines(visibleText(body))
  return lines.flatMap((line, i) => {
    const match = /^\/chorus(?:[ \t]+(.*))?$/.exec(line.trimEnd())
    return match === null ? [] : parseCommand((match[1] ?? '').trim(), lines.slice(i + 1))
  })
}

/** @param below are the lines that follow it. */
function parseCommand(text: string, below: readonly string[]): Command {
  const [word = '', ...rest] = text.split(/\s+/)
  const known = COMMAND_WORDS.find(name => name === word.toLowerCase())
  const misplaced = isAll(rest.at(-1)) ? OF_ONE_ISSUE.find(name => name === known) : undefined
  if (misplaced !== undefined) return { say: 'misplaced', word: misplaced }
  switch (known) {
    case undefined:
      // A lone `/chorus` asks what there is.
      return word === '' ? { say: 'help' } : { say: 'unknown', word, nearest: nearestWord(word) }
    case 'run':
      return { say: 'run', agent: rest[0] ?? null }
    case 'plan':
      return readPlan(rest)
    case 'stop':
    case 'pause':
    case 'resume':
    case 'retry':
      return { say: known, all: isAll(rest[0]) }
    case 'freeze':
    case 'unfreeze':
      return { say: known, all: true }
    case 'assign':
      return { say: 'assign', agent: rest[0] ?? null }
    case 'hotfix':
      return { say: 'hotfix', issue: readNumber(rest[0]) }
    case 'rollback':
      return { say: 'rollback', step: readStep(rest[0]) }
    case 'split':
      return { say: 'split', parts: readList(below) }
    case 'priority':
      return { say: 'priority', level: readLevel(rest[0]) }
    case 'merge':
      return { say: 'merge', emergency: rest[0]?.toLowerCase() === 'emergency' }
    case 'eject':
      return { say: 'eject', why: text.slice(word.length).trim().slice(0, LONGEST_WHY) }
    case 'revise':
      return { say: 'revise', text: text.slice(word.length).trim() }
    default:
      return { say: known }
  }
}

function isAll(word: string | undefined): boolean {
  return word?.toLowerCase() === 'all'
}

/** A feature, then one word: who plans; several: what is wanted. */
function readPlan(words: readonly string[]): Command {
  const from = /^specs\/([^/]+)/.exec(words[0] ?? '')?.[1] ?? null
  const rest = from === null ? words : words.slice(1)
  if (rest.length < 2) return { say: 'plan', agent: rest[0] ?? null, from, text: '' }
  return { say: 'plan', agent: null, from, text: rest.join(' ') }
}

/** A line is enough to say why. */
const LONGEST_WHY = 200

/** The items of the list that begins at once. */
function readList(lines: readonly string[]): string[] {
  const items = lines.map(line =>
    /^(?:[-*+]|[0-9]{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)$/.exec(line)?.[1]?.trim(),
  )
  const end = items.indexOf(undefined)
  return items.slice(0, end < 0 ? items.length : end).flatMap(item => item ?? [])
}

/** What is not understood must not be taken for a yes. */
function readStep(word = 'propose'): Extract<Command, { say: 'rollback' }>['step'] {
  const step = word.toLowerCase()
  return step === 'propose' || step === 'confirm' || step === 'cancel' ? step : 'unclear'
}

/** `#12` or `12`. */
function readNumber(word: string | undefined): number | null {
  const digits = /^#?([1-9][0-9]{0,9})$/.exec(word ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

/** `2` or `p2`. */
function readLevel(word: string | undefined): number | null {
  const digit = /^p?([0-4])$/i.exec(word ?? '')?.[1]
  return digit === undefined ? null : Number(digit)
}

function nearestWord(word: string): CommandWord | null {
  const guess = nearest(word, COMMAND_WORDS)
  return COMMAND_WORDS.find(name => name === guess) ?? null
}
