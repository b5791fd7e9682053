import type { Effect } from '../effect.ts'
import { explainFreeze } from '../gates/freeze.ts'
import { type IntegrationFacts, printBringBack, printPromoteBranch } from '../landing/integration.ts'
import { choosePromotion } from '../landing/landing.ts'
import { ASKED_AGAIN } from '../landing/tips.ts'
import { printPair } from '../merge/snapshot.ts'
import { isSearching, parseWithout, type Tip, type TipPlan } from '../merge/tips.ts'
import type { Ruling } from '../people/ruling.ts'
import { isTakenBack } from '../rollback/culprit.ts'
import { searchTips } from '../rollback/search.ts'
import { explainControls } from '../words/ledger.ts'
import { explainRepository } from '../words/orders.ts'
import {
  ASKED_ONCE_MORE,
  explainQueue,
  writeClash,
  writeHeldPromotion,
  writePromoted,
  writePromotion,
} from '../words/promote.ts'
import type { Instant, RepoFacts, World } from '../world.ts'
import { judgeTips } from './judge.ts'
import { clearWithout, isKnownAs, leaveOut, tellWithout } from './leaveout.ts'
import { say, tellPromotions } from './tellpromotions.ts'

/**
 * From the branch that pull requests land on to the default branch: only tips that the default branch's own CI has judged, from
 * pinned branches, by pull requests that no rule is passed by for. What keeps pull requests from landing keeps these from it, too.
 * @param ruling with what was said in this pass
 */
export function promote(world: World, ruling: Ruling, now: Instant): Effect[] {
  const { integration, repo, config } = world
  if (integration === null || !config.ok) return []
  const { branch, head } = integration
  const stopped = explainStop(world, ruling)
  if (head === null) return stopped === null ? [{ do: 'integrate', task: null, branch, base: repo.head }] : []
  const { tips, plan } = searchTips(world, { integration, config: config.value, now })
  if (stopped !== null) return hold(integration, plan, stopped)
  const freeze = explainFreeze({ app: world.app, config: config.value, frozen: ruling.frozen, now })
  const held = integration.rules.queue ? explainQueue(repo) : freeze
  const clash = isClash(world, integration)
  const isLater = !clash && comesLater(world, { tips, plan })
  const back = isLater ? [] : bringBack(world, integration, head)
  const landing = held !== null || integration.lacks !== 'none' ? [] : land(world, integration, plan)
  const isAtPeople = integration.promotions.some(one => one.tip === plan.promote && one.refusal !== null)
  // What people are asked to review is not replaced under their eyes.
  const waits = landing.length > 0 || isAtPeople || !(isLater || mayBegin(integration, clash))
  const begin = waits ? [] : begun(world, integration, plan)
  const running = new Set(tips.flatMap(tip => (tip.state === 'running' ? tip.key : [])))
  const pinned = integration.promotions.filter(one => running.has(one.head))
  const judged = [...pinned, ...integration.without].filter(one => one.pull !== null)
  const asked = judgeTips(world, judged, now)
  return [
    ...back,
    ...landing,
    ...begin,
    ...asked,
    ...askAgain(integration, plan),
    ...(clash ? tellClash(integration, repo) : tellPromotions(world, integration, { tips, plan })),
    ...tellWithout(integration, plan),
    ...(held === null ? [] : hold(integration, plan, held)),
    ...clearAway(integration, tips, plan),
    ...clearWithout(integration, plan),
  ]
}

/** Why nothing at all happens now, in one line; null when nobody stopped it. */
export function explainStop({ ledger }: World, { stopped, doubted }: Ruling): string | null {
  const { controls } = ledger.broken
  if (controls !== null) return explainControls(controls)
  return stopped === null ? doubted : explainRepository('stopped', stopped)
}

/** Somebody's change of the default branch does not merge with what landed, as far as this process knows. */
function isClash({ repo, collisions }: World, { lacks, head }: IntegrationFacts): boolean {
  return lacks === 'foreign' && head !== null && collisions.has(printPair(head, repo.head))
}

/** What somebody brought there comes back first. Where it cannot, one promotion is there to say so. */
function mayBegin({ lacks, promotions }: IntegrationFacts, clash: boolean): boolean {
  return clash ? promotions.every(({ pull }) => pull === null) : lacks !== 'foreign'
}

/**
 * Our merge of the default branch stands for all below it: red, nobody could say any more which of them it is. So that is
 * found out and taken back first. Where a person has to mend it, the default branch may be where that was done.
 */
function comesLater(world: World, { tips, plan }: { tips: readonly Tip[]; plan: TipPlan }): boolean {
  if (world.integration?.lacks !== 'foreign') return false
  const isBeyond = plan.culprits.length > 0 && plan.tangled === null && world.integration.without.length > 0
  return isSearching(tips) || isBeyond || plan.culprits.some(culprit => isTakenBack(world, culprit))
}

function bringBack(world: World, integration: IntegrationFacts, head: string): Effect[] {
  const { repo } = world
  const { branch, lacks } = integration
  if (lacks === 'none' || isClash(world, integration)) return []
  const own = lacks === 'squashed'
  return [
    {
      do: 'bring-back',
      task: null,
      branch,
      head,
      from: repo.head,
      own,
      message: printBringBack(repo.defaultBranch),
    },
  ]
}

/** Said first: while CI is at work it is known by that what for. */
function askAgain({ promotions, without }: IntegrationFacts, { again }: TipPlan): Effect[] {
  const doubted =
    promotions.find(({ tip }) => tip === again) ??
    without.find(one => again !== null && isKnownAs(one, again))
  if (doubted === undefined) return []
  const { pull, checks } = doubted
  const jobs = new Map(checks.flatMap(({ job }) => (job === null ? [] : [[job.run, job] as const])))
  const asked = [...jobs.values()].map((job): Effect => ({ do: 'rerun', task: null, pull: pull!, ...job }))
  return [...say(doubted, ASKED_AGAIN, ASKED_ONCE_MORE), ...asked]
}

function land({ repo }: World, integration: IntegrationFacts, { promote }: TipPlan): Effect[] {
  const promotion = integration.promotions.find(one => one.tip === promote)
  if (promotion === undefined || promotion.pull === null || promotion.refusal !== null) return []
  return [
    {
      do: 'land',
      task: null,
      pull: promotion.pull,
      head: promotion.tip,
      base: repo.head,
      into: repo.defaultBranch,
      verify: true,
      exact: true,
      check: promotion.gate?.id ?? null,
      method: choosePromotion(repo, integration.rules),
      ...writePromoted(integration, promotion.tip),
    },
  ]
}

function begun(world: World, integration: IntegrationFacts, { judge }: TipPlan): Effect[] {
  const { repo } = world
  return judge.map(key => {
    const without = parseWithout(key)
    if (without !== null) return leaveOut(world, integration, without)
    return {
      do: 'promote',
      task: null,
      branch: printPromoteBranch(key),
      tip: key,
      into: repo.defaultBranch,
      ...writePromotion(repo, integration, key),
    }
  })
}

function tellClash({ promotions, branch }: IntegrationFacts, { defaultBranch }: RepoFacts): Effect[] {
  const text = writeClash(branch, defaultBranch)
  return promotions.flatMap(promotion => say(promotion, 'clash', text))
}

/** The one that would land: its gate says why it does not, and takes back a green that a landing left which did not come to its end. */
function hold({ promotions }: IntegrationFacts, { promote }: TipPlan, why: string): Effect[] {
  const green = promotions.filter(({ tip, refusal }) => tip === promote && refusal === null)
  return green.flatMap(promotion => say(promotion, `held ${why}`, writeHeldPromotion(why)))
}

/** What was promoted, or moved by somebody, and what a newer green one made needless. */
function clearAway(
  { promotions }: IntegrationFacts,
  tips: readonly Tip[],
  { drop, promote }: TipPlan,
): Effect[] {
  const known = new Set(tips.map(tip => tip.key))
  return promotions
    .filter(({ tip, head }) => tip !== promote && (!known.has(tip) || head !== tip || drop.includes(tip)))
    .map(({ branch, head }) => ({ do: 'drop-branch', task: null, branch, sha: head }))
}
