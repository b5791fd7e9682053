import type { Actor } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { actorOf } from './actor.ts'
import { readCommits } from './commits.ts'
import { readMerge } from './merge.ts'

/**
 * Who landed it as another tree than the one on its branch; null where nobody did. Only people can: what this app lands is
 * compared right after it has landed, and a train that a person lands was judged with all its members.
 */
export async function readUnjudged(forge: Forge, { pull, mergedSha }: PullSeen): Promise<Actor | null> {
  const by = 'merged_by' in pull ? pull.merged_by : null
  if (by === null || by.type === 'Bot' || mergedSha === null) return null
  const head = pull.head.sha
  const commits = await readCommits(forge, [head, mergedSha])
  const landed = commits.get(mergedSha)!
  const [, member = head] = landed.parents
  if (landed.tree === commits.get(head)!.tree || member !== head) return null
  // A squash of it names this app as its author, whoever presses the button.
  return (await readMerge(forge, mergedSha)) === null ? actorOf(forge, { user: by }) : null
}
