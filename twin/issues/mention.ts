import type { Actor, Repo, TwinState } from '../state.ts'
import type { Issue } from './state.ts'
import { record } from './timeline.ts'

const KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi
const MENTION = /(?:^|[^\w/])(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/g

/** Code is not prose: GitHub looks for neither mentions nor keywords in it. */
function prose(text: string): string {
  return text
    .replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
}

function numbersIn(repo: Repo, pattern: RegExp, text: string | null): number[] {
  const own = `${repo.owner.login}/${repo.name}`.toLowerCase()
  const found = [...prose(text ?? '').matchAll(pattern)]
    .filter(match => match[1] === undefined || match[1].toLowerCase() === own)
    .map(match => Number(match[2]))
  return [...new Set(found)]
}

/** Numbers of issues of this repository that a text closes: `Fixes #1, closes #2`. */
export function closedBy(repo: Repo, text: string | null): number[] {
  return numbersIn(repo, KEYWORD, text).filter(number => repo.issues.get(number)?.pull === false)
}

/** Leaves a `cross-referenced` event on everything that a new text names, once for each source. */
export function noteMentions(
  state: TwinState,
  repo: Repo,
  said: { from: Issue; text: string | null },
  by: Actor,
): void {
  for (const number of numbersIn(repo, MENTION, said.text)) {
    const target = repo.issues.get(number)
    if (!target || target === said.from) continue
    const known = target.timeline.some(
      each => each.event === 'cross-referenced' && each.sourceNumber === said.from.number,
    )
    if (!known) {
      record(state, target, { event: 'cross-referenced', by, extra: { sourceNumber: said.from.number } })
    }
  }
}
