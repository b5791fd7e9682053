import type { Sha } from '../../core/world.ts'
import { fail, failedOnlyAt, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { repoId } from '../observe/repo.ts'
import { readFresh, readList } from '../read.ts'
import type { PullWire, RefWire } from '../wire.ts'
import { write } from '../write.ts'
import type { Do } from './effect.ts'
import { noteAlong, type Part, printMutation } from './labels.ts'

const ABSENT = '0'.repeat(40)

export type Move = { name: string; before: Sha | null; after: Sha | null; force: boolean }

/** Compare-and-swap, of all or of none: REST's own update checks only for fast-forwards and would let two of them race. */
export async function moveRefs(
  forge: Forge,
  moves: readonly Move[],
  more: readonly Part[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const refUpdates = moves.map(({ name, before, after, force }) => ({
    name,
    beforeOid: before ?? ABSENT,
    afterOid: after ?? ABSENT,
    force,
  }))
  const part: Part = {
    declared: ['$input: UpdateRefsInput!'],
    fields: [{ name: 'updateRefs', text: 'updateRefs(input: $input) { clientMutationId }' }],
    variables: { input: { repositoryId: await repoId(forge), refUpdates } },
  }
  const { mutation, variables } = printMutation([part, ...more])
  return forge.octokit.graphql<Record<string, unknown>>(mutation, variables)
}

/** What was moved or deleted since makes it stale: then the next look sees what is left. */
export async function dropRefs(forge: Forge, { refs }: Do<'drop-refs'>): Promise<void> {
  for (const { name } of refs) forge.memory.claimed.delete(name)
  await moveRefs(
    forge,
    refs.map(({ name, sha }) => ({ name, before: sha, after: null, force: true })),
  )
}

/** As `moveRefs`, with a label in the same request where its ids are known. What it answered; null when the label was refused. */
export async function moveShowing(
  forge: Forge,
  moves: readonly Move[],
  along: { label: Do<'label'>; part: Part } | null,
): Promise<Readonly<Record<string, unknown>> | null> {
  if (along === null) return moveRefs(forge, moves)
  const { label, part } = along
  try {
    const answer = await moveRefs(forge, moves, [part])
    noteAlong(forge, label)
    return answer
  } catch (error) {
    const names = part.fields.map(({ name }) => name)
    // The ref moved, and only the label did not: that has its own turn.
    if (!failedOnlyAt(error, names)) throw error
    return null
  }
}

/** Gone already is what was wanted; moved since is somebody's work and stays. */
export async function dropBranch(forge: Forge, { branch, sha, into }: Do<'drop-branch'>): Promise<void> {
  if (into !== undefined) await retarget(forge, branch, into)
  try {
    await moveRefs(forge, [{ name: `refs/heads/${branch}`, before: sha, after: null, force: true }])
  } catch (error) {
    const fault = toFault(error)
    if (fault.is !== 'stale' && fault.is !== 'broken') throw error
    const now = await readRef(forge, branch)
    if (now === null) return
    if (now === sha) throw error
    fail({ is: 'stale', why: `${branch} has moved to ${now.slice(0, 7)}` })
  }
}

/** Without its base a pull request is closed: who builds on this branch goes on where that landed. Refused, the branch stays. */
async function retarget(forge: Forge, branch: string, base: string): Promise<void> {
  const query = { state: 'open', base: branch }
  const stacked = await readList<PullWire>(forge, '/repos/{owner}/{repo}/pulls', query)
  for (const { number: pull_number } of stacked) {
    await write(forge, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number, base })
  }
}

/** Asked anew; null when it is not there. */
export async function readRef(forge: Forge, branch: string): Promise<Sha | null> {
  const path = '/repos/{owner}/{repo}/git/matching-refs/{+ref}'
  const refs = await readFresh<RefWire[]>(forge, path, { ref: `heads/${branch}` })
  return refs.find(each => each.ref === `refs/heads/${branch}`)?.object.sha ?? null
}
