import { parseTaskId } from '../../../core/names.ts'
import type { Random } from '../../../core/schedule/random.ts'
import { gitText } from '../../../twin/git.ts'
import { commitAt } from '../../../twin/gitdata/commit.ts'
import type { Pull } from '../../../twin/pulls/state.ts'
import type { Place } from '../interleavings/place.ts'

/** The repository's CI: what it says follows from the very tree, but for a flake now and then. */
export type Ci = {
  /** Gives its verdict about the head of some open pull request. False when there is none to judge. */
  judge(random: Random, flaky: boolean): Promise<boolean>
  /** Trees that it called green. */
  green: ReadonlySet<string>
}

export function openCi(place: Place): Ci {
  const green = new Set<string>()
  return {
    green,
    async judge(random, flaky) {
      const { ada, at, repo } = place
      const judged = new Set(repo.statuses.map(status => status.sha))
      const open = openPulls(place).filter(pull => !judged.has(pull.head.sha))
      const pull = open[random.below(Math.max(1, open.length))]
      if (pull === undefined) return false
      const { sha } = pull.head
      const isFlake = flaky && random.below(10) === 0
      const state = isFlake || (await isBroken(place, sha)) ? 'failure' : 'success'
      if (state === 'success') green.add(await treeOf(place, sha))
      place.timeline.note(`CI: ${state} for #${pull.number} at ${sha}`)
      await ada.rest.repos.createCommitStatus({ ...at, sha, context: 'ci', state })
      return true
    },
  }
}

export function openPulls({ repo }: Place): Pull[] {
  return [...repo.pulls.values()].filter(pull => repo.issues.get(pull.number)?.state === 'open')
}

export async function treeOf({ repo }: Place, commit: string): Promise<string> {
  return (await commitAt(repo, commit)).tree
}

/**
 * Some first tries are bad by themselves, some pairs of them break together though neither touches the other's file; every
 * agent knows better the second time.
 */
export async function isBroken(place: Place, commit: string): Promise<boolean> {
  const tries = await attemptsIn(place, commit)
  const first = [...tries].flatMap(([issue, attempt]) => (attempt === 1 ? issue : []))
  return first.some(one => one % 5 === 0 || first.some(other => other < one && (one + other * 3) % 4 === 0))
}

/** Which attempt of which issue is in a tree. */
export async function attemptsIn({ repo }: Place, commit: string): Promise<Map<number, number>> {
  const said = await gitText(repo, ['grep', '-h', '^export const attempt', commit, '--', 'src'], {
    allowFail: true,
  })
  const found = said.matchAll(/attempt = (\d+) \/\/ (\S+)/g)
  return new Map([...found].map(([, attempt, task]) => [parseTaskId(task ?? '') ?? 0, Number(attempt)]))
}
