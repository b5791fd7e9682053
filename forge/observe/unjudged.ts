import { parseTrainMerge } from '../../core/words/train.ts'
import type { Actor } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullSeen } from '../memory.ts'
import { actorOf, isOurs } from './actor.ts'
import { readCommits } from './commits.ts'
import { readMerge } from './merge.ts'

/**
 * Who landed it as another tree than the one on its branch; null where nobody did. People can; what this app lands is compared right
 * after it has landed, unless it died then or the answer got lost. Who lands a train lands what was judged with all its members.
 */
export async function readUnjudged(forge: Forge, { pull, mergedSha }: PullSeen): Promise<Actor | null> {
  const by = 'merged_by' in pull ? pull.merged_by : null
  const isByUs = isOurs(forge, by)
  if (by === null || (by.type === 'Bot' && !isByUs) || mergedSha === null) return null
  const head = pull.head.sha
  const commits = await readCommits(forge, [head, mergedSha])
  const landed = commits.get(mergedSha)!
  const [, member = head] = landed.parents
  if (landed.tree === commits.get(head)!.tree || member !== head) return null
  if (isByUs)
    return parseTrainMerge(landed.message.split('\n', 1)[0]!) === null ? actorOf(forge, { user: by }) : null
  // A squash of it names this app as its author, whoever presses the button.
  return (await readMerge(forge, mergedSha)) === null ? actorOf(forge, { user: by }) : null
}
