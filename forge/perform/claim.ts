import { printEnvelope, sealedText } from '../../core/contract/envelope.ts'
import { printClaimRef } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import { fail, isUnclear } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { instant } from '../observe/actor.ts'
import { readCommit, rememberCommit } from '../observe/commits.ts'
import { LAG } from '../observe/issues.ts'
import type { CommitWire } from '../wire.ts'
import { write } from '../write.ts'
import { moveAdmitted, refuseOutrun } from './admission.ts'
import type { Do } from './effect.ts'
import { rideOf } from './labels.ts'

/** The sealed ticket as a commit on its base, then the ref that only one can create. */
export async function claim(forge: Forge, effect: Do<'claim'>): Promise<{ claim: Sha }> {
  const { task, attempt, ticket } = effect
  const ref = printClaimRef(ticket)
  const made = forge.memory.claimed.get(ref)
  // Within the same second it would be the very same commit, and refused as if another controller had made it.
  if (made !== undefined && forge.now() - made.at < LAG) {
    fail({ is: 'stale', why: `GitHub's list of refs does not show yet that we claimed ${task} #${attempt}` })
  }
  const wish = { admitted: effect.admitted, what: `${task} #${attempt}` }
  refuseOutrun(forge, wish)
  const { tree } = await readCommit(forge, ticket.base)
  const json = JSON.stringify(ticket)
  const message = printEnvelope({
    subject: `chorus: claim ${task} #${attempt}`,
    json,
    seal: forge.seals.claims.seal(sealedText(ticket.base, json)),
  })
  let at = 0
  const commit = await write<CommitWire>(forge, 'POST /repos/{owner}/{repo}/git/commits', {
    message,
    tree,
    parents: [ticket.base],
    request: { check: () => (at = forge.now()) },
  })
  const { sha } = commit
  rememberCommit(forge, sha, {
    message,
    parents: [ticket.base],
    tree,
    at: instant(commit.committer.date),
  })
  forge.memory.dispatches.set(sha, { is: 'unsent', at })
  try {
    const moves = [{ name: ref, before: null, after: sha, force: false }]
    await moveAdmitted(forge, wish, { sha, moves, along: rideOf(forge, effect.along) })
    forge.memory.claimed.set(ref, { ref, sha, at: forge.now() })
  } catch (error) {
    // Two of us in one second make the very same commit: whose claim it is, and so who dispatches, is not ours to know.
    if (isUnclear(error)) forge.memory.dispatches.set(sha, { is: 'unclear', at: forge.now() })
    else forge.memory.dispatches.delete(sha)
    throw error
  }
  return { claim: sha }
}
