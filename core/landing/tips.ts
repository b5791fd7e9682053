import type { Config } from '../config/config.ts'
import { judgeCi, REDS_ALONE } from '../gates/checks.ts'
import { listReruns } from '../gates/flake.ts'
import { isUnderWay } from '../gates/running.ts'
import { keepStanding, type Tip } from '../merge/tips.ts'
import { listReverts } from '../words/rollback.ts'
import type { Instant } from '../world.ts'
import type { IntegrationFacts, LandedFacts, PromotionFacts } from './integration.ts'
import { readJudgement } from './judgement.ts'

/** What the gate of a tip is written for while CI is asked a second time: so that it is known after a restart, too. */
export const ASKED_AGAIN = 'again'

/** Those above what was promoted last, as the planner of tips sees them. */
export function readTips(integration: IntegrationFacts, config: Config, now: Instant): Tip[] {
  const fresh = listFresh(integration)
  const below = listNew(integration).slice(0, -fresh.length)
  const tips = fresh.map(({ sha, message, back }, i): Tip => {
    const promotion = integration.promotions.find(one => one.tip === sha && one.head === sha)
    const state = judgePinned(promotion, integration, { config, now })
    const tip = { key: sha, state, undoes: listReverts(message) }
    return i === 0 && back ? { ...tip, brings: [...below.map(one => one.sha), sha] } : tip
  })
  return keepStanding(tips)
}

/**
 * What has landed above what was promoted last. Below our merge of the default branch nothing can be merged there any more
 * without conflicts with itself: that merge stands for all of it.
 */
export function listFresh(integration: IntegrationFacts): readonly LandedFacts[] {
  const fresh = listNew(integration)
  const back = fresh.findLastIndex(one => one.back)
  const isNew = fresh.slice(0, Math.max(0, back)).some(one => !one.back)
  return fresh.slice(isNew ? back : back + 1)
}

export function listNew({ landed, promoted, ahead }: IntegrationFacts): readonly LandedFacts[] {
  return ahead ? landed.slice(landed.findIndex(one => one.sha === promoted) + 1) : []
}

/** What was promoted last was green; where so much landed since that it is out of sight, nobody knows. */
export function belowTips({ promoted }: IntegrationFacts): 'green' | 'unknown' {
  return promoted === null ? 'unknown' : 'green'
}

/** What CI says of it; not made yet, it is unknown. */
export function judgePinned(
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
