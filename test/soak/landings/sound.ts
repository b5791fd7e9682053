import { commitAt } from '../../../twin/gitdata/commit.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import type { Controller } from '../interleavings/controller.ts'
import { hasLanded } from '../interleavings/people.ts'
import type { Place } from '../interleavings/place.ts'
import { openBounds } from './bounds.ts'
import { attemptsIn, isBroken, openPulls, treeOf } from './ci.ts'
import { check, type Given } from './given.ts'
import { openOrder } from './order.ts'
import { FOREIGN } from './people.ts'
import { openRest, type Rest } from './rest.ts'

/**
 * Looks at the world as it is after each step, and throws where an invariant of merging.md 5.1 does not hold: main (here), each task
 * (order.ts), what is used up (bounds.ts), and what is told where somebody has seen all (rest.ts).
 */
export type Watcher = {
  look(controllers: readonly Controller[]): Promise<void>
  landings(): number
  /** See bounds.ts. */
  calm(): void
  rest: Rest
}

export async function openWatcher({ place, ci, blockers, issues }: Given): Promise<Watcher> {
  let known = await tipOf(place)
  let landings = 0
  const rest = openRest(place)
  const bounds = openBounds({ place, ci, issues })
  const order = openOrder(place, issues)

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
    rest,
    landings: () => landings,
    calm: () => bounds.calm(),
    async look(controllers) {
      await rest.look(controllers)
      bounds.look(controllers.length, landings)
      const closing = order.closing()
      const tip = await tipOf(place)
      const inside = tip === known ? null : await attemptsIn(place, tip)
      await order.look(closing, inside, () => attemptsIn(place, tip))
      if (inside === null) return
      const fresh = await listSince(place, known, tip)
      check(fresh !== null, 'I3', 'main went back')
      known = tip
      for (const commit of fresh ?? []) await judgeLanding(commit)
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
