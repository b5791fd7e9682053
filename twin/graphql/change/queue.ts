import { dequeue, enqueue } from '../../queue/enqueue.ts'
import { needs } from '../permission.ts'
import type { Args, World } from '../world.ts'
import { pullAt } from './pulls.ts'

type Payload = Record<string, unknown>

export async function enqueuePull(world: World, input: Args): Promise<Payload> {
  const { repo, pull } = pullAt(world, input.pullRequestId)
  needs(world, repo, 'pull_requests', 'write')
  needs(world, repo, 'contents', 'write')
  const expected = typeof input.expectedHeadOid === 'string' ? input.expectedHeadOid : undefined
  const wish = { pull, expected, jump: input.jump === true }
  const entry = await enqueue(world.state, repo, wish, world.call.actor)
  return { mergeQueueEntry: () => world.show.entry(world, repo, entry) }
}

export async function dequeuePull(world: World, input: Args): Promise<Payload> {
  const { repo, pull } = pullAt(world, input.id)
  needs(world, repo, 'pull_requests', 'write')
  needs(world, repo, 'contents', 'write')
  const entry = await dequeue(world.state, repo, pull)
  return { mergeQueueEntry: () => world.show.entry(world, repo, entry) }
}
