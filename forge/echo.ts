import type { Instant } from '../core/world.ts'
import type { Forge } from './forge.ts'
import type { Echo } from './memory.ts'
import { labelsOf } from './observe/issue.ts'
import type { IssueWire } from './wire.ts'

/** How much later than our answer's date GitHub may date the change. */
const SAME_MOMENT = 1_500

type Change = { at: Instant; comments?: number; added?: readonly string[]; removed?: readonly string[] }

/** Notes what this process wrote on an issue, so that its own doing is not read back as news. */
export function noteEcho(forge: Forge, issue: number, change: Change): void {
  const echo: Echo = forge.memory.echoes.get(issue) ?? {
    at: 0,
    comments: 0,
    added: new Set(),
    removed: new Set(),
  }
  echo.at = Math.max(echo.at, change.at)
  echo.comments += change.comments ?? 0
  for (const name of change.added ?? []) {
    echo.added.add(name)
    echo.removed.delete(name)
  }
  for (const name of change.removed ?? []) {
    echo.removed.add(name)
    echo.added.delete(name)
  }
  forge.memory.echoes.set(issue, echo)
}

/**
 * Is all that differs on this issue our own doing? Then its timeline holds nothing new. What a list cannot show (an
 * edited comment) may hide in it, so this holds only for a while: then the timeline is read once more.
 */
export function isEcho(forge: Forge, known: IssueWire, issue: IssueWire, lag: number): boolean {
  const echo = forge.memory.echoes.get(issue.number)
  if (echo === undefined || forge.now() - echo.at > lag) return false
  // A list that lags shows the issue as it was before.
  if (looksTheSame(known, issue)) return true
  const ours = Date.parse(issue.updated_at) <= echo.at + SAME_MOMENT
  const comments = known.comments + echo.comments
  return ours && sameText(known, issue) && shows(issue, comments, expected(known, echo))
}

/** The labels as they are after what we did to them: a list that still shows the issue as it was before lags behind that. */
export function labelsNow(forge: Forge, issue: IssueWire, lag: number): string[] {
  const { echoes, stories } = forge.memory
  const echo = echoes.get(issue.number)
  const known = stories.get(String(issue.number))?.issue
  if (echo === undefined || known === undefined || forge.now() - echo.at > lag) return labelsOf(issue)
  return looksTheSame(known, issue) ? expected(known, echo) : labelsOf(issue)
}

/** Does a list show any difference? Dates are whole seconds, so they alone do not tell. */
export function looksTheSame(known: IssueWire, issue: IssueWire): boolean {
  const dated = issue.updated_at === known.updated_at
  return dated && sameText(known, issue) && shows(issue, known.comments, labelsOf(known))
}

/** Nothing was said since, and nothing rewritten: whatever else changed does not matter on a closed issue. */
export function saysTheSame(forge: Forge, known: IssueWire, issue: IssueWire): boolean {
  const ours = forge.memory.echoes.get(issue.number)?.comments ?? 0
  const texts = issue.title === known.title && issue.body === known.body
  return texts && issue.state === 'closed' && issue.comments === known.comments + ours
}

function sameText(known: IssueWire, issue: IssueWire): boolean {
  if (issue.parent_issue_url !== known.parent_issue_url) return false
  return issue.title === known.title && issue.body === known.body && issue.state === known.state
}

function shows(issue: IssueWire, comments: number, labels: readonly string[]): boolean {
  return issue.comments === comments && sameLabels(labelsOf(issue), labels)
}

function expected(known: IssueWire, echo: Echo): string[] {
  return [...new Set([...labelsOf(known), ...echo.added])].filter(name => !echo.removed.has(name))
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(name => b.includes(name))
}
