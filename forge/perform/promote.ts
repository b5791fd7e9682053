import type { Sha } from '../../core/world.ts'
import { fail, statusOf } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readCommit } from '../observe/commits.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { show } from './pull.ts'
import { moveRefs, readRef } from './refs.ts'
import { rememberCollision } from './train.ts'

export async function integrate(forge: Forge, { branch, base }: Do<'integrate'>): Promise<void> {
  await lay(forge, branch, base)
}

/** Each step finds its own earlier self. */
export async function promote(forge: Forge, effect: Do<'promote'>): Promise<{ pull: number }> {
  const { branch, tip } = effect
  if ((await lay(forge, branch, tip)) !== tip) fail({ is: 'stale', why: `${branch} is not at ${tip}` })
  return { pull: await show(forge, effect) }
}

/** Where the branch is then: there before, it stays. */
async function lay(forge: Forge, branch: string, sha: Sha): Promise<Sha> {
  try {
    await write(forge, 'POST /repos/{owner}/{repo}/git/refs', { ref: `refs/heads/${branch}`, sha })
    return sha
  } catch (error) {
    const there = statusOf(error) === 422 ? await readRef(forge, branch) : null
    if (there === null) throw error
    return there
  }
}

/**
 * What the branch has already by other commits (a squash of it) comes back as a merge that keeps the branch's own files: git,
 * which sees both sides change the same lines, would take that for a conflict.
 */
export async function bringBack(forge: Forge, effect: Do<'bring-back'>): Promise<void> {
  const { branch, head, from, own, message } = effect
  if (!own) {
    // Where it moved on meanwhile that is merged too: nothing of it is lost.
    const fields = { base: branch, head: from, commit_message: message }
    try {
      await write(forge, 'POST /repos/{owner}/{repo}/merges', fields)
    } catch (error) {
      if (statusOf(error) === 409) rememberCollision(forge, head, [from])
      throw error
    }
    return
  }
  const { tree } = await readCommit(forge, head)
  const fields = { message, tree, parents: [head, from] }
  const { sha } = await write<{ sha: Sha }>(forge, 'POST /repos/{owner}/{repo}/git/commits', fields)
  await moveRefs(forge, [{ name: `refs/heads/${branch}`, before: head, after: sha, force: false }])
}
