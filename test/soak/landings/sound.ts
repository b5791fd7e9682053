import { GATE_CHECK, parseBranch, TRAIN_BRANCHES } from '../../../core/names.ts'
import { commitAt } from '../../../twin/gitdata/commit.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import type { RequestRecord } from '../../../twin/http/log.ts'
import type { Controller } from '../interleavings/controller.ts'
import { find, hasLanded, pullsOf } from '../interleavings/people.ts'
import type { Place } from '../interleavings/place.ts'
import { attemptsIn, type Ci, isBroken, openPulls, treeOf } from './ci.ts'
import { FOREIGN, revertsOf } from './people.ts'

/** Looks at main as it is after each step, and throws where an invariant of merging.md 5.1 does not hold. */
export type Watcher = {
  look(controllers: readonly Controller[]): Promise<void>
  landings(): number
  /** How often somebody was at rest while something was open: I7 is told only then. */
  rests(): number
}

/** Requests of ours that may change something; more than so many come from going round in circles. */
export const MOST = { perTask: 100, perAct: 20 }

/** Trains that are judged at once, of one controller; others may have begun theirs in the same moment. */
const TRAINS = 4

type Given = { place: Place; ci: Ci; blockers: ReadonlyMap<number, number>; issues: readonly number[] }

export async function openWatcher({ place, ci, blockers, issues }: Given): Promise<Watcher> {
  let known = await tipOf(place)
  let [landings, rests] = [0, 0]
  const closed = new Set<number>()
  const writes = openCount(place)
  let looks = 0

  async function judgeLanding(commit: string): Promise<void> {
    place.timeline.note(`main is at ${commit}, ${await subjectOf(place, commit)}`)
    if ((await subjectOf(place, commit)).startsWith(FOREIGN)) return
    landings += 1
    const tested = ci.green.has(await treeOf(place, commit))
    check(tested, 'I1, I2', `${commit} landed, and CI never saw its tree`)
    check(!(await isBroken(place, commit)), 'I2', `main is red at ${commit}`)
    const inside = await attemptsIn(place, commit)
    for (const issue of inside.keys()) {
      const blocker = blockers.get(issue)
      check(blocker === undefined || inside.has(blocker), 'I5', `#${issue} landed before #${blocker}`)
    }
  }

  /** Whoever is at rest has seen all that happened, and all that is to land says why it has not. */
  function expectReasons(): void {
    const open = openPulls(place).filter(({ head }) => parseBranch(head.ref) !== null)
    if (open.length > 0) rests += 1
    for (const { number, head } of open) expectReason(place, number, head.sha)
  }

  /** Nobody closes issues here: one that is closed has landed. */
  async function expectNoneLost(): Promise<void> {
    const fresh = issues.filter(issue => find(place, issue).state === 'closed' && !closed.has(issue))
    if (fresh.length === 0) return
    const inside = await attemptsIn(place, await tipOf(place))
    for (const issue of fresh) check(inside.has(issue), 'I4', `#${issue} is closed, and not on main`)
    for (const issue of fresh) closed.add(issue)
  }

  return {
    landings: () => landings,
    rests: () => rests,
    async look(controllers) {
      if (controllers.some(one => one.isAtRest())) expectReasons()
      await expectNoneLost()
      looks += 1
      check(writes() <= MOST.perTask * issues.length + MOST.perAct * looks, 'I9', `${writes()} writes`)
      const heads = openPulls(place).map(pull => pull.head)
      const trains = heads.filter(({ ref, sha }) => ref.startsWith(TRAIN_BRANCHES) && !ci.judged.has(sha))
      check(trains.length <= TRAINS * controllers.length, 'I6', `${trains.length} trains at once`)
      const tip = await tipOf(place)
      if (tip === known) return
      const fresh = await listSince(place, known, tip)
      check(fresh !== null, 'I3', 'main went back')
      known = tip
      for (const commit of fresh ?? []) await judgeLanding(commit)
      for (const issue of (await attemptsIn(place, tip)).keys()) {
        const merged =
          pullsOf(place, issue).filter(pull => pull.merged).length - revertsOf(place, issue).length
        check(merged <= 1, 'I3', `#${issue} landed ${merged} times`)
      }
    },
  }
}

/** One gate, which says in words what the pull request waits for; green is only what is landing. */
function expectReason({ repo }: Place, pull: number, head: string): void {
  const gates = [...repo.checkRuns.values()].filter(one => one.head_sha === head && one.name === GATE_CHECK)
  const gate = gates.at(-1)
  check((gate?.output.title ?? '') !== '', 'I7', `#${pull} says nothing about why it has not landed`)
  const rights = repo.queues.size > 0 || gate?.conclusion !== 'success'
  check(rights, 'I7', `#${pull} is open and says "${gate?.output.title}"`)
}

/** I4, I10: with no more faults whatever is good has landed. */
export async function expectAllOnMain(place: Place, issues: readonly number[]): Promise<void> {
  const inside = await attemptsIn(place, await tipOf(place))
  for (const issue of issues) check(hasLanded(place, issue) && inside.has(issue), 'I4', `#${issue} is lost`)
  const left = [...openPulls(place)].map(pull => pull.head.ref)
  check(left.length === 0, 'I10', `still open: ${left}`)
}

/** What came on top of `known`, by first parents, oldest first; null when `tip` does not stand on it. */
async function listSince({ repo }: Place, known: string, tip: string): Promise<string[] | null> {
  const fresh: string[] = []
  for (let at: string | undefined = tip; at !== known; at = (await commitAt(repo, at)).parents[0]) {
    if (at === undefined) return null
    fresh.unshift(at)
  }
  return fresh
}

async function tipOf({ repo }: Place): Promise<string> {
  return (await readRef(repo, `refs/heads/${repo.default_branch}`))!
}

async function subjectOf({ repo }: Place, commit: string): Promise<string> {
  const { message } = await commitAt(repo, commit)
  return message.split('\n')[0]!
}

/** How many requests of ours may have changed something, since it was opened. */
export function openCount({ twin }: Place): () => number {
  let [seen, count] = [twin.requests.length, 0]
  return () => {
    for (; seen < twin.requests.length; seen++) if (isWrite(twin.requests[seen]!)) count += 1
    return count
  }
}

function isWrite({ actor, method, path }: RequestRecord): boolean {
  return actor.startsWith('installation') && method !== 'GET' && !path.endsWith('/graphql')
}

export function check(holds: boolean, invariant: string, what: string): void {
  if (!holds) throw new Error(`${invariant}: ${what}`)
}
