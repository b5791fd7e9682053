import { readFile } from 'node:fs/promises'
import { visibleText } from '../core/text/visible.ts'
import { type Git, GitFailure } from './git.ts'

/** Where a repository keeps its own words for planners and reviewers; only those on the base count. */
export const OWN_PROMPTS = '.github/chorus/prompts'

/** The repository's own template of that name where it has one, else `ours`. */
export async function readTemplate(git: Git, base: string, name: string, ours: URL): Promise<string> {
  const own = await git.text(['cat-file', 'blob', `${base}:${OWN_PROMPTS}/${name}.md`]).catch(error => {
    if (error instanceof GitFailure) return null
    throw error
  })
  return own ?? (await readFile(ours, 'utf8'))
}

/** Fills `{{name}}` once: what is put in is never looked at again. Empty parts leave no gap. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return visibleText(template)
    .replace(/\{\{([a-z]+)\}\}/g, (all, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : all,
    )
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
