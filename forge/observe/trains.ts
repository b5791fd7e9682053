import type { Sha, TrainFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { FullCommitWire, PullWire, UserWire } from '../wire.ts'
import { instant, isOurs } from './actor.ts'
import { rememberBegun, runsUnderWay } from './begun.ts'
import { readCheckRuns, readChecks } from './checks.ts'
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

type Merge = { onto: Sha; member: Sha; at: number } | { onto: null }

/** Down the merges until the tip of the base; null where it ends elsewhere. */
async function readMembers(
  forge: Forge,
  head: Sha,
  tip: Sha,
): Promise<{ members: Sha[] | null; at: number }> {
  const members: Sha[] = []
  let at = 0
  for (let top = head; top !== tip; ) {
    const merge = members.length < LONGEST ? await readMerge(forge, top) : { onto: null }
    if (merge.onto === null) return { members: null, at }
    members.unshift(merge.member)
    at = Math.max(at, merge.at)
    top = merge.onto
  }
  return { members, at }
}

/** Ours is a merge that GitHub signed and names this app as the author of, as in layers.ts. */
export function readMerge(forge: Forge, sha: Sha): Promise<Merge> {
  return once(forge, `merge ${sha}`, async () => {
    const { body } = await read<FullCommitWire>(forge, '/repos/{owner}/{repo}/commits/{ref}', { ref: sha })
    const [first, second, ...more] = body.parents
    const ours = body.commit.verification?.verified === true && isOurs(forge, body.author as UserWire | null)
    if (!ours || first?.sha === undefined || second?.sha === undefined || more.length > 0)
      return { onto: null }
    return { onto: first.sha, member: second.sha, at: instant(body.commit.committer?.date) }
  })
}
