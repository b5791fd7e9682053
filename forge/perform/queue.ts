import { fail, isUnclear, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { rememberRefusal } from '../observe/refusal.ts'
import type { Do } from './effect.ts'
import { setGate, takeBackGate } from './gate.ts'

type Found = { id: string; isInMergeQueue: boolean; headRefOid: string }

/**
 * Green for exactly this head, then exactly this head into the queue: GitHub takes nothing in whose required checks are not
 * green. If it takes it not, the green is taken back.
 */
export async function enqueue(forge: Forge, effect: Do<'enqueue'>): Promise<void> {
  const { pull, head } = effect
  const found = await find(forge, pull)
  if (found.headRefOid !== head) fail({ is: 'stale', why: `#${pull} has moved since it was judged` })
  await setGate(forge, { ...effect, conclusion: 'success' })
  if (found.isInMergeQueue) return
  try {
    await change(forge, ENQUEUE, { id: found.id, head })
  } catch (error) {
    // A lost answer may hide that it was done.
    if (!(isUnclear(error) && (await find(forge, pull)).isInMergeQueue)) {
      const fault = toFault(error)
      if (fault.is === 'stale' && !isUnclear(error))
        rememberRefusal(forge, effect, { why: fault.why, behind: false })
      await takeBackGate(forge, {
        pull,
        head,
        why: `GitHub did not take it into its merge queue (${fault.why})`,
      })
      throw error
    }
  }
  forge.memory.enqueued.set(pull, { head, at: forge.now() })
}

export async function dequeue(forge: Forge, { pull }: Do<'dequeue'>): Promise<void> {
  const { id, isInMergeQueue } = await find(forge, pull)
  if (isInMergeQueue) await change(forge, DEQUEUE, { id })
  forge.memory.enqueued.delete(pull)
}

const ENQUEUE = `mutation($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { clientMutationId }
}`
const DEQUEUE = `mutation($id: ID!) { dequeuePullRequest(input: { id: $id }) { clientMutationId } }`

async function change(forge: Forge, mutation: string, fields: Record<string, string>): Promise<void> {
  await forge.octokit.graphql(mutation, fields)
}

async function find(forge: Forge, number: number): Promise<Found> {
  const query = `query($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) { pullRequest(number: $number) { id isInMergeQueue headRefOid } }
  }`
  const { owner, repo } = forge
  type Answer = { repository: { pullRequest: Found } }
  const { repository } = await forge.octokit.graphql<Answer>(query, { owner, repo, number })
  return repository.pullRequest
}
