import { readFile } from 'node:fs/promises'
import { printProblem } from '../core/contract/problem.ts'
import type { Ticket } from '../core/contract/ticket.ts'
import {
  checkTemplate,
  fillTemplate,
  OWN_PROMPTS,
  readVersion,
  type TemplateName,
} from '../core/text/template.ts'
import * as words from '../core/words/prompts.ts'
import { type Git, GitFailure } from './git.ts'

/** `problem`: why the repository's own wording cannot be used; a person has to mend it. `said`: what it is, for the log. */
export type Template = Wording | { is: 'bad'; problem: string }
export type Wording = { is: 'good'; text: string; said: string }

/**
 * The repository's own wording where it has one, else `ours`. Only what people have landed counts: a branch that an agent works
 * on could else tell the next one what to do. Its commit has to be in the store.
 */
export async function readTemplate(
  git: Git,
  ticket: Ticket,
  name: TemplateName,
  ours: URL,
): Promise<Template> {
  const at = ticket.prompts ?? ticket.base
  const path = `${OWN_PROMPTS}/${name}.md`
  const own = await git.text(['cat-file', 'blob', `${at}:${path}`]).catch(error => {
    if (error instanceof GitFailure) return null
    throw error
  })
  const text = own ?? (await readFile(ours, 'utf8'))
  const problems = own === null ? [] : checkTemplate(name, own).map(printProblem)
  if (problems.length > 0) return { is: 'bad', problem: words.badPrompt(path, problems) }
  return {
    is: 'good',
    text,
    said: words.promptUsed(name, readVersion(text, name), own === null ? null : path),
  }
}

/** What the agent is told: which wording it is, and that with everything in its place. */
export function fillIn({ text, said }: Wording, values: Readonly<Record<string, string>>): string {
  return `${said}\n\n${fillTemplate(text, values)}`
}
