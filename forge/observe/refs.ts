import { ADMISSION_REF, type Admission, parseTakeoverRef } from '../../core/attempt/dispatching.ts'
import { parsePromoteBranch, parseWithoutBranch } from '../../core/landing/integration.ts'
import { type JudgeName, parseJudgeRef } from '../../core/landing/judgement.ts'
import {
  AGENT_BRANCHES,
  type ChorusRef,
  LEDGER_BRANCH,
  OWN_BRANCHES,
  parseBranch,
  parseChorusRef,
  parseRevertBranch,
  parseTrainBranch,
  type TaskId,
} from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList, readListAfterFirst } from '../read.ts'
import type { RefWire } from '../wire.ts'
import { LAG } from './issues.ts'

export type TaskRefs = {
  claims: Map<number, Sha>
  attempts: Map<number, Sha>
  reports: Map<number, Sha>
  takeovers: Map<number, Sha>
  /** Of reviews by agents, under their own numbers. */
  reviews: { claims: Map<number, Sha>; reports: Map<number, Sha>; takeovers: Map<number, Sha> }
  /** By ref. */
  losers: Map<string, Sha>
  branches: Map<string, Sha>
}

/** A tip, or a tip without some landings; anyone may have moved its head. */
export type Pinned = { branch: string; tip: Sha; head: Sha }

/** `trains`: heads by branch. `reverts`: by the pull request that landed. */
export type Refs = {
  ledger: Sha | null
  tasks: Map<TaskId, TaskRefs>
  trains: Map<string, Sha>
  promotions: Pinned[]
  without: Pinned[]
  reverts: Map<number, Sha>
  /** Who may start which judgement. */
  judging: { name: JudgeName; sha: Sha }[]
  admission: Admission
}

/** Every ref of ours, in three listings. Names that are not ours are passed over: anyone may push refs. */
export async function readRefs(forge: Forge): Promise<Refs> {
  const at = forge.now()
  const [chorus, agents, own] = await Promise.all([
    // Who was admitted last stands on its first page: nothing else of it may be older.
    list(forge, 'chorus/', readListAfterFirst),
    list(forge, `heads/${AGENT_BRANCHES}`),
    list(forge, `heads/${OWN_BRANCHES}`),
  ])
  const tasks = new Map<TaskId, TaskRefs>()
  const judging: Refs['judging'] = []
  for (const { ref, object } of withOwn(forge, chorus)) {
    // A ref may name a file or a tag as well: asking for it as a commit would end every look.
    if (object.type !== 'commit') continue
    const judged = parseJudgeRef(ref)
    if (judged !== null) judging.push({ name: judged, sha: object.sha })
    const over = parseTakeoverRef(ref)
    if (over !== null) takeoversOf(refsOf(tasks, over.task), over.of).set(over.attempt, object.sha)
    const name = parseChorusRef(ref)
    if (name === null) continue
    const refs = refsOf(tasks, name.task)
    if (name.kind === 'loser') refs.losers.set(ref, object.sha)
    else listFor(refs, name.kind).set(name.attempt, object.sha)
  }
  for (const { ref, object } of agents) {
    const branch = ref.slice('refs/heads/'.length)
    const name = parseBranch(branch)
    if (name !== null) refsOf(tasks, name.task).branches.set(branch, object.sha)
  }
  const branches = own.map(({ ref, object }) => [ref.slice('refs/heads/'.length), object.sha] as const)
  const ledger = branches.find(([name]) => name === LEDGER_BRANCH)?.[1] ?? null
  const trains = new Map(branches.filter(([name]) => parseTrainBranch(name) !== null))
  const reverts = branches.flatMap(([name, sha]) => {
    const pull = parseRevertBranch(name)
    return pull === null ? [] : [[pull, sha] as const]
  })
  const pinned = (parse: (branch: string) => Sha | null) =>
    branches.flatMap(([branch, head]): Pinned[] => {
      const tip = parse(branch)
      return tip === null ? [] : [{ branch, tip, head }]
    })
  const [promotions, without] = [pinned(parsePromoteBranch), pinned(parseWithoutBranch)]
  const admission = { last: noteAdmitted(forge, chorus), at }
  return { ledger, tasks, trains, promotions, without, reverts: new Map(reverts), judging, admission }
}

function listFor(
  { claims, attempts, reports, reviews }: TaskRefs,
  kind: Exclude<ChorusRef['kind'], 'loser'>,
): Map<number, Sha> {
  const lists = { claim: claims, attempt: attempts, report: reports }
  return { ...lists, review: reviews.claims, verdict: reviews.reports }[kind]
}

function takeoversOf({ takeovers, reviews }: TaskRefs, of: 'attempt' | 'review'): Map<number, Sha> {
  return of === 'review' ? reviews.takeovers : takeovers
}

function noRefs(): TaskRefs {
  return {
    claims: new Map(),
    attempts: new Map(),
    reports: new Map(),
    takeovers: new Map(),
    reviews: { claims: new Map(), reports: new Map(), takeovers: new Map() },
    losers: new Map(),
    branches: new Map(),
  }
}

export const NO_REFS: TaskRefs = noRefs()

function refsOf(tasks: Map<TaskId, TaskRefs>, task: TaskId): TaskRefs {
  const known = tasks.get(task)
  if (known !== undefined) return known
  const made = noRefs()
  tasks.set(task, made)
  return made
}

/**
 * What this process has just claimed has its place, though a list that lags does not show it: counted as free, it would be
 * given to somebody else as well.
 */
function withOwn(forge: Forge, listed: readonly RefWire[]): Pick<RefWire, 'ref' | 'object'>[] {
  const shown = new Set(listed.map(({ ref }) => ref))
  const now = forge.now()
  const own = [...forge.memory.claimed.values()].filter(one => now - one.at < LAG && !shown.has(one.ref))
  return [...listed, ...own.map(({ ref, sha }) => ({ ref, object: { type: 'commit', sha, url: '' } }))]
}

/** Who was admitted last. What this process moved itself is remembered as long as a list may not show it. */
function noteAdmitted({ memory: { admission }, now }: Forge, listed: readonly RefWire[]): Sha | null {
  const admitted = listed.find(({ ref }) => ref === ADMISSION_REF)?.object.sha ?? null
  const { moved, at, outrun } = admission
  if (!moved.has(admitted) || now() - at >= LAG) moved.clear()
  outrun.clear()
  return admitted
}

/** `+` keeps the slashes of the prefix. */
function list(forge: Forge, prefix: string, read = readList): Promise<RefWire[]> {
  return read<RefWire>(forge, '/repos/{owner}/{repo}/git/matching-refs/{+prefix}', { prefix })
}
