import { AGENT_BRANCHES, GATE_CHECK } from '../../core/names.ts'
import type { Sha, StrangerFacts } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import type { PullWire } from '../wire.ts'
import { isOurs } from './actor.ts'
import { readCheckRuns } from './checks.ts'
import { isGate } from './gate.ts'
import { isHere } from './pulls.ts'

/**
 * Open pull requests of others that still lack their completed gate. Not those from `agent/` branches, nor any that
 * shows an attempt's commit: those are held to the gates however they were opened.
 */
export async function readStrangers(
  forge: Forge,
  others: readonly PullWire[],
  attempts: ReadonlySet<Sha>,
): Promise<StrangerFacts[]> {
  const strangers = others.filter(
    pull =>
      !isOurs(forge, pull.user) &&
      !(isHere(pull) && pull.head.ref.startsWith(AGENT_BRANCHES)) &&
      !attempts.has(pull.head.sha),
  )
  const open = await Promise.all(
    strangers.map(async pull => ((await hasGate(forge, pull.head.sha)) ? null : pull)),
  )
  return open.flatMap(pull => (pull === null ? [] : { number: pull.number, head: pull.head.sha }))
}

async function hasGate(forge: Forge, sha: Sha): Promise<boolean> {
  if (forge.memory.gated.get(sha) === true) return true
  const runs = await readCheckRuns(forge, sha, GATE_CHECK)
  const done = runs.some(run => isGate(forge, run) && run.status === 'completed')
  if (done) forge.memory.gated.set(sha, true)
  return done
}
