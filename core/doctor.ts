import { checkCaller } from './doctor/caller.ts'
import { checkExecution } from './doctor/execution.ts'
import { bad, type Finding, ok } from './doctor/finding.ts'
import { checkGate } from './doctor/gate.ts'
import { checkBypass, checkLanding } from './doctor/landing.ts'
import { checkLedger } from './doctor/ledger.ts'
import { checkLeftovers } from './doctor/leftovers.ts'
import { checkPermissions } from './doctor/permissions.ts'
import type { Probe } from './doctor/probe.ts'
import { checkSecrets } from './doctor/secrets.ts'
import { CONFIG_PATH } from './names.ts'
import { printProblem } from './problem.ts'
import type { World } from './world.ts'

/** Everything that has to be right around a repository, in the order in which to put it right. `events`: those of app.yml. */
export function diagnose(world: World, probe: Probe, events: readonly string[]): Finding[] {
  return [
    ...checkPermissions(probe, events),
    ...checkConfig(world),
    ...checkCaller(world, probe),
    ...checkSecrets(world, probe),
    ...checkExecution(world, probe),
    ...checkGate(world),
    ...checkBypass(probe),
    ...checkLanding(world),
    ...checkLedger(world),
    ...checkLeftovers(world),
  ]
}

function checkConfig({ config }: World): Finding[] {
  const what = CONFIG_PATH
  if (config.ok) return [ok(what, 'read without problems')]
  return config.problems.map(problem =>
    bad(what, printProblem(problem), `correct it; "chorus validate" shows the line`),
  )
}
