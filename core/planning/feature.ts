import type { TaskRecord } from '../ledger.ts'
import { BACKLOG_FILE, printFeature, SPECS } from '../names.ts'
import type { Parsed } from '../problem.ts'
import { readPriority, type TaskSpec } from '../task.ts'
import { visibleText } from '../visible.ts'

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

/** The folder that a plan's change may touch is named for its feature. */
export function featureOf(scope: readonly string[]): string {
  return scope[0]?.slice(SPECS.length).replace(/\/\*\*$/, '') ?? ''
}

/** Of several files of one issue's feature (its title changed meanwhile) the first by name. */
export function findBacklog(paths: Iterable<string>, issue: number): string | null {
  const own = [...paths].filter(
    path => path.startsWith(`${SPECS}${issue}-`) && path.endsWith(`/${BACKLOG_FILE}`),
  )
  return own.sort()[0] ?? null
}

export function isPlanned(record: Pick<TaskRecord, 'approval'>): boolean {
  return record.approval?.kind === 'plan'
}
