import { createHash } from 'node:crypto'
import type { IssueNow } from '../../../core/interchange/exported.ts'
import { printIssue } from '../../../core/interchange/issue.ts'
import type { Reading } from '../../../core/interchange/item.ts'
import { readTasks } from '../../../core/interchange/read.ts'
import { NOON } from '../../make.ts'

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

export function readSample(path: string, text: string, tag: string | null = null): Reading {
  const read = readTasks({ path, text, tag, digest })
  if (!read.ok) throw new Error(read.problems.map(problem => problem.message).join('; '))
  return read.value
}

/** The issues as an import has just made them: number by number, with all their links. */
export function issuesOf(reading: Reading): IssueNow[] {
  const wanted = reading.items.filter(item => item.passed === null)
  const numbers = new Map(wanted.map((item, index) => [item.key, index + 1]))
  return wanted.map((item, index) => ({
    ...printIssue(item, reading.source),
    number: index + 1,
    id: 1_000 + index,
    open: true,
    stateReason: null,
    author: 'chorus[bot]',
    assignee: null,
    createdAt: NOON,
    updatedAt: NOON,
    closedAt: null,
    container: wanted.some(other => other.parent === item.key),
    parent: numbers.get(item.parent ?? '') ?? null,
    blockedBy: item.blockedBy.flatMap(key => numbers.get(key) ?? []),
    imported: { source: reading.source, key: item.key },
  }))
}

/** A Beads file of about `count` records with everything that real files have, by a fixed rule. */
export function makeBeads(count: number): string {
  const lines: string[] = []
  for (let n = 0; n < count; n++) {
    const spaced = n % 7 === 0
    const record = sampleRecord(n, count)
    const text = JSON.stringify(record, null, 1).replace(/\n\s*/g, ' ')
    lines.push(spaced ? text.replaceAll('": ', '": ') : JSON.stringify(record).replaceAll('&', '\\u0026'))
  }
  return `${lines.join('\n')}\n`
}

const STATUSES = [
  'open',
  'closed',
  'tombstone',
  'in_progress',
  'done',
  'hooked',
  'deferred',
  'weird',
  'blocked',
]
const TYPES = ['task', 'bug', 'feature', 'epic', 'message', 'convoy', 'unheard-of']

function sampleRecord(n: number, count: number): Record<string, unknown> {
  const id = (m: number) =>
    m % 11 === 0 ? `bd-mol-${m.toString(36)}` : `gt-${m.toString(36).padStart(3, '0')}`
  const status = STATUSES[n % 4 === 0 ? 0 : n % STATUSES.length]!
  const edges = [
    ...(n > 3 ? [{ depends_on_id: id(n - 3), type: n % 13 === 0 ? 'blocked-by' : 'blocks' }] : []),
    ...(n % 10 > 0 ? [{ depends_on_id: id(n - (n % 10)), type: 'parent-child' }] : []),
    ...(n % 17 === 0 ? [{ depends_on_id: id(count + n), type: 'blocks' }] : []),
    ...(n % 19 === 0 ? [{ depends_on_id: `external:other:${id(n)}`, type: 'related' }] : []),
  ]
  return {
    id: id(n),
    title: `Task ${n} & "more"`,
    description: `What to do, @ada & #${n}:\n\n## Steps\n- one <b>\n`,
    ...(n % 5 === 0 ? { acceptance_criteria: '- [ ] it works' } : {}),
    status,
    priority: n % 5,
    issue_type: TYPES[n % TYPES.length],
    created_at: `2026-01-02T03:04:${String(n % 60).padStart(2, '0')}.123456-08:00`,
    updated_at: '2026-01-02T13:04:05Z',
    ...(status === 'closed' ? { closed_at: '2026-01-02T13:04:05Z' } : {}),
    dependencies: edges.map(edge => ({ issue_id: id(n), ...edge, created_by: 'daemon' })),
    x_nobody_knows: { deep: [1, { a: null }], big: n },
  }
}
