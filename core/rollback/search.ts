import type { Config } from '../config/config.ts'
import { judgeCi, REDS_ALONE } from '../gates/checks.ts'
import { listReruns } from '../gates/flake.ts'
import type { IntegrationFacts } from '../landing/integration.ts'
import { closedUntil } from '../landing/reds.ts'
import { belowTips, judgePinned, readTips } from '../landing/tips.ts'
import { parseWithout, planTips, printWithout, type Search, type Tip, type TipPlan } from '../merge/tips.ts'
import type { Instant, Sha, TaskFacts, World } from '../world.ts'
import { isUnderWay, type Rollback } from './rollback.ts'

/** Judgements side by side while a culprit is searched. */
export const PLACES = 3

type Seen = { tips: readonly Tip[]; plan: TipPlan }

/** The tips of the integration branch, and what is to become of them now. */
export function searchTips(
  world: World,
  { integration, config, now }: { integration: IntegrationFacts; config: Config; now: Instant },
): Seen {
  const tips = readTips(integration, config, now)
  const search: Search = {
    places: PLACES,
    below: belowTips(integration),
    without: readWithout(world, { integration, config, now }),
    taking: readTaking(world, config, now),
    // Many reds are nothing that one landing explains: a person looks.
    deep: closedUntil(config.merge, world.ledger.controls.reds, now) === null,
    leaving: world.tasks.flatMap(task => listLeaving(world, task)),
  }
  return { tips, plan: planTips(tips, search) }
}

/** What git cannot make is never judged. A branch that is not made yet, or that somebody pushed to, says nothing. */
function readWithout(
  { collisions }: World,
  { integration, config, now }: { integration: IntegrationFacts; config: Config; now: Instant },
): Search['without'] {
  const tips = new Set(integration.landed.map(({ sha }) => sha))
  const impossible = [...collisions].filter(pair => tips.has(parseWithout(pair)?.tip ?? ''))
  return new Map<string, Tip['state']>([
    ...impossible.map(key => [key, 'silent'] as const),
    ...integration.without
      .filter(one => one.left.length > 0)
      .map(one => {
        const state = judgePinned(one, integration, { config, now })
        return [printWithout(one.tip, one.left), state] as const
      }),
  ])
}

/** Whose landing this app is taking back, though nobody said so. */
export function findTaking({ tasks, app }: World): TaskFacts | null {
  return tasks.find(task => isUnderWay(task) && task.record?.rollback?.confirmed?.by.id === app.botId) ?? null
}

function readTaking(world: World, config: Config, now: Instant): Search['taking'] {
  const task = findTaking(world)
  const keys = task === null ? [] : listMerged(world, task.record!.rollback!)
  const revert = task?.revert ?? null
  if (revert === null || revert === 'clash' || revert.pull.state !== 'open') return { keys, isStuck: false }
  const { checks, judged } = revert.pull
  const ci = { rules: world.rules, config, checks, judged, reds: REDS_ALONE, since: revert.at, now }
  // Red once it is asked a second time.
  return { keys, isStuck: judgeCi(ci).is === 'refuse' && listReruns(ci).length === 0 }
}

function listMerged({ tasks }: World, { pulls }: Rollback): Sha[] {
  const landed = tasks.filter(({ pull }) => pulls.some(one => one.pull === pull?.number))
  return landed.flatMap(({ pull }) => pull!.mergedSha ?? [])
}

/** Of what people take back: nothing of it is to come to the default branch before it is gone from here. */
function listLeaving(world: World, task: TaskFacts): Sha[] {
  const rollback = task.record?.rollback ?? null
  if (rollback === null || rollback.confirmed?.by.id === world.app.botId || !isUnderWay(task)) return []
  return listMerged(world, rollback)
}
