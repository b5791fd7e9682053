import { rightOf } from '../../core/attempt/dispatching.ts'
import type { Instant, Sha } from '../../core/world.ts'
import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { instant } from '../observe/actor.ts'
import { rememberCommit } from '../observe/commits.ts'
import type { CommitWire } from '../wire.ts'
import { write } from '../write.ts'
import { moveAdmitted, refuseOutrun, type Wish } from './admission.ts'
import { moveRefs } from './refs.ts'

export type TakeoverWish = Wish & {
  ref: string
  before: Sha | null
  /** What the commit says and stands on. */
  message: string
  tree: Sha
  parents: readonly Sha[]
  since: Instant
}

/** `sha`: where the ref stands for it; null: the claim is our own. `until`: by our own clock. */
export type Right = { sha: Sha | null; until: Instant }

/** A commit of this moment, and the ref that only one of those who saw it where it stood can move there: until when it is ours to dispatch. */
export async function takeOver(forge: Forge, wish: TakeoverWish): Promise<Right> {
  const { ref, before, message, tree, parents, since, what } = wish
  refuseOutrun(forge, wish)
  let sent = 0
  const { sha, committer } = await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', {
    message,
    tree,
    parents,
    request: { check: () => (sent = forge.now()) },
  })
  const at = instant(committer.date)
  rememberCommit(forge, sha, { message, tree, parents, at })
  // Within the same second it is the very same commit, and moving the ref from it to itself would keep nobody off.
  if (sha === before) fail({ is: 'stale', why: `another controller dispatches ${what} in this moment` })
  await moveAdmitted(forge, wish, { sha, moves: [{ name: ref, before, after: sha, force: true }] })
  return { sha, until: sent + rightOf({ at, since }) }
}

/** Nothing was started, and that is sure: others may try at once, and hear the same. What cannot be given back ends by itself. */
export async function giveBack(forge: Forge, { ref }: { ref: string }, { sha }: Right): Promise<void> {
  if (sha === null) return
  await moveRefs(forge, [{ name: ref, before: sha, after: null, force: true }]).catch(() => {})
}
