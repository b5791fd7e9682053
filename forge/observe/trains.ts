import type { Sha, TrainFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { rememberBegun, runsUnderWay } from './begun.ts'
import { readCheckRuns, readChecks } from './checks.ts'
import { readMerge } from './merge.ts'
import { isHere } from './pulls.ts'
import { readRefusal } from './refusal.ts'

type Seen = {
  /** Heads by branch. */
  branches: ReadonlyMap<string, Sha>
  pulls: readonly PullWire[]
  tip: Sha
  required: readonly string[]
}

/** Combinations of ours: what is in them is read from their commits, which nobody else can make. */
export async function readTrains(forge: Forge, seen: Seen): Promise<TrainFacts[]> {
  return Promise.all([...seen.branches].map(([branch, head]) => readTrain(forge, { branch, head }, seen)))
}

async function readTrain(
  forge: Forge,
  { branch, head }: { branch: string; head: Sha },
  { pulls, tip, required }: Seen,
): Promise<TrainFacts> {
  const pull = pulls.find(
    one => isOurs(forge, one.user) && isHere(one) && one.head.ref === branch && one.head.sha === head,
  )
  const { members, at } = await readMembers(forge, head, tip)
  const runs = runsUnderWay(forge, head)
  const listed = pull === undefined || members === null ? [] : (runs ?? (await readCheckRuns(forge, head)))
  rememberBegun(forge, { head, runs: listed, known: runs !== null })
  const sight = { runs: listed, statuses: null }
  const { checks } = listed.length === 0 ? { checks: [] } : await readChecks(forge, head, { required, sight })
  return {
    branch,
    head,
    members,
    pull: pull?.number ?? null,
    at,
    checks,
    refusal: pull === undefined ? null : readRefusal(forge, pull),
  }
}

/** More than this nobody puts into one. */
const LONGEST = 40

/** Down the merges until the tip of the base; null where it ends elsewhere. */
async function readMembers(
  forge: Forge,
  head: Sha,
  tip: Sha,
): Promise<{ members: Sha[] | null; at: number }> {
  const members: Sha[] = []
  let at = 0
  for (let top = head; top !== tip; ) {
    const merge = members.length < LONGEST ? await readMerge(forge, top) : null
    if (merge === null) return { members: null, at }
    members.unshift(merge.member)
    at = Math.max(at, merge.at)
    top = merge.onto
  }
  return { members, at }
}
