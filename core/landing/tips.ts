import type { Config } from '../config/config.ts'
import { isUnderWay, judgeCi, REDS_ALONE } from '../gates/checks.ts'
import { listReruns } from '../gates/flake.ts'
import type { Tip } from '../merge/tips.ts'
import { parseReverts } from '../words/rollback.ts'
import type { Instant } from '../world.ts'
import type { IntegrationFacts, LandedFacts, PromotionFacts } from './integration.ts'
import { readJudgement } from './judgement.ts'

/** What the gate of a tip is written for while CI is asked a second time: so that it is known after a restart, too. */
export const ASKED_AGAIN = 'again'

/** Those above what was promoted last, as the planner of tips sees them. */
export function readTips(integration: IntegrationFacts, config: Config, now: Instant): Tip[] {
  return listFresh(integration).map(({ sha, message }) => {
    const promotion = integration.promotions.find(one => one.tip === sha && one.head === sha)
    const state = judgePromotion(promotion, integration, { config, now })
    return { key: sha, state, undoes: parseReverts(message) }
  })
}

/**
 * What has landed above what was promoted last. Below our merge of the default branch nothing can be merged there any more
 * without conflicts with itself: that merge stands for all of it.
 */
export function listFresh({ landed, promoted, ahead }: IntegrationFacts): readonly LandedFacts[] {
  if (!ahead) return []
  const fresh = landed.slice(landed.findIndex(one => one.sha === promoted) + 1)
  const back = fresh.findLastIndex(one => one.back)
  const isNew = fresh.slice(0, Math.max(0, back)).some(one => !one.back)
  return fresh.slice(isNew ? back : back + 1)
}

/** What was promoted last was green; where so much landed since that it is out of sight, nobody knows. */
export function belowTips({ promoted }: IntegrationFacts): 'green' | 'unknown' {
  return promoted === null ? 'unknown' : 'green'
}

function judgePromotion(
  promotion: PromotionFacts | undefined,
  { rules }: IntegrationFacts,
  { config, now }: { config: Config; now: Instant },
): Tip['state'] {
  if (promotion === undefined || promotion.pull === null) return 'unknown'
  const { checks, judged, at: since, gate } = promotion
  const ci = { rules, config, checks, judged, reds: REDS_ALONE, since, now }
  switch (judgeCi(ci).is) {
    case 'pass':
      return 'green'
    case 'refuse':
      return listReruns(ci).length > 0 ? 'doubted' : 'red'
    case 'wait':
      if (isSilent(promotion, config, now)) return 'silent'
      return gate?.key === ASKED_AGAIN ? 'asked' : 'running'
  }
}

/** So long after the last check began, with none under way, nothing more is expected to come by itself. Milliseconds. */
const SILENT = 60 * 60_000

function isSilent({ checks, judged, at }: PromotionFacts, { merge }: Config, now: Instant): boolean {
  if (merge.judge === 'job') {
    const { is } = readJudgement({ judged, reds: REDS_ALONE, now })
    if (is !== 'passed') return is === 'silent'
  }
  const heard = Math.max(at, ...checks.map(check => check.startedAt))
  return !isUnderWay(checks, at, now) && now - heard >= SILENT
}
