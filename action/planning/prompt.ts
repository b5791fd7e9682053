import type { Ticket } from '../../core/contract/ticket.ts'
import { DOCUMENTS, type PlanningRole } from '../../core/planning/document.ts'
import type { Git } from '../git.ts'
import { fillIn, readTemplate, type Template, type Wording } from '../template.ts'

/** What that planner is told: beside this file in the sources, and beside the bundle. */
export function readPrompt(git: Git, ticket: Ticket, role: PlanningRole): Promise<Template> {
  return readTemplate(git, ticket, `plan-${role}`, new URL(`./prompts/${role}.md`, import.meta.url))
}

export type Values = Readonly<
  Record<
    | 'file'
    | 'request'
    | 'feedback'
    | 'problems'
    | 'previous'
    | 'map'
    | 'backlog'
    | 'feature'
    | 'documents'
    | 'lacks',
    string
  >
>

export function fillPrompt(template: Wording, role: PlanningRole, values: Partial<Values>): string {
  const outline = DOCUMENTS[role].outline.map(heading => `    ## ${heading}`).join('\n')
  return fillIn(template, { outline, ...values })
}
