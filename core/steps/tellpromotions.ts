import type { Effect } from '../effect.ts'
import type { Asked } from '../landing/demands.ts'
import type { IntegrationFacts, PromotionFacts } from '../landing/integration.ts'
import { choosePromotion } from '../landing/landing.ts'
import type { Tip, TipPlan } from '../merge/tips.ts'
import { findTaker } from '../rollback/culprit.ts'
import type { GateText } from '../words/gate.ts'
import {
  OVERTAKEN,
  SILENT_PROMOTION,
  writeCulprit,
  writePromotionRefused,
  writeTangled,
} from '../words/promote.ts'
import type { World } from '../world.ts'

type Seen = { tips: readonly Tip[]; plan: TipPlan }

/** Who is to act, and on what: said where that is, once. */
export function tellPromotions(world: World, integration: IntegrationFacts, seen: Seen): Effect[] {
  const { overtaken } = seen.plan
  return integration.promotions.flatMap(promotion => {
    const { tip, refusal } = promotion
    if (!integration.landed.some(one => one.sha === tip)) return []
    const red = tellRed(world, integration, { ...seen, promotion })
    if (red !== null) return red
    if (refusal !== null)
      return say(
        promotion,
        `refused ${refusal.times} ${refusal.why}`,
        writePromotionRefused(refusal, askedOf(world, integration), world.repo.defaultBranch),
      )
    if (tip === overtaken) return say(promotion, 'overtaken', OVERTAKEN)
    const isSilent = seen.tips.some(({ key, state }) => key === tip && state === 'silent')
    return isSilent ? say(promotion, 'silent', SILENT_PROMOTION) : []
  })
}

function askedOf({ repo }: World, { rules }: IntegrationFacts): Asked {
  return { demands: rules.demands, method: choosePromotion(repo, rules) }
}

/** Null where it is none of those that a person is told about, or what happens to them by itself. */
function tellRed(
  world: World,
  { landed }: IntegrationFacts,
  { plan: { culprits, tangled }, promotion }: Seen & { promotion: PromotionFacts },
): Effect[] | null {
  const { tip } = promotion
  const found = landed.filter(one => culprits.includes(one.sha))
  if (tangled?.at === tip) {
    const suspects = landed.filter(one => tangled.suspects.includes(one.sha))
    // Written anew as it becomes clearer who they are.
    const key = `tangled ${[...culprits, ...tangled.suspects].map(sha => sha.slice(0, 7)).join(' ')}`
    return say(promotion, key, writeTangled(found, suspects), 'failure')
  }
  const last = found.find(one => one.sha === tip)
  if (last === undefined) return null
  const taker = findTaker(world, last)
  const more = found
    .filter(one => one !== last)
    .map(other => ({ landed: other, issue: findTaker(world, other) }))
  // Written anew when another is found, or somebody ends that it is taken back.
  const key = taker === null ? 'culprit' : `culprit of #${taker}`
  const which = more.map(({ landed: { sha }, issue }) => ` and ${sha.slice(0, 7)} of #${issue}`)
  const words = { issue: taker, isAsked: wasAskedAgain(promotion), more }
  return say(promotion, `${key}${which.join('')}`, writeCulprit(last, words), 'failure')
}

/** Red twice; what others than Actions report is taken at its word. */
function wasAskedAgain({ checks, judged }: PromotionFacts): boolean {
  return judged.length > 1 || checks.some(({ job }) => job !== null && job.tries > 1)
}

/** What stands there already is not said again. */
export function say(
  { pull, head, gate }: Pick<PromotionFacts, 'pull' | 'head' | 'gate'>,
  words: string,
  text: GateText,
  conclusion: 'failure' | null = null,
): Effect[] {
  const key = words.slice(0, 200)
  if (pull === null || gate?.key === key) return []
  const check = gate !== null && gate.conclusion === null ? gate.id : null
  return [{ do: 'gate', task: null, pull, head, check, conclusion, key, ...text }]
}
