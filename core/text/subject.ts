import { printSubject, type TaskId } from '../names.ts'
import { TASK_TYPES } from '../task.ts'
import { cleanOutput } from './clean.ts'
import { redactSecrets } from './secret.ts'

const CONVENTIONAL =
  /^(?:feat|fix|docs|refactor|test|perf|build|ci|chore|style|revert)(?:\([^()]{1,40}\))?!?: \S/
const LONGEST = 90

/** A line is only proposed by an agent when it has the form; it is cleaned in any case, and has no keys. */
export function proposesSubject(line: string): boolean {
  return CONVENTIONAL.test(line)
}

/** `fix(parser): shorten the loop [bd-k3f9]` from what was proposed (a commit of the agent, or the title). */
export function writeSubject(proposed: string, task: { type: string; id: TaskId }): string {
  const line = cleanLine(redactSecrets(proposed))
  const type = TASK_TYPES.find(known => known === task.type) ?? 'feat'
  const subject = CONVENTIONAL.test(line) ? line : `${type}: ${line === '' ? 'work on the task' : line}`
  return printSubject(shorten(subject), task.id)
}

/**
 * One line that starts nothing: no word that keeps CI from running or closes other issues, and nobody is called by it.
 */
function cleanLine(text: string): string {
  const line = cleanOutput(text).split('\n')[0] ?? ''
  return line
    .replace(/\[(?:skip[ -](?:ci|actions)|(?:ci|actions)[ -]skip|no[ -]ci)\]/gi, '')
    .replace(/\[bd-[0-9a-z]+\]/g, '')
    .replace(/[@#](?=\w)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function shorten(line: string): string {
  const characters = [...line]
  return characters.length <= LONGEST
    ? line
    : `${characters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`
}
