import { visibleText } from '../text/visible.ts'

/** Who plans what: three agents that do not see each other, and one that makes one plan of what they wrote. */
export const PLANNERS = ['spec', 'architecture', 'qa'] as const
export type Planner = (typeof PLANNERS)[number]
export const PLANNING_ROLES = [...PLANNERS, 'synthesis'] as const
export type PlanningRole = (typeof PLANNING_ROLES)[number]

type Document = { file: string; outline: readonly string[] }

/** The document of each, and the headings that it has to have. */
export const DOCUMENTS: Readonly<Record<PlanningRole, Document>> = {
  spec: { file: 'SPEC.md', outline: ['Problem', 'Requirements', 'Out of scope', 'Open questions'] },
  architecture: { file: 'ARCHITECTURE.md', outline: ['Present design', 'Changes', 'Interfaces', 'Risks'] },
  qa: { file: 'QA.md', outline: ['Acceptance', 'Test plan', 'Edge cases', 'Regression risks'] },
  synthesis: {
    file: 'PLAN.md',
    outline: ['Problem', 'Requirements', 'Architecture', 'Test plan', 'Risks', 'Conflicts', 'Steps'],
  },
}

/** What a document may have at most, in bytes. */
export const DOCUMENT_BYTES = 40_000

/** What is wrong with a document, a line each; empty when it may be used. */
export function checkDocument(role: PlanningRole, text: string | null): string[] {
  const { file, outline } = DOCUMENTS[role]
  if (text === null || text.trim() === '') return [`${file} was not written`]
  const headings = new Set(
    visibleText(text)
      .split('\n')
      .flatMap(line => /^#{1,4}\s+(?:\d+[.)]\s+)?(.+?)[\s#:]*$/.exec(line)?.[1]?.toLowerCase() ?? []),
  )
  const missing = outline.filter(heading => !headings.has(heading.toLowerCase()))
  return missing.map(heading => `${file} lacks the heading "## ${heading}"`)
}

/** The text below a heading, up to the next one of its level; empty when there is none. */
export function readSection(text: string, heading: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex(
    line =>
      /^#{1,4}\s/.test(line) &&
      line
        .replace(/^#+\s+/, '')
        .trim()
        .toLowerCase() === heading.toLowerCase(),
  )
  if (start < 0) return ''
  const level = /^#+/.exec(lines[start]!)![0].length
  const end = lines.findIndex((line, at) => at > start && (/^#+(?=\s)/.exec(line)?.[0].length ?? 9) <= level)
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .join('\n')
    .trim()
}
