import type { Report } from '../contract/report.ts'
import { printSubject, type TaskId } from '../names.ts'
import { TASK_TYPES, type TaskSpec } from '../task.ts'
import { trimLast } from '../text/clean.ts'
import { quotePlainLine } from '../text/quote.ts'

const LONGEST = 72

/** `type(scope): subject [bd-xxxx]`, at most 72 characters; the agent's own words when they have that form. */
export function writeSubject(input: {
  task: TaskId
  spec: Pick<TaskSpec, 'title' | 'type'>
  report: Report | null
}): string {
  const { task, spec, report } = input
  const said = parseConventional(report?.subject ?? '') ?? parseConventional(spec.title)
  const prefix = said?.prefix ?? `${spec.type}: `
  const plain = trimLast(muteAddresses(quotePlainLine(said?.subject ?? spec.title)), '. ')
  const room = LONGEST - prefix.length - task.length - 3
  return printSubject(`${prefix}${shorten(plain, room)}`, task)
}

function parseConventional(text: string): { prefix: string; subject: string } | null {
  const line = text
    .split('\n')[0]!
    .trimEnd()
    .replace(/\[bd-[0-9a-z]+\]$/, '')
    .trimEnd()
  const match = /^([a-z]+)(\([a-z0-9 ,./_-]{1,24}\))?(!)?:\s+(\S.*)$/i.exec(line)
  const type = TASK_TYPES.find(known => known === match?.[1]?.toLowerCase())
  if (match === null || type === undefined) return null
  return { prefix: `${type}${match[2] ?? ''}${match[3] ?? ''}: `, subject: match[4]! }
}

/** After `fix: ` the address of an issue would close it. */
function muteAddresses(text: string): string {
  return text.replace(/\/(?:issues|pull)\/(?=\d)/g, match => `${match}\u200b`)
}

/** At a word's end where there is one near. */
function shorten(text: string, room: number): string {
  const characters = [...text]
  if (characters.length <= room) return text
  const short = characters.slice(0, room - 1).join('')
  const space = short.lastIndexOf(' ')
  return `${(space > room / 2 ? short.slice(0, space) : short).trimEnd()}…`
}
