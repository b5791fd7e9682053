import { rulesFor } from '../checks/protection.ts'
import { standingOf } from '../checks/required.ts'
import { timestamp } from '../clock.ts'
import { identityOf, identityOfActor, siteIdentity } from '../gitdata/identity.ts'
import { mergeCommits } from '../gitdata/merge.ts'
import { RefError } from '../gitdata/refchange.ts'
import { readRef, updateRefs } from '../gitdata/refs.ts'
import { commitMessage, deleteHead } from '../pulls/merge.ts'
import { isOpen, markMerged } from '../pulls/pull.ts'
import { type Repo, type TwinState, track } from '../state.ts'
import { actorFor, closeGroup, depart, inQueue, openGroup, type Place, queueOf } from './entries.ts'
import { type QueueSettings, queueSettings } from './settings.ts'
import type { QueueEntry } from './state.ts'

/**
 * Brings a branch's queue as far as it can go now: groups are built on top of one another, judged by the required checks on
 * their own heads, and merged from the front. Called whenever anything may have changed.
 */
export function advance(state: TwinState, repo: Repo, branch: string): Promise<void> {
  if (queueOf(repo, branch).entries.length === 0) return Promise.resolve()
  const place = { state, repo, branch }
  return track(
    state,
    inQueue(place, () => settle(place)),
  )
}

async function settle(place: Place): Promise<void> {
  const { repo, branch } = place
  const queue = queueOf(repo, branch)
  for (;;) {
    const settings = queueSettings(repo, branch)
    const base = await readRef(repo, `refs/heads/${branch}`)
    if (settings === null || base === null) {
      for (const entry of [...queue.entries]) await depart(place, entry, 'QUEUE_CLEARED')
      return
    }
    await removeGone(place)
    await build(place, settings, base)
    if (await removeRed(place, settings)) continue
    if (!(await mergeFront(place, settings, base))) return lookLater(place, settings)
  }
}

async function removeGone(place: Place): Promise<void> {
  const { repo, branch } = place
  for (const entry of [...queueOf(repo, branch).entries]) {
    const pull = repo.pulls.get(entry.pull)
    if (pull?.merged) await depart(place, entry, 'ALREADY_MERGED')
    else if (pull === undefined || !isOpen(repo, pull)) await depart(place, entry, 'MANUAL')
  }
}

/** Each group stands on the one ahead; one that stands on anything else by now is built anew. */
async function build(place: Place, settings: QueueSettings, tip: string): Promise<void> {
  const { repo, branch } = place
  let base = tip
  let built = 0
  for (const entry of [...queueOf(repo, branch).entries]) {
    if (built >= settings.build) {
      await closeGroup(place, entry, 'invalidated')
      entry.state = 'QUEUED'
      continue
    }
    if (entry.group?.base !== base) {
      await closeGroup(place, entry, 'invalidated')
      if (!(await buildOne(place, { entry, settings, base }))) {
        // Those ahead may be in its way: it waits for them. On the branch itself it can never merge.
        if (base === tip) await depart(place, entry, 'MERGE_CONFLICT')
        else entry.state = 'UNMERGEABLE'
        continue
      }
    }
    base = entry.group!.head
    built += 1
  }
}

type Building = { entry: QueueEntry; settings: QueueSettings; base: string }

async function buildOne(place: Place, { entry, settings, base }: Building): Promise<boolean> {
  const { state, repo, branch } = place
  const { method } = settings
  const pull = repo.pulls.get(entry.pull)!
  const issue = repo.issues.get(entry.pull)
  const author =
    method === 'squash' && issue ? identityOf(state, issue.user) : identityOfActor(state, entry.enqueuer)
  const message = await commitMessage(repo, { pull, method }, base)
  const committer = siteIdentity(state)
  const how = { base, head: entry.head, message, author, committer, method, signed: true }
  const made = await mergeCommits(repo, how)
  if ('conflict' in made) return false
  const name = `gh-readonly-queue/${branch}/pr-${entry.pull}-${base}`
  await openGroup(place, entry, { branch: name, base, head: made.sha, since: state.clock.now() })
  return true
}

type Verdict = 'green' | 'red' | 'pending'

function judge({ repo, branch }: Place, { group }: QueueEntry): Verdict {
  if (group === null) return 'pending'
  const standings = rulesFor(repo, branch).requiredChecks.map(check => standingOf(repo, check, [group.head]))
  if (standings.includes('failing')) return 'red'
  return standings.every(each => each === 'passed') ? 'green' : 'pending'
}

/** One at a time: what stood on it is built anew before it is judged again. */
async function removeRed(place: Place, settings: QueueSettings): Promise<boolean> {
  const { state, repo, branch } = place
  const { entries } = queueOf(repo, branch)
  const verdicts = entries.map(entry => judge(place, entry))
  for (const [i, entry] of entries.entries()) {
    const verdict = verdicts[i]!
    if (entry.group !== null) entry.state = verdict === 'green' ? 'MERGEABLE' : 'AWAITING_CHECKS'
    const late = entry.group !== null && state.clock.now() - entry.group.since > settings.timeout
    if (verdict === 'red' && !mayBeCleared(verdicts, i, settings)) {
      await depart(place, entry, 'CI_FAILURE')
      return true
    }
    if (verdict === 'pending' && late) {
      await depart(place, entry, 'CI_TIMEOUT')
      return true
    }
  }
  return false
}

/** By HEADGREEN only the last of a group has to be green: one behind may still answer for this one. */
function mayBeCleared(verdicts: readonly Verdict[], i: number, { strategy, most }: QueueSettings): boolean {
  return strategy === 'HEADGREEN' && verdicts.slice(i + 1, most).some(verdict => verdict !== 'red')
}

/** As many from the front as are green; fewer than wanted only after the first has waited for long enough. */
async function mergeFront(place: Place, settings: QueueSettings, base: string): Promise<boolean> {
  const { state, repo, branch } = place
  const queue = queueOf(repo, branch)
  const verdicts = queue.entries.map(entry => judge(place, entry))
  const firstOpen = verdicts.findIndex(verdict => verdict !== 'green')
  const allGreen = firstOpen < 0 ? verdicts.length : firstOpen
  const reach = Math.min(settings.most, verdicts.length)
  const green =
    settings.strategy === 'ALLGREEN'
      ? Math.min(allGreen, reach)
      : verdicts.lastIndexOf('green', reach - 1) + 1
  const first = queue.entries[0]
  if (green === 0 || first === undefined) return false
  if (green < settings.least && state.clock.now() - first.enqueuedAt < settings.leastWait) return false
  const going = queue.entries.slice(0, green)
  const last = going.at(-1)!
  for (const entry of going) entry.state = 'LOCKED'
  const by = actorFor(state, first)
  const change = {
    ref: `refs/heads/${branch}`,
    before: base,
    after: last.group!.head,
    force: false,
    merge: true,
  }
  try {
    await updateRefs(state, repo, [change], by)
  } catch (error) {
    // It moved just now: everything is built anew on where it is.
    if (error instanceof RefError) return true
    throw error
  }
  queue.took = state.clock.now() - last.group!.since
  for (const entry of going) await land(place, entry)
  return true
}

async function land(place: Place, entry: QueueEntry): Promise<void> {
  const { state, repo } = place
  const pull = repo.pulls.get(entry.pull)!
  const by = actorFor(state, entry)
  // What was pushed to it since did not land.
  if (pull.head.sha !== entry.head) return depart(place, entry, 'INVALID_MERGE_COMMIT')
  markMerged(state, repo, { pull, sha: entry.group!.head, at: timestamp(state.clock.now()) }, by)
  if (repo.settings.delete_branch_on_merge) await deleteHead(state, repo, pull, by)
  await depart(place, entry, 'MERGE')
}

/** Time alone removes what is never judged, and merges what waits for company. */
function lookLater(place: Place, settings: QueueSettings): void {
  const { state, repo, branch } = place
  const now = state.clock.now()
  const { entries } = queueOf(repo, branch)
  const times = entries.flatMap(entry => [
    entry.enqueuedAt + settings.leastWait,
    ...(entry.group === null ? [] : [entry.group.since + settings.timeout + 1]),
  ])
  const next = Math.min(...times.filter(at => at > now))
  if (!Number.isFinite(next)) return
  const queue = queueOf(repo, branch)
  clearTimeout(queue.timer)
  queue.timer = setTimeout(() => void advance(state, repo, branch), Math.min(next - now, 2 ** 31 - 1))
  queue.timer.unref()
}
