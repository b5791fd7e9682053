import type { Sha } from '../../core/world.ts'
import { fail, statusOf, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readCommit } from '../observe/commits.ts'
import { readFresh } from '../read.ts'
import type { CommitWire, PullWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { readRef } from './refs.ts'

/**
 * A branch with one commit, then its pull request. Each step finds its own earlier self; a branch that is there is left as
 * it is, for people may have changed it. What GitHub does not allow is not tried again by this process.
 */
export async function propose(forge: Forge, effect: Do<'propose'>): Promise<{ pull: number }> {
  try {
    const isLaid = (await readRef(forge, effect.branch)) !== null
    if (!isLaid) await lay(forge, effect)
    const pull = (isLaid ? await find(forge, effect) : null) ?? (await show(forge, effect))
    forge.memory.proposed.set(effect.branch, 'proposed')
    return { pull }
  } catch (error) {
    const isRefused = [403, 404, 422].includes(statusOf(error) ?? 0) && toFault(error).is !== 'again'
    if (isRefused) forge.memory.proposed.set(effect.branch, 'proposed')
    throw error
  }
}

/** With CI, unlike our other commits: where checks are required, nobody could merge it without. */
async function lay(forge: Forge, { branch, base, path, text, title }: Do<'propose'>): Promise<void> {
  const git = '/repos/{owner}/{repo}/git' as const
  const tree = await write<{ sha: Sha }>(forge, `POST ${git}/trees`, {
    base_tree: (await readCommit(forge, base)).tree,
    tree: [{ path, mode: '100644', type: 'blob', content: text }],
  })
  const fields = { message: `${title}\n`, tree: tree.sha, parents: [base] }
  const commit = await write<CommitWire>(forge, `POST ${git}/commits`, fields)
  try {
    await write(forge, `POST ${git}/refs`, { ref: `refs/heads/${branch}`, sha: commit.sha })
  } catch (error) {
    if (statusOf(error) !== 422 || (await readRef(forge, branch)) === null) throw error
    fail({ is: 'stale', why: `${branch} was made by another controller` })
  }
}

async function show(forge: Forge, effect: Do<'propose'>): Promise<number> {
  const { branch: head, into: base, title, body } = effect
  try {
    const route = 'POST /repos/{owner}/{repo}/pulls'
    return (await write<PullWire>(forge, route, { head, base, title, body })).number
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    const there = await find(forge, effect)
    if (there === null) throw error
    return there
  }
}

/** Open or closed: whoever closed it has decided. */
async function find(forge: Forge, { branch }: Do<'propose'>): Promise<number | null> {
  const query = { head: `${forge.owner}:${branch}`, state: 'all' }
  const [pull] = await readFresh<PullWire[]>(forge, '/repos/{owner}/{repo}/pulls', query)
  return pull?.number ?? null
}
