import type { CheckRecord, Section } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { byteLength, cutHead, cutTail } from '../core/text/clean.ts'
import { type Context, TOTAL_BUDGET } from './context.ts'

export type Prompt = { text: string; bytes: number; sections: readonly Section[] }

/** All words that an agent is given: how to work, the task, and what is red; within TOTAL_BUDGET bytes. */
export function writePrompt(ticket: Ticket, context: Context, red: readonly CheckRecord[]): Prompt {
  const rules = [...manners(ticket), ...checkWords(ticket)].map(rule => `- ${rule}`).join('\n')
  const known: Section[] = [{ name: 'rules', bytes: byteLength(rules) }, ...context.sections]
  const text = `${rules}\n\n---\n\n${context.text}\n`
  if (red.length === 0) return { text, bytes: byteLength(text), sections: known }
  const words = redWords(red, TOTAL_BUDGET - byteLength(text) - 1)
  const whole = `${text}\n${words}`
  const sections: Section[] = [...known, { name: 'red checks', bytes: byteLength(words) }]
  return { text: whole, bytes: byteLength(whole), sections }
}

function manners(ticket: Ticket): string[] {
  const behaviour = ['feat', 'fix', 'perf'].includes(ticket.spec.type)
  return [
    'You work alone in this directory, a git repository. Nobody answers while you work. Do the task below and stop.',
    ...(behaviour ? ['Where it is about behaviour, write a failing test first, then make it pass.'] : []),
    'Change as little as the task needs. Leave the changes in the files; committing is welcome, not needed. Do not push.',
    'If the task cannot be done without an answer from a person, change nothing and write your one question to the file $CHORUS_OUT/question.md.',
    'Found another problem? Do not fix it: write [{"title": "…", "body": "…"}] to $CHORUS_OUT/discovered.json. What all who work here should know goes to $CHORUS_OUT/learnings.md, a line each; what only another attempt at this task should know, to $CHORUS_OUT/scratchpad.md.',
  ]
}

function checkWords(ticket: Ticket): string[] {
  if (ticket.checks.length === 0) return []
  const commands = ticket.checks.map(check => `\`${check.run}\``).slice(0, 6)
  return [`Afterwards these are run and have to pass; only their result counts: ${commands.join(', ')}.`]
}

const HEADING = '## What is red now: your changes are in the files, repair them'
const MOST_SHOWN = 6

/** Every red check has the same share of the room for the end of its output. */
function redWords(red: readonly CheckRecord[], room: number): string {
  const shown = red
    .slice(0, MOST_SHOWN)
    .map(check => ({ check, title: `### ${check.name.slice(0, 60)} ${how(check)}` }))
  const titles = shown.reduce((sum, { title }) => sum + byteLength(title) + 4, byteLength(HEADING) + 4)
  const share = Math.max(0, Math.floor((room - titles) / shown.length))
  const parts = shown.map(({ check, title }) => `${title}\n\n${cutTail(indent(check.tail), share)}`)
  return `${cutHead([HEADING, ...parts].join('\n\n'), room - 1)}\n`
}

function how(check: CheckRecord): string {
  if (check.result === 'timed-out') return 'took too long'
  if (check.exit === 0) return 'has new warnings'
  return check.exit === null ? 'failed' : `failed (exit ${check.exit})`
}

/** Indented, not fenced: the output of a check may hold fences of its own. */
function indent(text: string): string {
  return text
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n')
}
