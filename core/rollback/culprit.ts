import { newestClaim, showsPlan } from '../attempt/attempt.ts'
import type { LandedFacts, PromotionFacts } from '../landing/integration.ts'
import type { Revision, TaskRecord } from '../ledger.ts'
import type { Projection } from '../project.ts'
import { visibleText } from '../text/visible.ts'
import type { Instant, TaskFacts, World } from '../world.ts'
import { isLanded } from './behind.ts'
import { isEnded } from './needless.ts'
import { listLandings, type Rollback } from './rollback.ts'
import { findTaking, searchTips } from './search.ts'

/**
 * A landing with which the integration branch is red, also when asked again, and green without: it is taken back by itself, through the same
 * pull request and gates as a rollback that a person confirmed. Where others landed on top of it, a person decides.
 */

/** The landings that are to be taken back, as the tips show them now, oldest first. */
export function findCulprits(world: World, now: Instant): readonly LandedFacts[] {
  const { integration, config } = world
  if (integration === null || !config.ok || integration.head === null) return []
  // Judged by itself often enough: without a red tip there is nothing to search.
  if (integration.promotions.length === 0) return []
  const { culprits } = searchTips(world, { integration, config: config.value, now }).plan
  return integration.landed.filter(({ sha }) => culprits.includes(sha))
}

/** Nothing is taken back twice by itself: a person who ended that, or said to begin again, has the last word. */
export function isNewCulprit({ ledger }: World, { sha }: LandedFacts): boolean {
  return ledger.broken.controls === null && !ledger.controls.reds.some(one => one.sha === sha)
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
  if (task === null) return null
  const taking = findTaking(world)?.record?.rollback?.pulls ?? []
  const isOurs = taking.some(one => one.issue === task.issue.number)
  return isOurs || isNewCulprit(world, culprit) ? task.issue.number : null
}

/** Is this landing about to be taken back by itself? */
export function isTakenBack(world: World, culprit: string | undefined): boolean {
  const landed = world.integration?.landed.find(one => one.sha === culprit)
  if (landed === undefined || findTaker(world, landed) === null) return false
  return (findTaking(world) ?? findTakenBack(world.tasks, landed))?.revert !== 'clash'
}

type Found = { world: World; now: Instant; culprits(): readonly LandedFacts[] }

/** What a red or green tip means to the record of whose landing it is. */
export function takeCulprit(task: TaskFacts, projection: Projection, found: Found): Projection {
  const { world, now } = found
  if (world.integration === null || !isLanded(task)) return projection
  const { rollback } = projection.record
  if (rollback !== null) {
    const isOver = isEnded(task, world) || isHandedOn(task, rollback, found)
    return isOver ? withRollback(projection, null) : projection
  }
  if (findNext(found) !== task) return projection
  const by = { id: world.app.botId, login: world.app.login }
  const own = { issue: task.issue.number, pull: task.pull!.number }
  const others = findTaking(world)?.record?.rollback?.pulls ?? []
  return withRollback(projection, { by, at: now, pulls: [...others, own], confirmed: { by, at: now } })
}

/** Whose landing is to be taken back from now on: the newest that was found. */
function findNext({ world, culprits }: Found): TaskFacts | null {
  const newest = culprits().at(-1)
  return newest === undefined || !isNewCulprit(world, newest) ? null : findTakenBack(world.tasks, newest)
}

/** Without it alone the branch is red, too: it goes with the other one that was found, by one pull request. */
function isHandedOn(task: TaskFacts, { confirmed }: Rollback, found: Found): boolean {
  if (confirmed?.by.id !== found.world.app.botId || findTaking(found.world) !== task) return false
  const next = findNext(found)
  return next !== null && next !== task
}

function withRollback(projection: Projection, rollback: Rollback | null): Projection {
  return { ...projection, changed: true, record: { ...projection.record, rollback } }
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
  const judged = [...(integration?.promotions ?? []), ...(integration?.without ?? [])]
  const promotion = judged.findLast(({ tip }) => tip === pull?.mergedSha)
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
