import { printProblem } from '../contract/problem.ts'
import { CONFIG_PATH } from '../names.ts'
import type { World } from '../world.ts'
import { checkCaller } from './caller.ts'
import { checkDemands } from './demands.ts'
import { checkExecution } from './execution.ts'
import { bad, type Finding, ok } from './finding.ts'
import { checkGate } from './gate.ts'
import { checkBypass, checkGone, checkJudge, checkLanding, checkPromotion } from './landing.ts'
import { checkLearnings } from './learnings.ts'
import { checkLedger } from './ledger.ts'
import { checkLeftovers } from './leftovers.ts'
import { checkPermissions } from './permissions.ts'
import { checkPool } from './pool.ts'
import type { Probe } from './probe.ts'
import { checkPrompts } from './prompts.ts'
import { checkSecrets } from './secrets.ts'

/** Everything that has to be right around a repository, in the order in which to put it right. `events`: those of app.yml. */
export function diagnose(world: World, probe: Probe, events: readonly string[]): Finding[] {
  return [
    ...checkPermissions(probe, events),
    ...checkConfig(world),
    ...checkPool(world),
    ...checkCaller(world, probe),
    ...checkSecrets(world, probe),
    ...checkPrompts(probe),
    ...checkExecution(world, probe),
    ...checkGate(world),
    ...checkBypass(probe),
    ...checkLanding(world),
    ...checkDemands(world, probe),
    ...checkPromotion(world),
    ...checkGone(world),
    ...checkJudge(world),
    ...checkLedger(world),
    ...checkLeftovers(world),
    ...checkLearnings(world),
  ]
}

function checkConfig({ config }: World): Finding[] {
  const what = CONFIG_PATH
  if (config.ok) return [ok(what, 'read without problems')]
  return config.problems.map(problem =>
    bad(what, printProblem(problem), `correct it; "chorus validate" shows the line`),
  )
}
