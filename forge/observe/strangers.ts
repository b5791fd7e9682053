import type { StrangerFacts } from '../../core/gates/strangers.ts'
import { isOfferBranch } from '../../core/lessons/offer.ts'
import { GATE_CHECK, GUIDE_BRANCH, parseBranch } from '../../core/names.ts'
import type { Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { readCheckRuns } from './checks.ts'
import { isGate } from './gate.ts'
import { isHere } from './pulls.ts'

/**
 * Heads asked for in one look: where hundreds wait (a new installation, a restart), a look that asked for all of them would
 * outgrow what GitHub answers in a minute and never end. The rest is for the next looks, which follow at once.
 */
const AT_ONCE = 100

/**
 * Open pull requests of others that still lack their completed gate, newest first. Not those from branches that name a task, nor any
 * that shows a commit of `held`: those are held to the gates however they were opened. A check stands on a commit, so one
 * for a stranger's pull request would count for ours.
 */
export async function readStrangers(
  forge: Forge,
  others: readonly PullWire[],
  held: ReadonlySet<Sha>,
): Promise<{ strangers: StrangerFacts[]; moreStrangers: boolean }> {
  const waiting = others
    .filter(
      pull =>
        (!isOurs(forge, pull.user) || isProposal(forge, pull)) &&
        !(isHere(pull) && parseBranch(pull.head.ref) !== null) &&
        !held.has(pull.head.sha) &&
        forge.memory.gated.get(pull.head.sha) !== true,
    )
    .toSorted((a, b) => b.number - a.number)
  const open = await Promise.all(
    waiting.slice(0, AT_ONCE).map(async pull => ((await hasGate(forge, pull.head.sha)) ? null : pull)),
  )
  const strangers = open.flatMap(pull => (pull === null ? [] : seen(forge, pull)))
  return { strangers, moreStrangers: waiting.length > AT_ONCE }
}

function seen(forge: Forge, pull: PullWire): StrangerFacts {
  return { number: pull.number, head: pull.head.sha, proposal: isProposal(forge, pull) }
}

/** What the app offers beside its tasks: nothing of it lands by itself. */
function isProposal(forge: Forge, pull: PullWire): boolean {
  return (
    isOurs(forge, pull.user) &&
    isHere(pull) &&
    (pull.head.ref === GUIDE_BRANCH || isOfferBranch(pull.head.ref))
  )
}

async function hasGate(forge: Forge, sha: Sha): Promise<boolean> {
  const runs = await readCheckRuns(forge, sha, GATE_CHECK)
  const done = runs.some(run => isGate(forge, run) && run.conclusion === 'success')
  if (done) forge.memory.gated.set(sha, true)
  return done
}
