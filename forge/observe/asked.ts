import { printTaskId } from '../../core/names.ts'
import { parseCommands } from '../../core/people/command.ts'
import { atLeast, type CommentFact, type TimelineFact } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { LedgerMemory } from '../memory.ts'
import type { IssueWire } from '../wire.ts'
import { isContainer, parentOf } from './issue.ts'
import { loadRecords } from './ledger.ts'
import { standingThen } from './standings.ts'
import { readStory } from './timeline.ts'

/** As deep as GitHub nests issues. */
const DEEPEST = 8

type Seen = { issues: ReadonlyMap<number, IssueWire>; ledger: LedgerMemory | null }

/**
 * Open issues below an open parent on which somebody asked for all below it, or says so now; at any depth, as long as all
 * between is open. Whether they are meant is judged elsewhere.
 *
 * @param tasks among which those parents are
 */
export async function findAsked(
  forge: Forge,
  tasks: readonly IssueWire[],
  { issues, ledger }: Seen,
): Promise<IssueWire[]> {
  const parents = tasks.filter(issue => issue.state === 'open' && isContainer(issue))
  const records = await loadRecords(
    forge,
    ledger,
    parents.map(({ number }) => printTaskId(number)),
  ).then(loaded => loaded.records)
  const asked = new Set<number>()
  await Promise.all(
    parents.map(async issue => {
      const known = records.get(printTaskId(issue.number))?.below != null
      if (known || (await saysRun(forge, issue))) asked.add(issue.number)
    }),
  )
  forge.memory.askedParents = asked
  if (asked.size === 0) return []
  return [...issues.values()].filter(
    issue => issue.state === 'open' && isBelow(forge, issue, { issues, asked }),
  )
}

/**
 * What happened there is read for its own sake in the same look. Hundreds of issues may be below: one word of a stranger is not to
 * make us read what happened on each.
 */
async function saysRun(forge: Forge, issue: IssueWire): Promise<boolean> {
  if (issue.comments === 0) return false
  const { timeline } = await readStory(forge, issue, false)
  const said = timeline.filter(isRun)
  const standings = await Promise.all(said.map(({ by, at }) => standingThen(forge, by, at)))
  return standings.some(standing => atLeast(standing, 'triage'))
}

function isRun(fact: TimelineFact): fact is CommentFact {
  if (fact.is !== 'commented' || fact.edited || fact.by.kind === 'app') return false
  return parseCommands(fact.body).some(({ say }) => say === 'run')
}

function isBelow(
  forge: Forge,
  issue: IssueWire,
  { issues, asked }: Pick<Seen, 'issues'> & { asked: ReadonlySet<number> },
): boolean {
  let above = parentOf(forge, issue)
  for (let depth = 0; above !== null && depth < DEEPEST; depth++) {
    const epic = issues.get(above)
    if (epic?.state !== 'open') return false
    if (asked.has(above)) return true
    above = parentOf(forge, epic)
  }
  return false
}
