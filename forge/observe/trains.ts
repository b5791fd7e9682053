import type { TrainFacts } from '../../core/landing/trainfacts.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'
import { rememberBegun, runsUnderWay } from './begun.ts'
import { listUnderWay, readCheckRuns, readChecks } from './checks.ts'
import { newestGate } from './gate.ts'
import { judgedOf } from './judged.ts'
import { readMerge } from './merge.ts'
import { isHere } from './pulls.ts'
import { readRefusal } from './refusal.ts'

type Seen = {
  /** Heads by branch. */
  branches: ReadonlyMap<string, Sha>
  pulls: readonly PullWire[]
  /** `stands`: the commits of that branch on which one may stand. */
  into: { branch: string; stands: ReadonlySet<Sha> }
  required: readonly string[]
}

/** Combinations of ours: what is in them is read from their commits, which nobody else can make. */
export async function readTrains(forge: Forge, seen: Seen): Promise<TrainFacts[]> {
  return Promise.all([...seen.branches].map(([branch, head]) => readTrain(forge, { branch, head }, seen)))
}

async function readTrain(
  forge: Forge,
  { branch, head }: { branch: string; head: Sha },
  { pulls, into, required }: Seen,
): Promise<TrainFacts> {
  const pull = pulls.find(one => isShowing(forge, one, { branch, head, base: into.branch }))
  const { members, base, at } = await readMembers(forge, head, into.stands)
  const asked = forge.now()
  const runs = runsUnderWay(forge, head) ?? (await readCheckRuns(forge, head))
  rememberBegun(forge, { head, runs, asked })
  // Also without a check run: where CI reports by commit statuses there is none.
  const isJudged = pull !== undefined && members !== null
  const sight = { runs, statuses: null }
  const { checks } = isJudged
    ? await readChecks(forge, head, { required, sight, again: false })
    : { checks: await listUnderWay(forge, runs) }
  return {
    branch,
    head,
    members,
    base,
    pull: pull?.number ?? null,
    // CI begins with its pull request.
    at: Math.max(at, pull === undefined ? 0 : instant(pull.created_at)),
    checks,
    judged: judgedOf(forge, head),
    gate: newestGate(forge, { head, runs }),
    refusal: pull === undefined ? null : readRefusal(forge, pull, 0),
  }
}

type Shown = { branch: string; head: Sha; base: string }

/** Anybody with write can send a pull request to another base, and a merge is asked for without naming one. */
function isShowing(forge: Forge, pull: PullWire, { branch, head, base }: Shown): boolean {
  const same = pull.head.ref === branch && pull.head.sha === head && pull.base.ref === base
  return same && isOurs(forge, pull.user) && isHere(pull)
}

/** More than this nobody puts into one. */
const LONGEST = 40

/** Down the merges until one of `stands`; null where it ends elsewhere. */
export async function readMembers(
  forge: Forge,
  head: Sha,
  stands: ReadonlySet<Sha>,
): Promise<{ members: Sha[] | null; base: Sha | null; at: number }> {
  const members: Sha[] = []
  let at = 0
  let top = head
  while (!stands.has(top)) {
    const merge = members.length < LONGEST ? await readMerge(forge, top) : null
    if (merge === null) return { members: null, base: null, at }
    members.unshift(merge.member)
    at = Math.max(at, merge.at)
    top = merge.onto
  }
  return { members, base: top, at }
}
