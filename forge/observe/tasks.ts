import { kindOf, newestClaim } from '../../core/attempt/attempt.ts'
import type { Config } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import { parseAgentLabel } from '../../core/labels.ts'
import { joinLandings } from '../../core/landing/landed.ts'
import { asksUpToDate } from '../../core/landing/landing.ts'
import type { Rules } from '../../core/landing/rules.ts'
import type { Ledger, TaskRecord } from '../../core/ledger.ts'
import { joinDiscovered } from '../../core/lessons/beginning.ts'
import { parseBranch, type TaskId } from '../../core/names.ts'
import { sameWords } from '../../core/people/approval.ts'
import { joinPlans } from '../../core/planning/join.ts'
import { forgetUndone, listConfirmed } from '../../core/rollback/rollback.ts'
import type { ClaimFacts, Instant, PullFacts, RunFacts, Sha, TaskFacts } from '../../core/world.ts'
import { labelsNow } from '../echo.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { isSame } from '../same.ts'
import type { IssueWire } from '../wire.ts'
import { readBlockers } from './blockers.ts'
import { type Reports, readClaims, readReports } from './claims.ts'
import { type Edited, readEdits } from './edits.ts'
import type { Found } from './find.ts'
import { isContainer, issueFacts, labelsOf, parentOf } from './issue.ts'
import { LAG } from './issues.ts'
import { readPlan } from './plan.ts'
import { readProposal } from './proposal.ts'
import { isHere, type Pulls, readPulls } from './pulls.ts'
import type { TaskRefs } from './refs.ts'
import type { Place } from './repo.ts'
import { readRevert } from './revert.ts'
import { type Awaited, readRuns } from './runs.ts'
import type { Sight } from './sights.ts'
import { readStory } from './timeline.ts'
import { readUnjudged } from './unjudged.ts'

type Given = { place: Place; rules: Rules; ledger: Ledger; pulls: Pulls; config: Parsed<Config> }
/** `confirmed`: when people said of a pull request that it is to be taken back. */
type Setting = Given & { confirmed: ReadonlyMap<number, Instant> }

/** What one listing or one query tells of many tasks. */
type Shared = {
  claims: ReadonlyMap<TaskId, ClaimFacts[]>
  reports: ReadonlyMap<TaskId, Reports>
  /** Of reviews by agents; empty for tasks without any. */
  reviews: { claims: ReadonlyMap<TaskId, ClaimFacts[]>; reports: ReadonlyMap<TaskId, Reports> }
  runs: ReadonlyMap<TaskId, RunFacts[]>
  edits: Promise<ReadonlyMap<number, Edited>>
  pulls: ReadonlyMap<TaskId, PullSeen>
  sights: ReadonlyMap<number, Sight>
}

export async function readTasks(forge: Forge, found: Found, given: Given): Promise<TaskFacts[]> {
  const setting = { ...given, confirmed: listConfirmed(given.ledger) }
  const refs = new Map([...found].map(([task, { refs }]) => [task, refs]))
  // Asked beside all else, awaited last. Where it fails, the wait for it says so.
  const edits = readUndecided(forge, found, setting)
  edits.catch(() => {})
  const reviewed = new Map(
    [...refs].flatMap(([task, { reviews }]) => (hasAny(reviews) ? [[task, reviews] as const] : [])),
  )
  const [claims, reviewClaims] = await Promise.all([
    readClaims(forge, refs),
    readClaims(forge, reviewed, 'review'),
  ])
  const wanted = [...refs].map(([task, refs]) => ({ task, refs, ...newestOf(claims.get(task)) }))
  const [runs, { pulls, sights }] = await Promise.all([
    readRuns(forge, awaitedRuns(found, { claims, reviewClaims }, forge.now())),
    readPulls(forge, wanted, { ours: setting.pulls.ours, tip: setting.place.facts.target.head }),
  ])
  // After the runs, which bring the newest ones along.
  const [reports, verdicts] = await Promise.all([readReports(forge, refs), readReports(forge, reviewed)])
  const reviews = { claims: reviewClaims, reports: verdicts }
  const shared = { claims, reports, reviews, runs, edits, pulls, sights }
  const tasks = await Promise.all(
    [...found.keys()].map(task => readTask(forge, { task, found, shared, setting })),
  )
  const { app, facts } = setting.place
  return keepSame(forge, joinLandings(joinDiscovered(joinPlans(tasks, app), app), facts))
}

/** What did not change stays the very same object: whoever judges it can tell at a glance. */
function keepSame({ memory }: Forge, tasks: readonly TaskFacts[]): TaskFacts[] {
  const kept = tasks.map(task => {
    const known = memory.tasks.get(task.id)
    return known !== undefined && isSame(known, task) ? known : task
  })
  memory.tasks = new Map(kept.map(task => [task.id, task]))
  return kept
}

type One = { task: TaskId; found: Found; shared: Shared; setting: Setting }

async function readTask(forge: Forge, { task, found, shared, setting }: One): Promise<TaskFacts> {
  const { issue, refs } = found.get(task)!
  const pull = shared.pulls.get(task) ?? null
  const { place, ledger } = setting
  const runs = shared.runs.get(task) ?? []
  const required = requiredChecks(setting)
  const sight = shared.sights.get(pull?.pull.number ?? 0) ?? null
  const attempts = new Set(refs.attempts.values())
  const { conversations } = setting.rules
  const shown = { place, required, strict: isStrict(setting), conversations, attempts, sight }
  const [edits, story, blockers, proposal, unjudged] = await Promise.all([
    shared.edits,
    readStory(forge, issue, pull?.merged ?? false),
    readBlockers(forge, issue),
    pull === null ? null : readProposal(forge, pull, shown),
    pull?.merged && isExact(setting) ? readUnjudged(forge, pull) : null,
  ])
  const record = ledger.records.get(task) ?? null
  const landed = proposal === null ? null : toTakeBack(proposal, record, setting)
  const facts = {
    issue: issueFacts(forge, issue, {
      story,
      edits: editsOf(edits, issue.number),
      labels: labelsNow(forge, issue, LAG),
    }),
    claims: shared.claims.get(task) ?? [],
    attempts: refs.attempts,
    ...forgetUndone(
      {
        pull: proposal === null ? null : { ...proposal, unjudged },
        revert: landed === null ? null : await readRevert(forge, landed, shown),
      },
      record,
    ),
  }
  return {
    id: task,
    ...facts,
    record,
    distrust: ledger.broken.records.get(task) ?? null,
    reports: shared.reports.get(task) ?? new Map(),
    losers: refs.losers,
    runs: runs.filter(run => run.kind !== 'review'),
    reviews: {
      claims: shared.reviews.claims.get(task) ?? [],
      reports: shared.reviews.reports.get(task) ?? new Map(),
      runs: runs.filter(run => run.kind === 'review'),
    },
    branches: refs.branches,
    taken: takenBy(setting, task),
    blockers,
    plan: await readPlan(forge, facts, place),
    planned: null,
    statusComment: story.statusComment,
  }
}

/** Not any more once that is done: what brought it back is over. */
function toTakeBack(
  { number, state, mergedSha }: PullFacts,
  record: TaskRecord | null,
  { confirmed }: Setting,
): { number: number; mergedSha: Sha | null; since: Instant } | null {
  const since = confirmed.get(number)
  if (state !== 'merged' || since === undefined || record?.undone?.pull === number) return null
  return { number, mergedSha, since }
}

/** Pull requests of others from the task's branches, where ours would go to. */
function takenBy({ pulls, place }: Setting, task: TaskId): TaskFacts['taken'] {
  return pulls.others
    .filter(pull => isHere(pull) && pull.base.ref === place.facts.target.branch)
    .filter(pull => parseBranch(pull.head.ref)?.task === task)
    .map(pull => ({ number: pull.number, branch: pull.head.ref, by: pull.user?.login ?? 'ghost' }))
}

export function isStrict({ rules, config }: Pick<Given, 'rules' | 'config'>): boolean {
  return config.ok ? asksUpToDate({ rules, merge: config.value.merge }) : rules.strict
}

/** A merge queue has others judged with it, whose changes its branch does not have. */
function isExact(given: Pick<Given, 'rules' | 'config'>): boolean {
  return isStrict(given) && !given.rules.queue
}

function newestOf(claims: readonly ClaimFacts[] = []): { agents: string[]; since: Instant } {
  const agents = claims.flatMap(claim => (claim.ticket.ok ? claim.ticket.value.agent.name : []))
  return { agents, since: newestClaim({ claims })?.at ?? 0 }
}

export function requiredChecks({ rules, config }: Pick<Given, 'rules' | 'config'>): string[] {
  return [...rules.required.map(check => check.name), ...(config.ok ? config.value.gates.checks : [])]
}

/** Of an issue that was not asked about it need not be known. */
function editsOf(edits: ReadonlyMap<number, Edited>, issue: number): Edited {
  const known = edits.get(issue)
  return known === undefined ? { edits: [], nested: null, freed: null } : known
}

/** Who edited matters only where the words are not the approved ones: then somebody may be about to approve them. */
function readUndecided(
  forge: Forge,
  found: Found,
  { ledger }: Setting,
): Promise<ReadonlyMap<number, Edited>> {
  const undecided = [...found].filter(([task, { issue }]) => {
    const record = ledger.records.get(task)
    return issue.state === 'open' && (!isDecided(issue, record) || isPartOfTree(forge, issue, record))
  })
  return readEdits(
    forge,
    undecided.map(([, { issue }]) => issue),
  )
}

function isDecided(issue: IssueWire, record: TaskRecord | undefined): boolean {
  const approval = record?.approval ?? null
  return approval !== null && sameWords({ title: issue.title, body: issue.body ?? '' }, approval)
}

/**
 * Where somebody asked for all below a parent, it matters since when an issue is below its own: of a parent to all that is below
 * that, and of an issue whose label was taken off.
 */
function isPartOfTree(forge: Forge, issue: IssueWire, record: TaskRecord | undefined): boolean {
  if (forge.memory.askedParents.size === 0 || parentOf(forge, issue) === null) return false
  const unlabelled = labelsOf(issue).every(label => parseAgentLabel(label) === null)
  return isContainer(issue) || (record?.approval?.via === 'label' && unlabelled)
}

/** Longer than any run of ours may take, with time to wait for a runner. */
const RUN_IS_OVER = 12 * 3_600_000

type Claims = ReadonlyMap<TaskId, ClaimFacts[]>

/**
 * The newest claim of each task is what a run is awaited for, and that of its newest review. An issue that was closed
 * meanwhile may have left one behind that has to be ended.
 */
function awaitedRuns(found: Found, of: { claims: Claims; reviewClaims: Claims }, now: number): Awaited[] {
  return [...found].flatMap(([task, { issue, refs }]) =>
    [
      { claim: newestClaim({ claims: of.claims.get(task) ?? [] }), reports: refs.reports },
      { claim: newestClaim({ claims: of.reviewClaims.get(task) ?? [] }), reports: refs.reviews.reports },
    ].flatMap(({ claim, reports }) => {
      // A claim of ours that we have not dispatched has no run yet.
      if (
        claim === null ||
        (claim.dispatch?.is === 'unsent' && claim.takeover === null) ||
        (issue.state === 'closed' && now - claim.at > RUN_IS_OVER)
      )
        return []
      const report = reports.get(claim.attempt) ?? null
      return { task, kind: kindOf(claim), attempt: claim.attempt, at: claim.at, report }
    }),
  )
}

function hasAny({ claims, reports }: TaskRefs['reviews']): boolean {
  return claims.size + reports.size > 0
}
