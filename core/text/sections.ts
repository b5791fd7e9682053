import { trimLast } from './clean.ts'

/** The parts of an issue's body that mean something to us, by heading; everything else is part of the goal. */
export type Section = string
export type Sections = (name: SectionName) => Section
type SectionName = 'goal' | 'acceptance' | 'scope' | 'constraints' | 'type'

const HEADINGS = new Map<string, SectionName>(
  Object.entries({
    goal: 'goal',
    goals: 'goal',
    acceptance: 'acceptance',
    'acceptance criteria': 'acceptance',
    'definition of done': 'acceptance',
    scope: 'scope',
    constraint: 'constraints',
    constraints: 'constraints',
    type: 'type',
  } as const),
)

export function splitSections(body: string): Sections {
  const parts: Record<SectionName, string[]> = {
    goal: [],
    acceptance: [],
    scope: [],
    constraints: [],
    type: [],
  }
  let here: { name: SectionName; level: number; from: number } = { name: 'goal', level: 0, from: 0 }
  let fence: string | null = null
  for (const { line, index } of markedLines(body)) {
    fence = trackFence(fence, line)
    const heading = fence === null ? readHeading(line) : null
    if (heading === null) continue
    const { level, name } = heading
    // A heading that we do not know ends a list of ours, unless it lies below it.
    if (name === undefined && level > here.level) continue
    if (index > here.from) parts[here.name].push(body.slice(here.from, index - 1))
    here =
      name === undefined
        ? { name: 'goal', level: 0, from: index }
        : { name, level, from: index + line.length + 1 }
  }
  parts[here.name].push(body.slice(here.from))
  return name => parts[name].join('\n').trim()
}

/** Lines that may begin or end something. By hand: texts are long, and most of their lines mean nothing here. */
function markedLines(body: string): { line: string; index: number }[] {
  const marked: { line: string; index: number }[] = []
  for (let index = 0, end = 0; end < body.length; index = end + 1) {
    end = body.indexOf('\n', index)
    if (end < 0) end = body.length
    let first = index
    while (body[first] === ' ' && first - index < 3) first++
    if (MARKS.includes(body[first] ?? ' ')) marked.push({ line: body.slice(index, end), index })
  }
  return marked
}

const MARKS = '#`~'

/** `name` undefined: a heading that is none of ours. */
function readHeading(line: string): { level: number; name: SectionName | undefined } | null {
  const marks = /^ {0,3}(#{1,6})\s+/.exec(line)
  if (marks === null) return null
  const text = trimLast(line.slice(marks[0].length).trimEnd(), '#: \t')
  return { level: marks[1]!.length, name: HEADINGS.get(text.toLowerCase()) }
}

/** The fence that is open after this line, or null. */
function trackFence(open: string | null, line: string): string | null {
  const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
  if (mark === null) return open
  if (open === null) return mark[1]!
  return mark[1]!.startsWith(open) && mark[2]!.trim() === '' ? null : open
}
