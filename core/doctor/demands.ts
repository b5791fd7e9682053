import type { Demand } from '../landing/demands.ts'
import { readHold } from '../landing/demands.ts'
import { chooseMethod } from '../landing/landing.ts'
import type { Rules } from '../landing/rules.ts'
import { nameDemand } from '../words/demands.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import type { Probe } from './probe.ts'

const WHAT = 'rules that only GitHub judges'

/** Each rule over which GitHub may refuse what passes every gate, by a line of its own. */
export function checkDemands(world: World, probe: Probe): Finding[] {
  const { rules, integration, repo } = world
  const found = [
    ...checkBranch(repo.target.branch, rules, { world, probe }),
    ...(integration === null ? [] : checkBranch(repo.defaultBranch, integration.rules, { world, probe })),
  ]
  return found.length === 0 ? [ok(WHAT, 'none holds a merge: Chorus reads all that are in force')] : found
}

type Seen = { world: World; probe: Probe }

function checkBranch(branch: string, rules: Rules, { world, probe }: Seen): Finding[] {
  return rules.demands
    .filter(demand => !isPassed(demand, probe) && !isSpared(demand, rules, world))
    .map(demand => tell(demand, branch))
}

/** What the app may pass by holds nothing; that it may is told by itself. */
function isPassed({ ruleset }: Demand, { rulesets }: Probe): boolean {
  return rulesets.is === 'read' && rulesets.value.some(({ id, bypass }) => bypass && id === ruleset)
}

function isSpared({ rule }: Demand, rules: Rules, { config, repo }: World): boolean {
  if (!config.ok) return false
  const method = chooseMethod({ rules, methods: repo.methods, merge: config.value.merge })
  return readHold(rule)?.spares === method
}

function tell(demand: Demand, branch: string): Finding {
  const hold = readHold(demand.rule)!
  const rule = `${branch} has the rule ${nameDemand(demand)}, which asks for ${hold.asks}`
  return hold.shut === true
    ? bad(WHAT, `${rule}: nothing can land`, hold.help)
    : warn(
        WHAT,
        `${rule}: where that is missing, GitHub refuses the merge although every gate passes`,
        hold.help,
      )
}
