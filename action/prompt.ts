import type { CheckRecord, Section } from '../core/contract/report.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import { byteLength, cutHead, cutTail } from '../core/text/clean.ts'
import { type Context, TOTAL_BUDGET } from './context.ts'
import type { Git } from './git.ts'
import { fillIn, readTemplate, type Template, type Wording } from './template.ts'

export type Prompt = { text: string; bytes: number; sections: readonly Section[] }

/** How to work here, in our words or the repository's own: what stands before every task. */
export function readWording(git: Git, ticket: Ticket): Promise<Template> {
  return readTemplate(git, ticket, 'work', new URL('./prompts/work.md', import.meta.url))
}

type Told = { ticket: Ticket; context: Context; wording: Wording }

/** All words that an agent is given: how to work, the task, and what is red; within TOTAL_BUDGET bytes. */
export function writePrompt({ ticket, context, wording }: Told, red: readonly CheckRecord[]): Prompt {
  const rules = fillIn(wording, { tests: testWords(ticket), checks: checkWords(ticket) })
  const known: Section[] = [{ name: 'rules', bytes: byteLength(rules) }, ...context.sections]
  const text = `${rules}\n\n---\n\n${context.text}\n`
  if (red.length === 0) return { text, bytes: byteLength(text), sections: known }
  const words = redWords(red, TOTAL_BUDGET - byteLength(text) - 1)
  const whole = `${text}\n${words}`
  const sections: Section[] = [...known, { name: 'red checks', bytes: byteLength(words) }]
  return { text: whole, bytes: byteLength(whole), sections }
}

function testWords({ spec }: Ticket): string {
  const behaviour = ['feat', 'fix', 'perf'].includes(spec.type)
  return behaviour ? '- Where it is about behaviour, write a failing test first, then make it pass.' : ''
}

function checkWords({ checks }: Ticket): string {
  if (checks.length === 0) return ''
  const commands = checks.map(check => `\`${check.run}\``).slice(0, 6)
  return `- Afterwards these are run and have to pass; only their result counts: ${commands.join(', ')}.`
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
