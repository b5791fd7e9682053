import { newestClaim, showsPlan } from '../attempt/attempt.ts'
import type { IntegrationFacts, LandedFacts, PromotionFacts } from '../landing/integration.ts'
import { belowTips, listFresh, readTips } from '../landing/tips.ts'
import type { Revision, TaskRecord } from '../ledger.ts'
import { planTips } from '../merge/tips.ts'
import type { Projection } from '../project.ts'
import { visibleText } from '../text/visible.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { isLanded } from './behind.ts'
import { listLandings, type Rollback } from './rollback.ts'

/**
 * A landing with which the integration branch is red, also when asked again, and green without: it is taken back by itself, through the same
 * pull request and gates as a rollback that a person confirmed. Where others landed on top of it, a person decides.
 */

/** The landing that is to be taken back, as the tips show it now; null while there is none. */
export function findCulprit({ integration, config }: World, now: Instant): LandedFacts | null {
  if (integration === null || !config.ok || integration.head === null) return null
  // Judged by itself often enough: without a red tip there is nothing to search.
  if (integration.promotions.length === 0) return null
  const { culprit } = planTips(readTips(integration, config.value, now), {
    places: 1,
    below: belowTips(integration),
  })
  return integration.landed.find(one => one.sha === culprit) ?? null
}

/** Nothing is taken back twice by itself: a person who ended that, or said to begin again, has the last word. */
export function isNewCulprit({ ledger }: World, culprit: LandedFacts | null): culprit is LandedFacts {
  if (culprit === null || ledger.broken.controls !== null) return false
  return !ledger.controls.reds.some(one => one.sha === culprit.sha)
}

/** Whose landing it is, where that can be taken back without anybody being asked; null where a person has to decide. */
export function findTakenBack(tasks: readonly TaskFacts[], { sha }: LandedFacts): TaskFacts | null {
  const [task, ...others] = tasks.filter(one => isLanded(one) && one.pull?.mergedSha === sha)
  // Of several that landed as one, CI has not told which it is.
  if (task === undefined || others.length > 0 || task.distrust !== null || showsPlan(task)) return null
  return listLandings(tasks, task).length === 1 ? task : null
}

/** The issue whose landing is taken back by itself; null where a person has to act, also once somebody ended that. */
export function findTaker(world: World, culprit: LandedFacts): number | null {
  const task = findTakenBack(world.tasks, culprit)
  const isOurs = task?.record?.rollback?.confirmed?.by.id === world.app.botId
  return task !== null && (isOurs || isNewCulprit(world, culprit)) ? task.issue.number : null
}

/** Is this landing about to be taken back by itself? */
export function isTakenBack(world: World, culprit: string | null): boolean {
  const landed = world.integration?.landed.find(one => one.sha === culprit)
  if (landed === undefined || findTaker(world, landed) === null) return false
  return findTakenBack(world.tasks, landed)?.revert !== 'clash'
}

type Found = { world: World; now: Instant; culprit(): LandedFacts | null }

/** What a red or green tip means to the record of whose landing it is. */
export function takeCulprit(task: TaskFacts, projection: Projection, found: Found): Projection {
  const { world, now } = found
  if (world.integration === null || !isLanded(task)) return projection
  const { rollback } = projection.record
  if (rollback !== null)
    return isNeedless(task, rollback, world) ? withRollback(projection, null) : projection
  const culprit = found.culprit()
  if (culprit === null || culprit.sha !== task.pull!.mergedSha || !isNewCulprit(world, culprit))
    return projection
  if (findTakenBack(world.tasks, culprit) !== task) return projection
  const by = { id: world.app.botId, login: world.app.login }
  const pulls = [{ issue: task.issue.number, pull: task.pull!.number }]
  return withRollback(projection, { by, at: now, pulls, confirmed: { by, at: now } })
}

function withRollback(projection: Projection, rollback: Rollback | null): Projection {
  return { ...projection, changed: true, record: { ...projection.record, rollback } }
}

/** Ours, and a newer tip is green with it: it was mended meanwhile. */
function isNeedless(
  { pull, revert, record }: TaskFacts,
  rollback: Rollback,
  { app, integration }: World,
): boolean {
  if (rollback.confirmed?.by.id !== app.botId || record?.undone?.pull === pull!.number) return false
  if (revert !== null && revert !== 'clash' && revert.pull.state === 'merged') return false
  // It may be further down than can be seen.
  if (integration!.ahead && belowTips(integration!) === 'unknown') return false
  return !isAbove(integration!, pull!.mergedSha)
}

function isAbove(integration: IntegrationFacts, sha: string | null): boolean {
  return listFresh(integration).some(one => one.sha === sha)
}

/** Begins the cause of an attempt after a landing that was taken back by itself. */
const CAUSE = 'red:'

/**
 * Taken back by itself, it goes back to its agent once, with what CI said; from then on it is for a person, as a change that is
 * red only after it has landed is not found out by trying.
 */
export function sendBack(
  { pull, claims }: TaskFacts,
  record: TaskRecord,
  { integration, repo }: World,
  at: Instant,
): Revision | null {
  if (record.revisions.some(({ cause }) => cause.startsWith(CAUSE))) return null
  const promotion = integration?.promotions.find(({ tip }) => tip === pull?.mergedSha)
  return {
    attempt: (newestClaim({ claims })?.attempt ?? 0) + 1,
    why: 'ci',
    by: null,
    at,
    text: writeRed(repo.target.branch, promotion),
    told: true,
    from: 'base',
    cause: `${CAUSE}${pull?.mergedSha ?? ''}`,
  }
}

function writeRed(branch: string, promotion: PromotionFacts | undefined): string {
  const red = (promotion?.checks ?? []).filter(check => check.conclusion === 'failure')
  return [
    `The earlier change passed alone and landed on ${branch}, but together with what had landed there CI was red, and green without it. It was taken back. Make the change again on the new base, so that it goes with what is there.`,
    ...red.map(({ name, tail }) => `The check "${name}" failed.\n${visibleText(tail ?? '').slice(-1500)}`),
  ].join('\n\n')
}
