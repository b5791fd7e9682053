import type { Backlog } from '../backlog/contract.ts'
import type { Parsed } from '../contract/problem.ts'
import type { TaskRecord } from '../ledger.ts'
import { SPECS } from '../names.ts'
import { readPriority, type TaskSpec } from '../task.ts'
import { visibleText } from '../text/visible.ts'

/** What a plan is to be made of: all that people see of the issue, as it is; its change stays in the feature's folder. */
export function readFeature(issue: {
  number: number
  title: string
  body: string
  labels: readonly string[]
}): Parsed<TaskSpec> {
  const title = visibleText(issue.title).replace(/\s+/g, ' ').trim()
  const body = visibleText(issue.body).trim()
  if (title === '' && body === '') {
    return {
      ok: false,
      problems: [{ path: 'goal', message: 'title and text are empty: there is nothing to plan' }],
    }
  }
  const value: TaskSpec = {
    title: title || body.split('\n')[0]!,
    type: 'docs',
    work: 'architecture',
    goal: body || title,
    acceptance: [],
    scope: [`${SPECS}${printFeature(issue.number, title)}/**`],
    constraints: [],
    priority: readPriority(issue.labels),
  }
  return { ok: true, value }
}

/** `12-dark-mode`: the feature that issue 12 asks for. Its folder is found by the number, whatever the title becomes. */
export function printFeature(issue: number, title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 28)
    .replace(/^-+|-+$/g, '')
  return words === '' ? `${issue}-feature` : `${issue}-${words}`
}

/** The folder that a plan's change may touch is named for its feature. */
export function featureOf(scope: readonly string[]): string {
  return scope[0]?.slice(SPECS.length).replace(/\/\*\*$/, '') ?? ''
}

/** A backlog speaks for its own feature: what it says of another would count as approved by whoever asked for that one. */
export function checkFeature(backlog: Backlog, feature: string): Parsed<Backlog> {
  if (backlog.feature === feature) return { ok: true, value: backlog }
  const message = `has to be "${feature}", like its folder; found "${backlog.feature}"`
  return { ok: false, problems: [{ path: 'feature', message }] }
}

export function isPlanned(record: Pick<TaskRecord, 'approval'>): boolean {
  return record.approval?.kind === 'plan'
}
