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
 * of a promotion, or the repository's settings close nothing. What is on neither branch any more was moved away, and has not arrived.
 */
export async function readArrived(
  forge: Forge,
  tasks: readonly TaskFacts[],
  { branch, head, main, chain: { landed, promoted } }: Place,
): Promise<Sha[]> {
  const isOpen = ({ issue, pull }: TaskFacts) =>
    pull?.state === 'merged' && pull.base.branch === branch && issue.state === 'open'
  const above = new Set(landed.slice(landed.findIndex(one => one.sha === promoted) + 1).map(({ sha }) => sha))
  const open = tasks.filter(isOpen).flatMap(({ pull }) => pull?.mergedSha ?? [])
  const waited = waitFor(
    forge,
    open.filter(sha => !above.has(sha)),
  )
  const there = await Promise.all(
    waited.map(async sha => {
      if (await contains(forge, main, sha)) return sha
      // As a squash it came under another name.
      return promoted !== null && (await contains(forge, head, sha)) ? sha : null
    }),
  )
  return there.flatMap(sha => sha ?? [])
}

/** Those that were seen so for long enough. */
function waitFor({ memory: { arriving }, now }: Forge, seen: readonly Sha[]): Sha[] {
  for (const sha of arriving.keys()) if (!seen.includes(sha)) arriving.delete(sha)
  for (const sha of seen) if (!arriving.has(sha)) arriving.set(sha, now())
  return seen.filter(sha => now() - arriving.get(sha)! >= CLOSES)
}
