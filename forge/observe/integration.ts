import type { Config } from '../../core/config/config.ts'
import type { Parsed } from '../../core/contract/problem.ts'
import {
  type IntegrationFacts,
  isBringBack,
  type LandedFacts,
  type PromotionFacts,
  parsePromotes,
  type WithoutFacts,
} from '../../core/landing/integration.ts'
import type { Rules } from '../../core/landing/rules.ts'
import { listReverts } from '../../core/words/rollback.ts'
import type { Sha, TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read, readMaybe } from '../read.ts'
import type { BranchWire, FullCommitWire, PullWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { readArrived } from './arrived.ts'
import { readCheckRuns, readChecks } from './checks.ts'
import { readCommit } from './commits.ts'
import { contains } from './contains.ts'
import { newestGate } from './gate.ts'
import { judgedOf } from './judged.ts'
import { readMade } from './merge.ts'
import { isHere } from './pulls.ts'
import type { Pinned } from './refs.ts'
import { readRefusal } from './refusal.ts'
import type { Place } from './repo.ts'

/** Where pull requests go. Null while that branch is not there. */
export async function readTarget(
  forge: Forge,
  { branch }: Place,
  config: Parsed<Config>,
): Promise<{ name: string; branch: BranchWire | null }> {
  if (!config.ok || config.value.merge.strategy !== 'lanes') return { name: branch.name, branch }
  const name = config.value.merge.integration
  const path = '/repos/{owner}/{repo}/branches/{branch}'
  return { name, branch: await readMaybe<BranchWire>(forge, path, { branch: name }, 0) }
}

type Given = {
  place: Place
  /** False while the branch is not there. */
  exists: boolean
  /** Of the default branch. */
  rules: Rules
  required: readonly string[]
  tasks: readonly TaskFacts[]
  pulls: readonly PullWire[]
  /** Heads of pinned tips, and of tips without some landings, by branch and tip. */
  refs: { promotions: readonly Pinned[]; without: readonly Pinned[] }
}

export async function readIntegration(forge: Forge, given: Given): Promise<IntegrationFacts | null> {
  const { place, exists, rules } = given
  const { target, defaultBranch, head: main } = place.facts
  if (target.branch === defaultBranch) return null
  const { branch, head } = target
  if (!exists) {
    const none = { head: null, landed: [], from: main, promoted: null, lacks: 'none' as const, ahead: false }
    return { branch, ...none, rules, promotions: [], without: [], arrived: [], gone: [] }
  }
  const known = await readKnown(forge, main, head)
  const bases = given.tasks.flatMap(({ pull }) => (pull?.state === 'open' ? (pull.mergeBase ?? []) : []))
  // Before the first promotion: where the two parted.
  const below =
    known.promoted === null ? (await listCommits(forge, main)).map(one => one.sha) : [known.promoted]
  const chain = await readLanded(forge, head, { bases, below, defaultBranch })
  const [ours, theirs, promotions, without, found] = await Promise.all([
    readCommit(forge, head),
    readCommit(forge, main),
    Promise.all(given.refs.promotions.map(one => readPromotion(forge, one, given))),
    Promise.all(given.refs.without.map(one => readWithout(forge, one, given))),
    readArrived(forge, given.tasks, { branch, head, main, chain }),
  ])
  const { lacks } = known
  const isAhead = ours.tree !== theirs.tree
  return { branch, head, ...chain, lacks, ahead: isAhead, rules, promotions, without, ...found }
}

/** How far down the default branch it is looked for. */
const DEEPEST = 50

type Known = Pick<IntegrationFacts, 'promoted' | 'lacks'>

/** Down the first parents of the default branch: the newest promotion, and what lies on top of what the other branch has. */
async function readKnown(forge: Forge, main: Sha, head: Sha): Promise<Known> {
  let promoted: Sha | null = null
  let lacks: IntegrationFacts['lacks'] = 'none'
  let isKnown = false
  for (let at = main, depth = 0; depth < DEEPEST; depth++) {
    const tip = parsePromotes((await readMade(forge, at))?.message ?? '')
    const { parents } = await readCommit(forge, at)
    promoted ??= tip
    const isOurMerge = tip !== null && parents[1] === tip
    if (!isKnown && !isOurMerge) {
      if (await contains(forge, head, at)) isKnown = true
      else if (lacks !== 'foreign') lacks = tip === null ? 'foreign' : 'squashed'
    }
    if ((isKnown && promoted !== null) || parents[0] === undefined) break
    at = parents[0]
  }
  return { promoted, lacks }
}

type Chain = Pick<IntegrationFacts, 'landed' | 'from' | 'promoted'>
type Listed = { sha: Sha; parents: { sha: Sha }[]; commit: { message: string } }

/** The newest of those that a commit stands on: one page, which never changes. */
async function listCommits(forge: Forge, sha: Sha): Promise<Listed[]> {
  const { list } = await once(forge, `commits to ${sha}`, async () => {
    const query = { sha, per_page: 100 }
    return { list: (await read<Listed[]>(forge, '/repos/{owner}/{repo}/commits', query)).body }
  })
  return list
}

/** Of those, down the first parents. */
export async function listSpine(forge: Forge, head: Sha): Promise<Listed[]> {
  const bySha = new Map((await listCommits(forge, head)).map(one => [one.sha, one]))
  const chain: Listed[] = []
  for (let at = bySha.get(head); at !== undefined; at = bySha.get(at.parents[0]?.sha ?? '')) chain.push(at)
  return chain
}

/** `bases`: what open pull requests stand on. `below`: any of these was promoted, or is older than the branch. */
type Ends = { bases: readonly Sha[]; below: readonly Sha[]; defaultBranch: string }

/** Down the first parents to the first that was promoted, and on to all that somebody stands on, as far as one page of the list goes. */
async function readLanded(forge: Forge, head: Sha, { bases, below, defaultBranch }: Ends): Promise<Chain> {
  const chain = await listSpine(forge, head)
  const parted = chain.findIndex(one => below.includes(one.sha))
  const deepest = Math.max(
    parted,
    chain.findLastIndex(one => bases.includes(one.sha)),
  )
  // Further down than the list goes: all that it shows is new.
  const end = parted < 0 ? chain.length - 1 : deepest
  const above = chain.slice(0, end)
  const landed = await Promise.all(above.map(one => readOne(forge, one, defaultBranch)))
  const from = chain[end]?.sha ?? head
  return { landed: landed.reverse(), from, promoted: chain[parted]?.sha ?? null }
}

/** GitHub's list of a commit's files ends there. */
const MOST_FILES = 300

async function readOne(
  forge: Forge,
  { sha, parents, commit }: Listed,
  defaultBranch: string,
): Promise<LandedFacts> {
  return once(forge, `landing ${sha}`, async () => {
    const { body } = await read<FullCommitWire>(forge, '/repos/{owner}/{repo}/commits/{ref}', { ref: sha })
    const files = (body.files ?? []).flatMap(({ filename, previous_filename: from }) =>
      from === undefined ? filename : [filename, from],
    )
    const { message } = commit
    const isCut = (body.files ?? []).length >= MOST_FILES
    const made = parents.length > 1 ? await readMade(forge, sha) : null
    const back = made !== null && isBringBack(made.message, defaultBranch)
    return { sha, files: isCut ? null : files, message, back }
  })
}

async function readPromotion(
  forge: Forge,
  { branch, tip, head }: Pinned,
  { pulls, place, required }: Given,
): Promise<PromotionFacts> {
  const pull = pulls.find(
    one =>
      one.head.ref === branch &&
      one.head.sha === head &&
      one.base.ref === place.facts.defaultBranch &&
      isOurs(forge, one.user) &&
      isHere(one),
  )
  const runs = await readCheckRuns(forge, head)
  const sight = { runs, statuses: null }
  const { checks } =
    pull === undefined ? { checks: [] } : await readChecks(forge, head, { required, sight, again: true })
  return {
    branch,
    tip,
    head,
    pull: pull?.number ?? null,
    at: pull === undefined ? 0 : Date.parse(pull.created_at),
    checks,
    judged: judgedOf(forge, head),
    gate: newestGate(forge, { head, runs }),
    refusal: pull === undefined ? null : readRefusal(forge, pull, 0),
  }
}

/** Only the very commit that this app made right above the tip says what it leaves out. */
async function readWithout(forge: Forge, pinned: Pinned, given: Given): Promise<WithoutFacts> {
  const [made, facts] = await Promise.all([readMade(forge, pinned.head), readPromotion(forge, pinned, given)])
  const isOn = made !== null && made.parents.length === 1 && made.parents[0] === pinned.tip
  return { ...facts, left: isOn ? listReverts(made.message) : [] }
}
