import { parseTrainMerge, type TrainMember } from '../../core/words/train.ts'
import { readCommit } from '../commit.ts'
import type { Store } from '../store.ts'

/** More than this nobody puts into one. */
const LONGEST = 40

/**
 * Which pull requests a commit combines, in their order; empty for a single one. For people: nothing is decided by it.
 * @param fetch brings a commit and its parents.
 */
export async function readMembers(
  store: Store,
  head: string,
  fetch: (sha: string) => Promise<void>,
): Promise<TrainMember[]> {
  const members: TrainMember[] = []
  for (let top = head; members.length < LONGEST; ) {
    const { message, parents } = await readCommit(store.git, top)
    const member = parents.length === 2 ? parseTrainMerge(message.split('\n')[0] ?? '') : null
    if (member === null) break
    members.unshift(member)
    top = parents[0]!
    await fetch(top)
  }
  return members
}
