import { parseTaskId } from '../../../core/names.ts'
import type { Random } from '../../../core/schedule/random.ts'
import { gitText } from '../../../twin/git.ts'
import { commitAt } from '../../../twin/gitdata/commit.ts'
import type { Pull } from '../../../twin/pulls/state.ts'
import type { Place } from '../interleavings/place.ts'

/** The repository's CI: what it says follows from the very tree, but for a flake now and then. */
export type Ci = {
  /** Gives its verdict about the head of some open pull request or of a group in the queue. False when there is none to judge. */
  judge(random: Random, flaky: boolean): Promise<boolean>
  /** The same of any commit; nothing is written. */
  say(sha: string, random: Random, flaky: boolean): Promise<'passed' | 'failed'>
  /** Trees that it called green. */
  green: ReadonlySet<string>
  /** Commits of which it said anything. */
  judged: ReadonlySet<string>
}

export function openCi(place: Place): Ci {
  const green = new Set<string>()
  const known = new Set<string>()
  const say: Ci['say'] = async (sha, random, flaky) => {
    known.add(sha)
    const isFlake = flaky && random.below(10) === 0
    if (isFlake || (await isBroken(place, sha))) return 'failed'
    green.add(await treeOf(place, sha))
    return 'passed'
  }
  return {
    green,
    judged: known,
    say,
    async judge(random, flaky) {
      const { ada, at, repo, timeline } = place
      const judged = new Set(repo.statuses.map(status => status.sha))
      const heads = [...openPulls(place).map(pull => pull.head.sha), ...groupsOf(place)]
      const open = heads.filter(sha => !judged.has(sha))
      const sha = open[random.below(Math.max(1, open.length))]
      if (sha === undefined) return false
      const said = await say(sha, random, flaky)
      timeline.note(`CI: ${said} for ${sha}`)
      const state = said === 'passed' ? 'success' : 'failure'
      await ada.rest.repos.createCommitStatus({ ...at, sha, context: 'ci', state })
      return true
    },
  }
}

/** What GitHub's merge queue has judged before it lands. */
function groupsOf({ repo }: Place): string[] {
  const entries = [...repo.queues.values()].flatMap(queue => queue.entries)
  return entries.flatMap(({ group }) => (group === null ? [] : group.head))
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
