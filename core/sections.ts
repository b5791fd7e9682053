/** The parts of an issue's body that mean something to us, by heading; everything else is part of the goal. */
export type Section = string
export type Sections = Record<SectionName, Section>
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
  const lines: Record<SectionName, string[]> = {
    goal: [],
    acceptance: [],
    scope: [],
    constraints: [],
    type: [],
  }
  let here: { name: SectionName; level: number } = { name: 'goal', level: 0 }
  let fence: string | null = null
  for (const line of body.split('\n')) {
    if (!/^ {0,3}[#`~]/.test(line)) {
      lines[here.name].push(line)
      continue
    }
    fence = trackFence(fence, line)
    const heading = fence === null ? /^ {0,3}(#{1,6})\s+(.*?)[\s#:]*$/.exec(line) : null
    const level = heading?.[1]?.length ?? 0
    const name = heading === null ? undefined : HEADINGS.get(heading[2]!.toLowerCase())
    if (name !== undefined) {
      here = { name, level }
      continue
    }
    // A heading that we do not know ends a list of ours, unless it lies below it.
    if (heading !== null && level <= here.level) here = { name: 'goal', level: 0 }
    lines[here.name].push(line)
  }
  const joined = (name: SectionName) => lines[name].join('\n').trim()
  return {
    goal: joined('goal'),
    acceptance: joined('acceptance'),
    scope: joined('scope'),
    constraints: joined('constraints'),
    type: joined('type'),
  }
}

/** The fence that is open after this line, or null. */
function trackFence(open: string | null, line: string): string | null {
  const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
  if (mark === null) return open
  if (open === null) return mark[1]!
  return mark[1]!.startsWith(open) && mark[2]!.trim() === '' ? null : open
}
