import { readCondition } from './condition.ts'
import { readFault } from './faultline.ts'
import type { Act, Fault, Plan, Section, Turn } from './plan.ts'

export class PlanError extends Error {}

type Pending = { faults: Fault[]; slowMs: number; think: number; limit: number | null }

const FRESH: Pending = { faults: [], slowMs: 0, think: 0, limit: null }

/**
 * Reads a plan, a line a turn:
 *
 *     write PATH · read PATH · run COMMAND · call TOOL · malformed · say TEXT · ask TEXT · length TEXT · refuse TEXT
 *
 * with indented lines below as content, command, arguments or more text. Before a turn, what goes wrong with it:
 *
 *     fail STATUS [xN|always] [retry-after=S] [quota|context] [late] · hang [xN] [late] · cut [xN|always] [early]
 *
 * or how it comes: `think N`; and from here on: `slow Nms`, `limit N`. Sections begin with `when prompt contains "…":`,
 * `when model is "…":` or both joined by `and`, and `otherwise:`. Lines with # at the start are comments.
 * Throws PlanError with the line.
 */
export function parsePlan(text: string): Plan {
  const sections: Section[] = [{ when: null, turns: [] }]
  let pending: Pending = structuredClone(FRESH)
  const close = () => {
    const last = sections.at(-1)
    if (pending.faults.length > 0) last?.turns.push(turnOf({ do: 'say', text: 'Done.' }, pending))
    pending = structuredClone(FRESH)
  }
  for (const { line, number, content } of readLines(text)) {
    try {
      const when = readCondition(line)
      if (when !== undefined) {
        close()
        sections.push({ when, turns: [] })
      } else if (!readManner(line, pending)) {
        sections.at(-1)?.turns.push(turnOf(readAct(line, content), pending))
        pending = { ...structuredClone(FRESH), slowMs: pending.slowMs, limit: pending.limit }
      }
    } catch (error) {
      throw new PlanError(`Line ${number} of the plan, "${line}": ${(error as Error).message}`)
    }
  }
  close()
  return { sections: sections.filter(section => section.when !== null || section.turns.length > 0) }
}

function turnOf(act: Act, pending: Pending): Turn {
  return { act, ...structuredClone(pending) }
}

type Line = { line: string; number: number; content: string }

/** Lines that begin at the margin, each with the indented lines below it. */
function readLines(text: string): Line[] {
  const found: (Line & { below: string[] })[] = []
  text.split('\n').forEach((line, at) => {
    if (/^\s/.test(line) || line === '') found.at(-1)?.below.push(line)
    else if (!line.startsWith('#'))
      found.push({ line: line.trimEnd(), number: at + 1, content: '', below: [] })
  })
  return found.map(({ below, ...line }) => ({ ...line, content: dedent(below) }))
}

function dedent(lines: readonly string[]): string {
  const full = lines.filter(line => line.trim() !== '')
  if (full.length === 0) return ''
  const margin = Math.min(...full.map(line => line.length - line.trimStart().length))
  const text = lines.map(line => line.slice(margin)).join('\n')
  return `${text.replace(/\s+$/, '')}\n`
}

/** Lines that say how the next turn comes; false when it is none. */
function readManner(line: string, pending: Pending): boolean {
  const fault = readFault(line)
  const number = Number(/^(?:slow|think|limit) (\d+)/.exec(line)?.[1] ?? Number.NaN)
  if (fault !== null) pending.faults.push(fault)
  else if (line.startsWith('slow ')) pending.slowMs = number
  else if (line.startsWith('think ')) pending.think = number
  else if (line.startsWith('limit ')) pending.limit = number
  else return false
  if (fault === null && Number.isNaN(number)) throw new Error('a number is missing')
  return true
}

function readAct(line: string, content: string): Act {
  const space = line.indexOf(' ')
  const word = space === -1 ? line : line.slice(0, space)
  const rest = space === -1 ? '' : line.slice(space + 1).trim()
  const text = [rest, content.trimEnd()].filter(part => part !== '').join('\n')
  const some = (value: string) => {
    if (value === '') throw new Error(`${word} what?`)
    return value
  }
  switch (word) {
    case 'write':
      return { do: 'write', path: some(rest), content }
    case 'read':
      return { do: 'read', path: some(rest) }
    case 'run':
      return { do: 'run', command: some(text) }
    case 'call':
      return { do: 'call', name: some(rest), args: content.trim() === '' ? '{}' : content.trim() }
    case 'malformed':
      return { do: 'malformed' }
    case 'say':
    case 'ask':
      return { do: 'say', text: some(text) }
    case 'length':
    case 'refuse':
      return { do: word, text: some(text) }
    default:
      throw new Error('this word is not known')
  }
}
