import type { Config } from '../../core/config.ts'
import type { Ledger } from '../../core/ledger.ts'
import type { TaskId } from '../../core/names.ts'
import type { Parsed } from '../../core/problem.ts'
import type { Rules, RunFacts, TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { Edit, PullSeen } from '../memory.ts'
import { readBlockers } from './blockers.ts'
import { type Handed, readHanded } from './claims.ts'
import { readEdits } from './edits.ts'
import type { Found } from './find.ts'
import { issueFacts } from './issue.ts'
import { readProposal } from './proposal.ts'
import { type Pulls, readPulls } from './pulls.ts'
import type { Place } from './repo.ts'
import { type Awaited, readRuns } from './runs.ts'
import { readStory } from './timeline.ts'

type Setting = { place: Place; rules: Rules; ledger: Ledger; pulls: Pulls; config: Parsed<Config> }

/** What one listing or one query tells of many tasks. */
type Shared = {
  handed: ReadonlyMap<TaskId, Handed>
  runs: ReadonlyMap<TaskId, RunFacts[]>
  edits: ReadonlyMap<number, Edit | null>
  pulls: ReadonlyMap<TaskId, PullSeen>
}

export async function readTasks(forge: Forge, found: Found, setting: Setting): Promise<TaskFacts[]> {
  const refs = new Map([...found].map(([task, { refs }]) => [task, refs]))
  const [handed, edits] = await Promise.all([readHanded(forge, refs), readUndecided(forge, found, setting)])
  const wanted = [...refs].map(([task, refs]) => ({ task, refs, agents: agentsOf(handed.get(task)) }))
  const [runs, pulls] = await Promise.all([
    readRuns(forge, awaitedRuns(found, handed)),
    readPulls(forge, wanted, { ours: setting.pulls.ours, tip: setting.place.facts.head }),
  ])
  const shared = { handed, runs, edits, pulls }
  return Promise.all([...found.keys()].map(task => readTask(forge, { task, found, shared, setting })))
}

type One = { task: TaskId; found: Found; shared: Shared; setting: Setting }

async function readTask(forge: Forge, { task, found, shared, setting }: One): Promise<TaskFacts> {
  const { issue, refs } = found.get(task)!
  const { claims, reports } = shared.handed.get(task)!
  const pull = shared.pulls.get(task) ?? null
  const { place, rules, ledger } = setting
  const required = requiredChecks(setting)
  const shown = { place, required, strict: rules.strict, attempts: new Set(refs.attempts.values()) }
  const [story, blockers, proposal] = await Promise.all([
    readStory(forge, issue, pull?.merged ?? false),
    readBlockers(forge, issue),
    pull === null ? null : readProposal(forge, pull, shown),
  ])
  return {
    id: task,
    issue: issueFacts(forge, issue, { story, edit: shared.edits.get(issue.number) ?? null }),
    record: ledger.records.get(task) ?? null,
    claims,
    attempts: refs.attempts,
    reports,
    runs: shared.runs.get(task) ?? [],
    branches: refs.branches,
    pull: proposal,
    blockers,
    statusComment: story.statusComment,
  }
}

function agentsOf(handed: Handed | undefined): string[] {
  return (handed?.claims ?? []).flatMap(claim => (claim.ticket.ok ? claim.ticket.value.agent.name : []))
}

function requiredChecks({ rules, config }: Setting): string[] {
  return [...rules.required.map(check => check.name), ...(config.ok ? config.value.gates.checks : [])]
}

/** An edit matters only until the text is approved: from then on the text itself is compared. */
function readUndecided(
  forge: Forge,
  found: Found,
  { ledger }: Setting,
): Promise<ReadonlyMap<number, Edit | null>> {
  const undecided = [...found].filter(
    ([task, { issue }]) => issue.state === 'open' && (ledger.records.get(task)?.approval ?? null) === null,
  )
  return readEdits(
    forge,
    undecided.map(([, { issue }]) => issue),
  )
}

/** The newest claim of each open task is what a run is awaited for. */
function awaitedRuns(found: Found, handed: ReadonlyMap<TaskId, Handed>): Awaited[] {
  return [...found].flatMap(([task, { issue }]) => {
    const claim = handed.get(task)?.claims.at(-1)
    if (claim === undefined || issue.state === 'closed') return []
    return { task, attempt: claim.attempt, at: claim.at }
  })
}
