import { parseAgentLabel } from '../../core/labels.ts'
import {
  parseImportMarker,
  parsePlanSource,
  parseTaskId,
  printTaskId,
  type TaskId,
} from '../../core/names.ts'
import { listInvolved } from '../../core/rollback/rollback.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { findAsked } from './asked.ts'
import { findCommanded } from './commands.ts'
import { labelsOf, parentOf } from './issue.ts'
import { readIssue } from './issues.ts'
import { hasRecord } from './ledger.ts'
import type { Pulls } from './pulls.ts'
import { NO_REFS, type Refs, type TaskRefs } from './refs.ts'

export type Found = ReadonlyMap<TaskId, { issue: IssueWire; refs: TaskRefs }>

type Seen = {
  issues: ReadonlyMap<number, IssueWire>
  talks: readonly IssueWire[]
  refs: Refs
  pulls: Pulls
  ledger: LedgerMemory | null
}

/**
 * Which issues are tasks: those with an agent label, those of a plan, those with a command, a record, refs of ours, or an open pull
 * request; and all that is below a parent on which somebody asked for that.
 */
export async function findTasks(forge: Forge, seen: Seen): Promise<Found> {
  const { issues, talks, refs, pulls, ledger } = seen
  const isMarked = (issue: IssueWire) => {
    const task = printTaskId(issue.number)
    const known = hasRecord(ledger, task) || refs.tasks.has(task) || pulls.ours.has(task)
    // Of closed issues only those are of interest that Chorus had to do with.
    if (known || issue.state !== 'open') return known
    return isOfPlan(forge, issue) || labelsOf(issue).some(label => parseAgentLabel(label) !== null)
  }
  const quiet = [...issues.values()].filter(issue => issue.state === 'open' && !isMarked(issue))
  const others = new Set(pulls.others.map(({ number }) => number))
  const commanded = await findCommanded(forge, [
    ...quiet,
    ...talks.filter(({ number }) => others.has(number)),
  ])
  const chosen = [...issues.values()].filter(
    issue => isMarked(issue) || (issue.state === 'open' && commanded.get(issue.number) === true),
  )
  const own = [...chosen, ...(await findHidden(forge, seen))]
  const above = [...own, ...findEpics(forge, own, issues)]
  const tasks = [...new Set([...above, ...(await findAsked(forge, above, seen))])]
  forge.memory.openTasks = new Set(tasks.filter(issue => issue.state === 'open').map(issue => issue.number))
  return new Map(
    tasks
      .toSorted((a, b) => a.number - b.number)
      .map(issue => {
        const task = printTaskId(issue.number)
        return [task, { issue, refs: refs.tasks.get(task) ?? NO_REFS }]
      }),
  )
}

/** Open parents of tasks, and theirs: they show how all below them stands. */
function findEpics(forge: Forge, tasks: readonly IssueWire[], issues: Seen['issues']): IssueWire[] {
  const known = new Set(tasks.map(issue => issue.number))
  const epics: IssueWire[] = []
  for (const issue of [...tasks]) {
    for (let at = parentOf(forge, issue); at !== null && !known.has(at); ) {
      known.add(at)
      const epic = issues.get(at)
      if (epic?.state === 'open') epics.push(epic)
      at = epic === undefined ? null : parentOf(forge, epic)
    }
  }
  return epics
}

/** Made by this app of a plan's task. */
function isOfPlan(forge: Forge, issue: IssueWire): boolean {
  const source = isOurs(forge, issue.user) ? parseImportMarker(issue.body ?? '')?.source : undefined
  return source !== undefined && parsePlanSource(source) !== null
}

/** So many tasks whose refs outlived them are looked at in one look. */
const LEFTOVERS = 20

/**
 * Out of view: the issue of a pull request that is still open, one that fell between two lists just now, one whose landing is
 * being taken back, or one that was closed long ago while nobody looked, so that its refs are still there.
 */
async function findHidden(forge: Forge, { issues, pulls, refs, ledger }: Seen): Promise<IssueWire[]> {
  const numbers = new Set(forge.memory.openTasks)
  for (const known of ledger?.records.values() ?? []) {
    if (known.ok) for (const number of listInvolved(known.value)) numbers.add(number)
  }
  for (const task of pulls.ours.keys()) numbers.add(parseTaskId(task)!)
  const left = [...refs.tasks].flatMap(([task, { claims, attempts, reports, losers }]) => {
    const number = parseTaskId(task)!
    const isLeft = claims.size + attempts.size + reports.size + losers.size > 0 && !issues.has(number)
    return isLeft && isToBeSought(forge, number) ? number : []
  })
  for (const number of left.slice(0, LEFTOVERS)) numbers.add(number)
  const missing = [...numbers].filter(number => !issues.has(number))
  const found = await Promise.all(
    missing.map(async number => {
      const issue = await readIssue(forge, number)
      if (typeof issue !== 'string') return issue
      noteMissing(forge, number, issue)
      return []
    }),
  )
  return found.flat()
}

/** One answer that it is not there may be GitHub's bad moment: only after another, so much later, it counts as gone. Milliseconds. */
const AGAIN = 600_000

function isToBeSought({ memory, now }: Forge, number: number): boolean {
  const known = memory.noIssues.get(number)
  return known === undefined || (!known.sure && now() - known.since >= AGAIN)
}

function noteMissing({ memory, now }: Forge, number: number, answer: 'unseen' | 'elsewhere'): void {
  const known = memory.noIssues.get(number)
  const since = known?.since ?? now()
  const sure = known?.sure === true || answer === 'elsewhere' || now() - since >= AGAIN
  memory.noIssues.set(number, { since, sure })
}
