import { DOCUMENTS, type PlanningRole } from '../../core/planning/document.ts'
import type { Git } from '../git.ts'
import { fillTemplate, readTemplate } from '../template.ts'

/** What that planner is told: beside this file in the sources, and beside the bundle. */
export function readPrompt(git: Git, base: string, role: PlanningRole): Promise<string> {
  return readTemplate(git, base, `plan-${role}`, new URL(`./prompts/${role}.md`, import.meta.url))
}

export type Values = Readonly<
  Record<'file' | 'request' | 'feedback' | 'problems' | 'map' | 'backlog' | 'feature' | 'documents', string>
>

export function fillPrompt(template: string, role: PlanningRole, values: Partial<Values>): string {
  const outline = DOCUMENTS[role].outline.map(heading => `    ## ${heading}`).join('\n')
  return fillTemplate(template, { outline, ...values })
}
