import { readFile } from 'node:fs/promises'
import { DOCUMENTS, type PlanningRole } from '../../core/planning/document.ts'
import { visibleText } from '../../core/visible.ts'
import { type Git, GitFailure } from '../git.ts'

/** Where a repository keeps its own words for planners; only those on the base count. */
export const OWN_PROMPTS = '.github/chorus/prompts'

/** The repository's own template where it has one, else ours. */
export async function readTemplate(git: Git, base: string, role: PlanningRole): Promise<string> {
  const own = await git.text(['cat-file', 'blob', `${base}:${OWN_PROMPTS}/plan-${role}.md`]).catch(error => {
    if (error instanceof GitFailure) return null
    throw error
  })
  // Beside this file in the sources, and beside the bundle.
  return own ?? (await readFile(new URL(`./prompts/${role}.md`, import.meta.url), 'utf8'))
}

export type Values = Readonly<
  Record<'file' | 'request' | 'feedback' | 'problems' | 'map' | 'backlog' | 'feature' | 'documents', string>
>

/** Fills `{{name}}` once: what is put in is never looked at again. Empty parts leave no gap. */
export function fillTemplate(template: string, role: PlanningRole, values: Partial<Values>): string {
  const outline = DOCUMENTS[role].outline.map(heading => `    ## ${heading}`).join('\n')
  const known: Record<string, string | undefined> = { outline, ...values }
  return visibleText(template)
    .replace(/\{\{([a-z]+)\}\}/g, (all, name: string) =>
      Object.hasOwn(known, name) ? (known[name] ?? '') : all,
    )
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
