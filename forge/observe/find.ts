import { parseAgentLabel, parseTaskId, printTaskId, type TaskId } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { findCommanded } from './commands.ts'
import { labelsOf } from './issue.ts'
import { readIssue } from './issues.ts'
import { hasRecord } from './ledger.ts'
import type { Pulls } from './pulls.ts'
import { NO_REFS, type Refs, type TaskRefs } from './refs.ts'

export type Found = ReadonlyMap<TaskId, { issue: IssueWire; refs: TaskRefs }>

type Seen = {
  issues: ReadonlyMap<number, IssueWire>
  refs: Refs
  pulls: Pulls
  ledger: LedgerMemory | null
}

/** Which issues are tasks: those with an agent label, a command, a record, refs of ours, or an open pull request. */
export async function findTasks(forge: Forge, seen: Seen): Promise<Found> {
  const { issues, refs, pulls, ledger } = seen
  const isMarked = (issue: IssueWire) => {
    const task = printTaskId(issue.number)
    const known = hasRecord(ledger, task) || refs.tasks.has(task) || pulls.ours.has(task)
    // Of closed issues only those are of interest that Chorus had to do with.
    return known || (issue.state === 'open' && labelsOf(issue).some(label => parseAgentLabel(label) !== null))
  }
  const quiet = [...issues.values()].filter(issue => issue.state === 'open' && !isMarked(issue))
  const commanded = await findCommanded(forge, quiet)
  const chosen = [...issues.values()].filter(
    issue => isMarked(issue) || (issue.state === 'open' && commanded.has(issue.number)),
  )
  const hidden = await findHidden(forge, seen)
  return new Map(
    [...chosen, ...hidden]
      .toSorted((a, b) => a.number - b.number)
      .map(issue => {
        const task = printTaskId(issue.number)
        return [task, { issue, refs: refs.tasks.get(task) ?? NO_REFS }]
      }),
  )
}

/** Issues out of view whose pull request is still open. */
async function findHidden(forge: Forge, { issues, pulls }: Seen): Promise<IssueWire[]> {
  const numbers = [...pulls.ours.keys()].map(task => parseTaskId(task)!).filter(number => !issues.has(number))
  const found = await Promise.all(numbers.map(number => readIssue(forge, number)))
  return found.filter(issue => issue !== null)
}
