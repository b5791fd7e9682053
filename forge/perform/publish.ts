import type { Forge } from '../forge.ts'
import type { Do } from './effect.ts'
import { rideOf } from './labels.ts'
import { hasShown, makePull } from './pull.ts'
import { moveShowing } from './refs.ts'

/**
 * Moves the task's branch by compare-and-swap. The request that does so and takes a label along also tells which pull requests
 * there are from that branch, after it moved: where none has shown the attempt, it is opened in the next request, without asking once
 * more.
 */
export async function publish(forge: Forge, effect: Do<'publish'>): Promise<void> {
  const { branch, before, after, move, along, opens } = effect
  const asked = opens === undefined ? undefined : askFor(opens)
  const moves = [{ name: `refs/heads/${branch}`, before, after, force: move === 'force' }]
  const answer = await moveShowing(forge, moves, rideOf(forge, along, asked))
  if (opens === undefined || answer === null) return
  const bodies = bodiesIn(answer)
  if (bodies !== null && !bodies.some(body => hasShown(opens, body)))
    await makePull(forge, opens, forge.now())
}

/** So many come from one branch only where something is odd: then the list is asked for. */
const MOST = 50

function askFor({ head, base }: Do<'open'>) {
  return {
    declared: ['$head: String!', '$base: String!'],
    variables: { head, base },
    text: `repository { pullRequests(headRefName: $head, baseRefName: $base, first: ${MOST}) { nodes { body } } }`,
  }
}

type Payload = { labelable?: { repository?: { pullRequests?: { nodes?: { body: string }[] } } } } | null

/** Of the pull requests that were told of; null where none were, or not all. */
function bodiesIn(answer: Readonly<Record<string, unknown>>): string[] | null {
  const payloads = Object.values(answer) as Payload[]
  const nodes = payloads.flatMap(payload => payload?.labelable?.repository?.pullRequests ?? [])[0]?.nodes
  return nodes === undefined || nodes.length >= MOST ? null : nodes.map(({ body }) => body)
}
