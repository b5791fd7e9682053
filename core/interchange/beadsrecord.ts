import { HOLD_LABEL, parsePriorityLabel } from '../labels.ts'
import { readTask } from '../task.ts'
import type { BeadsLine, Loose } from './beads.ts'
import { linksOf, type Names, printEdge } from './edges.ts'
import type { IssueNow } from './exported.ts'
import { isOwnLabel, plainBody, plainTitle } from './issue.ts'
import { USUAL_PRIORITY } from './item.ts'
import { printTime } from './time.ts'
import { printGo } from './written.ts'

/** An issue of which the file does not know yet, as a line that every bd takes: whole seconds, its own statuses and types. */
export function newRecord(
  issue: IssueNow,
  { names, repository }: { names: Names; repository: string },
): Extract<BeadsLine, { is: 'record' }> {
  const id = names.idOf.get(issue.number)!
  const labels = issue.labels.filter(label => !isOwnLabel(label) && label !== HOLD_LABEL)
  const dependencies = linksOf(issue, names).map(link => printEdge(link, issue, names))
  const closedAt = issue.open ? null : printTime(issue.closedAt ?? issue.updatedAt)
  const record: Loose = withoutEmpty({
    id,
    title: plainTitle(issue.title),
    description: plainBody(issue.body),
    status: issue.open ? (issue.labels.includes(HOLD_LABEL) ? 'deferred' : 'open') : 'closed',
    priority: issue.labels.map(parsePriorityLabel).find(one => one !== null) ?? USUAL_PRIORITY,
    issue_type: typeOf(issue),
    assignee: issue.assignee,
    created_at: printTime(issue.createdAt),
    created_by: issue.author,
    updated_at: printTime(issue.updatedAt),
    closed_at: closedAt,
    close_reason: closedAt === null ? null : (issue.stateReason ?? 'completed'),
    external_ref: `gh-${issue.number}`,
    metadata: { chorus: { issue: `${repository}#${issue.number}` } },
    labels: labels.length === 0 ? null : labels,
    dependencies: dependencies.length === 0 ? null : dependencies,
  })
  return { is: 'record', id, record, text: printGo(record) }
}

function withoutEmpty(record: Loose): Loose {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== ''))
}

const TYPES: Readonly<Record<string, string>> = { feat: 'feature', fix: 'bug', chore: 'chore' }

function typeOf(issue: IssueNow): string {
  if (issue.container) return 'epic'
  const spec = readTask(issue)
  return (spec.ok ? TYPES[spec.value.type] : undefined) ?? 'task'
}
