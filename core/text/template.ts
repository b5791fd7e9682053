import type { Problem } from '../contract/problem.ts'
import { byteLength } from './clean.ts'
import { nearest } from './nearest.ts'
import { visibleText } from './visible.ts'

/** Where a repository keeps its own words for agents, each a file `<name>.md`; only those on the default branch count. */
export const OWN_PROMPTS = '.github/chorus/prompts'

type Template = {
  /** Goes up when what stands between braces changes, or what is asked of the agent. */
  version: number
  /** Without one of these an agent would not be told something that it has to know. */
  needs: readonly string[]
  /** What another wording can do without. */
  may: readonly string[]
  /** Bytes that it may have, where a budget holds for all that an agent is told. */
  most?: number
}

const PLANNER = { needs: ['file', 'request', 'feedback', 'problems', 'previous'], may: ['outline', 'map'] }

/** What agents are told, by the name of its template. */
export const TEMPLATES = {
  work: { version: 1, needs: ['checks'], may: ['tests'], most: 1_400 },
  'plan-spec': { version: 2, ...PLANNER },
  'plan-architecture': { version: 2, ...PLANNER },
  'plan-qa': { version: 2, ...PLANNER },
  'plan-synthesis': {
    version: 3,
    needs: ['file', 'backlog', 'feature', 'documents', 'feedback', 'problems', 'previous'],
    may: ['outline', 'map', 'lacks'],
  },
  rebase: { version: 1, needs: ['file', 'task', 'problems'], may: ['room'] },
  review: { version: 1, needs: ['file', 'task', 'checks', 'diff', 'problems'], may: [] },
} as const satisfies Record<string, Template>
export type TemplateName = keyof typeof TEMPLATES

export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(TEMPLATES, name)
}

/** `<!-- chorus-prompt: review 1 -->`: which of our wordings it is, or was written after; null without such a line. */
export function readVersion(text: string, name: TemplateName): number | null {
  const [, said, version] = /<!--\s*chorus-prompt:\s*([a-z-]+)\s+([0-9]{1,4})\s*-->/.exec(text) ?? []
  return said === name ? Number(version) : null
}

const PLACE = /\{\{([^{}\n]*)\}\}/g

/** Why a repository's own wording cannot be used; the path of a problem is the place between braces. */
export function checkTemplate(name: TemplateName, text: string): Problem[] {
  const { needs, may, most }: Template = TEMPLATES[name]
  const known = [...needs, ...may]
  const found = new Set([...visibleText(text).matchAll(PLACE)].map(match => match[1]!))
  const unknown = [...found]
    .filter(place => !known.includes(place))
    .map(place => {
      const guess = nearest(place, known)
      const hint =
        guess === null ? `there are: ${known.map(braced).join(', ')}` : `did you mean ${braced(guess)}?`
      return { path: braced(place), message: `is nothing that is filled in; ${hint}` }
    })
  const missing = needs
    .filter(place => !found.has(place))
    .map(place => ({ path: braced(place), message: 'is missing: the agent would not be told it' }))
  const bytes = byteLength(visibleText(text).trim())
  const long =
    most === undefined || bytes <= most
      ? []
      : [{ path: '', message: `has ${bytes} bytes; ${most} are the most, as the task has to fit beside it` }]
  return [...long, ...unknown, ...missing]
}

/** What a person should look at, though it can be used; null when there is nothing. */
export function explainVersion(name: TemplateName, text: string): string | null {
  const { version } = TEMPLATES[name]
  const own = readVersion(text, name)
  if (own === version) return null
  const line = `<!-- chorus-prompt: ${name} ${version} -->`
  return own === null
    ? `does not say which version of the prompt it was written after: begin it with \`${line}\``
    : `was written after version ${own} of the prompt, and this release has version ${version}: compare the two, then write \`${line}\``
}

function braced(place: string): string {
  return `{{${place}}}`
}

/** Fills each place once: what is put in is never looked at again. Empty parts leave no gap. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return visibleText(template)
    .replace(/\{\{([a-z]+)\}\}/g, (all, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : all,
    )
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
