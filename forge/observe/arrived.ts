import type { IntegrationFacts } from '../../core/landing/integration.ts'
import type { Sha, TaskFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { contains } from './contains.ts'

type Place = {
  branch: string
  head: Sha
  /** Head of the default branch. */
  main: Sha
  chain: Pick<IntegrationFacts, 'landed' | 'promoted'>
}

/** For so long GitHub may take to close the issue by itself. Milliseconds. */
const CLOSES = 60_000

/**
 * Landings that came to the default branch without a word that closes their issues: a person merged the branch or pressed the button
 * of a promotion, or the repository's settings close nothing. What is on neither branch any more was moved away.
 */
export async function readArrived(
  forge: Forge,
  tasks: readonly TaskFacts[],
  { branch, head, main, chain: { landed, promoted } }: Place,
): Promise<Pick<IntegrationFacts, 'arrived' | 'gone'>> {
  const isOpen = ({ issue, pull }: TaskFacts) =>
    pull?.state === 'merged' && pull.base.branch === branch && issue.state === 'open'
  const above = new Set(landed.slice(landed.findIndex(one => one.sha === promoted) + 1).map(({ sha }) => sha))
  const open = tasks.filter(isOpen).flatMap(({ pull }) => pull?.mergedSha ?? [])
  const waited = waitFor(
    forge,
    open.filter(sha => !above.has(sha)),
  )
  const found = await Promise.all(
    waited.map(async sha => {
      if (await contains(forge, main, sha)) return { sha, is: 'arrived' }
      const isOn = await contains(forge, head, sha)
      // As a squash it came under another name.
      return { sha, is: !isOn ? 'gone' : promoted !== null ? 'arrived' : 'unknown' }
    }),
  )
  const list = (is: string) => found.flatMap(one => (one.is === is ? one.sha : []))
  return { arrived: list('arrived'), gone: list('gone') }
}

/** Those that were seen so for long enough: a process that just began, as of `chorus doctor`, believes that of all. */
function waitFor({ memory, now }: Forge, seen: readonly Sha[]): Sha[] {
  const since = (sha: Sha) => (memory.arriving === null ? 0 : (memory.arriving.get(sha) ?? now()))
  memory.arriving = new Map(seen.map(sha => [sha, since(sha)]))
  return seen.filter(sha => now() - since(sha) >= CLOSES)
}
