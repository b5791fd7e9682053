import { printFeature } from '../../core/planning/feature.ts'

/** What the planners of a story write: files of the repository that the scripted agent copies, by its role. */
export const DOCUMENTS: Readonly<Record<string, string>> = {
  'plans/spec.md': document('Problem', 'Requirements', 'Out of scope', 'Open questions'),
  'plans/architecture.md': document('Present design', 'Changes', 'Interfaces', 'Risks'),
  'plans/qa.md': document('Acceptance', 'Test plan', 'Edge cases', 'Regression risks'),
}

function document(...headings: string[]): string {
  return `# A document\n\n${headings.map(heading => `## ${heading}\n\nWords about it, as long as plans are.\n`).join('\n')}`
}

/** The issue's script: each planner copies its document; what the synthesis does stands in the first of them. */
export const PLANNING_SCRIPT = [
  'run [ "$CHORUS_ROLE" = spec ] && name=SPEC; [ "$CHORUS_ROLE" = qa ] && name=QA; cp "plans/$CHORUS_ROLE.md" "$CHORUS_OUT/${name:-ARCHITECTURE}.md"',
]

export type PlannedTask = { id: string; waits?: string[]; size?: string; script?: string[]; scope?: string }

/** A document of the spec planner that tells the synthesis what to write. */
export function specFor(
  issue: { number: number; title: string },
  tasks: readonly PlannedTask[],
  more = '',
): string {
  const backlog = printBacklog(printFeature(issue.number, issue.title), tasks)
  return `${DOCUMENTS['plans/spec.md']}\n${scriptOf(backlog)}\n${more}`
}

export function scriptOf(backlog: string, section = ''): string {
  const plan = document('Problem', 'Requirements', 'Architecture', 'Test plan', 'Risks', 'Conflicts', 'Steps')
  return [
    '```chorus-script',
    ...(section === '' ? [] : [section]),
    'write PLAN.md',
    ...indent(plan),
    'write BACKLOG.yaml',
    ...indent(backlog),
    'run cp PLAN.md BACKLOG.yaml "$CHORUS_OUT"',
    '```',
  ].join('\n')
}

function indent(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => `  ${line}`)
}

export function printBacklog(feature: string, tasks: readonly PlannedTask[]): string {
  const lines = tasks.flatMap(({ id, waits = [], size = 'S', script = [], scope = `src/${id}.js` }) => [
    `  - id: ${id}`,
    `    title: Add ${id}`,
    '    type: feat',
    '    goal: |',
    `      Add ${id}.`,
    ...(script.length === 0
      ? []
      : ['', '      ~~~chorus-script', ...script.map(line => `      ${line}`), '      ~~~']),
    '    acceptance:',
    `      - ${id} is there`,
    '    scope:',
    `      - ${scope}`,
    `    size: ${size}`,
    `    depends_on: [${waits.join(', ')}]`,
  ])
  return [
    'version: 1',
    `feature: ${feature}`,
    'title: A feature',
    'goal: To show it.',
    'tasks:',
    ...lines,
    '',
  ].join('\n')
}
