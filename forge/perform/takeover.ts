import { RIGHT } from '../../core/attempt/dispatching.ts'
import type { Instant } from '../../core/world.ts'
import { fail, isUnclear, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readCommit } from '../observe/commits.ts'
import type { CommitWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { moveRefs } from './refs.ts'

/**
 * The claim once more, as a commit of this moment, and the ref that only one of those who saw it where it stood can move there. Answers
 * until when the dispatch is ours, by our own clock.
 */
export async function takeOver(
  forge: Forge,
  { task, attempt, claim, takeover }: Do<'dispatch'>,
): Promise<Instant> {
  let until = 0
  const { message, tree, parents } = await readCommit(forge, claim)
  const { sha } = await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', {
    message,
    tree,
    parents,
    request: { check: () => (until = forge.now() + RIGHT) },
  })
  try {
    await moveRefs(forge, [{ name: takeover.ref, before: takeover.before, after: sha, force: true }])
  } catch (error) {
    if (isUnclear(error) || toFault(error).is !== 'stale') throw error
    fail({ is: 'stale', why: `another controller dispatches ${task} #${attempt}` })
  }
  return until
}
