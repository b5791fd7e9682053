import type { Forge } from '../forge.ts'
import { read, readList, readMaybe } from '../read.ts'
import type { IssueWire } from '../wire.ts'
import { instant } from './actor.ts'
import { isOfHere } from './issue.ts'

/** How long a closed issue stays in view. */
const CLOSED_DAYS = 8
/** Lists may lag behind each other by that much. */
export const LAG = 60_000

/** `talks`: open pull requests on which somebody said something, as GitHub lists them among its issues. */
export type Listed = { issues: Map<number, IssueWire>; talks: IssueWire[] }

/** Issues by number, pull requests left out: all open ones, and the closed ones that changed in the last days. */
export async function readIssues(forge: Forge): Promise<Listed> {
  // By creation and rising: a change touches one page, not all.
  const query = { state: 'open', sort: 'created', direction: 'asc' }
  const [open, closed] = await Promise.all([
    readList<IssueWire>(forge, '/repos/{owner}/{repo}/issues', query),
    readClosed(forge),
  ])
  const issues = new Map<number, IssueWire>()
  for (const issue of [...closed, ...open]) {
    if (issue.pull_request !== undefined) continue
    // Two lists of two moments: where an issue is in both, the later one is right.
    const other = issues.get(issue.number)
    if (other === undefined || issue.updated_at >= other.updated_at) issues.set(issue.number, issue)
    rememberLabels(forge, issue.labels)
  }
  return { issues, talks: open.filter(one => one.pull_request !== undefined && one.comments > 0) }
}

/** Node ids, for changing labels in one request. */
export function rememberLabels(forge: Forge, labels: IssueWire['labels']): void {
  for (const label of labels) {
    if (typeof label === 'string' || label.name === undefined || label.node_id === undefined) continue
    forge.memory.labels.set(label.name, label.node_id)
  }
}

/**
 * One issue outside of that view, such as the long closed one of a pull request that is still open. `unseen`: deleted, out of our sight,
 * or GitHub does not find it in this moment.
 */
export async function readIssue(forge: Forge, number: number): Promise<IssueWire | 'unseen' | 'elsewhere'> {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}'
  const issue = await readMaybe<IssueWire>(forge, path, { issue_number: number })
  if (issue === null) return 'unseen'
  // GitHub leads on to where an issue was moved to: another repository's, under another number.
  if (issue.number !== number || !isOfHere(forge, issue)) return 'elsewhere'
  return issue.pull_request === undefined ? issue : 'elsewhere'
}

/** Newest change first; pages are read until what is remembered begins. */
async function readClosed(forge: Forge): Promise<IssueWire[]> {
  const known = forge.memory.closedIssues
  const horizon = forge.now() - CLOSED_DAYS * 86_400_000
  const newest = Math.max(0, ...[...known.values()].map(issue => instant(issue.updated_at)))
  const enough = Math.max(horizon, newest - LAG)
  for (let page = 1; ; page++) {
    const query = { state: 'closed', sort: 'updated', direction: 'desc', per_page: 100, page }
    const { body, more } = await read<IssueWire[]>(forge, '/repos/{owner}/{repo}/issues', query)
    for (const issue of body) known.set(issue.number, issue)
    const oldest = body.at(-1)
    if (!more || oldest === undefined || instant(oldest.updated_at) < enough) break
  }
  for (const [number, issue] of known) if (instant(issue.updated_at) < horizon) known.delete(number)
  return [...known.values()]
}
