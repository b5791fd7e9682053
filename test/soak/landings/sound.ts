import { TRAIN_BRANCHES } from '../../../core/names.ts'
import { commitAt } from '../../../twin/gitdata/commit.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import { hasLanded, pullsOf } from '../interleavings/people.ts'
import type { Place } from '../interleavings/place.ts'
import { attemptsIn, type Ci, isBroken, openPulls, treeOf } from './ci.ts'
import { FOREIGN, revertsOf } from './people.ts'

/** Looks at main as it is after each step, and throws where an invariant of merging.md 5.1 does not hold. */
export type Watcher = { look(): Promise<void>; landings(): number }

/** Trains that are judged at once, of one controller; others may have begun theirs in the same moment. */
const TRAINS = 4

type Given = { place: Place; ci: Ci; blockers: ReadonlyMap<number, number>; controllers: number }

export async function openWatcher({ place, ci, blockers, controllers }: Given): Promise<Watcher> {
  let known = await tipOf(place)
  let landings = 0

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

  return {
    landings: () => landings,
    async look() {
      const heads = openPulls(place).map(pull => pull.head)
      const trains = heads.filter(({ ref, sha }) => ref.startsWith(TRAIN_BRANCHES) && !ci.judged.has(sha))
      check(trains.length <= TRAINS * controllers, 'I6', `${trains.length} trains at once`)
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

export function check(holds: boolean, invariant: string, what: string): void {
  if (!holds) throw new Error(`${invariant}: ${what}`)
}
