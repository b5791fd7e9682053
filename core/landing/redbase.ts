import { isRed } from '../merge/tips.ts'
import { explainRedBase, explainRedRival } from '../words/redbase.ts'
import { listReverts } from '../words/rollback.ts'
import type { Instant, PullFacts, Sha, TaskFacts, World } from '../world.ts'
import type { IntegrationFacts } from './integration.ts'
import { readTips } from './tips.ts'

/**
 * What of a red CI is not a pull request's own: the branch is red that it lands on, or was when it was judged and is mended now.
 * `own`: the branch is red, and this is there to mend that.
 */
export type Inherited = 'red' | 'mended' | 'own'

type Seen = Pick<World, 'integration' | 'config' | 'ledger' | 'repo'>

/** The branch is red. `green`: the newest landing with which it was not; null where nobody knows. */
export type Redness = { green: Sha | null }

/** Null while the branch is green, as far as CI has told. What takes the first red landing back mends it, until a tip above says otherwise. */
export function readRedness({ integration, config }: Seen, now: Instant): Redness | null {
  if (integration === null || !config.ok) return null
  const tips = readTips(integration, config.value, now)
  const green = tips.findLastIndex(({ state }) => state === 'green')
  let left = tips.slice(green + 1)
  for (;;) {
    const red = left.findIndex(isRed)
    if (red < 0) return null
    const back = left.findIndex((tip, i) => i > red && tip.undoes.includes(left[red]!.key))
    if (back < 0) return { green: tips[green]?.key ?? integration.promoted }
    left = left.slice(back)
  }
}

/** Of a pull request, or a combination. */
type Judged = Pick<PullFacts, 'mergeBase' | 'layers'> & { base: Pick<PullFacts['base'], 'branch'> }

/**
 * GitHub has CI judge a pull request together with the branch that it goes to. Once that is mended, whoever does not stand on what
 * mended it is judged again: its red may have been the branch's. A red of its own costs one run more by that.
 */
export function inheritsRed(pull: Judged, world: Seen, now: Instant): Inherited | null {
  const { integration, ledger } = world
  if (integration === null || pull.base.branch !== integration.branch) return null
  if (readRedness(world, now) !== null) return 'red'
  const { landed, from } = integration
  const stands = landed.findIndex(one => one.sha === pull.mergeBase)
  if (stands < 0 && pull.mergeBase !== from) return null
  const isBelow = ledger.controls.reds.some(({ sha }) => {
    const mended = findMended(integration, sha)
    if (mended === null) return false
    // Where nothing took it back, nobody knows what mended it: then it is once, and not at each promotion.
    return mended.known ? stands < mended.at : stands < mended.at && pull.layers.length === 1
  })
  return isBelow ? 'mended' : null
}

/** Where it was mended at the latest, by its place among the landings; null where that landing is out of view, or red still. */
function findMended({ landed, promoted }: IntegrationFacts, sha: Sha): { at: number; known: boolean } | null {
  const red = landed.findIndex(one => one.sha === sha)
  if (red < 0) return null
  const back = landed.findIndex((one, i) => i > red && listReverts(one.message).includes(sha))
  if (back >= 0) return { at: back, known: true }
  const green = landed.findIndex(one => one.sha === promoted)
  return green < red ? null : { at: green, known: false }
}

/** Issues that people named, by `/chorus hotfix`, to mend a landing with which the branch is red. */
export function listMending({ ledger, tasks, integration }: World, { green }: Redness): number[] {
  const above = listAbove(integration!, green)
  return [...ledger.records.values()].flatMap(({ hotfix, issue: bad }) => {
    const landed = hotfix && tasks.find(one => one.issue.number === bad)?.pull?.mergedSha
    return landed != null && above.has(landed) ? hotfix!.issue : []
  })
}

/** Is it one of these? */
export function isMending({ issue }: Pick<TaskFacts, 'issue'>, world: World, red: Redness): boolean {
  return listMending(world, red).includes(issue.number)
}

/** Where work begins: on the newest landing of the branch; while that is red, on the newest with which it was green, but for what is to mend it. */
export function chooseBase(task: Pick<TaskFacts, 'blockers' | 'issue'>, world: World, now: Instant): Sha {
  const { repo } = world
  const red = readRedness(world, now)
  if (red === null || red.green === null || isMending(task, world, red)) return repo.target.head
  return findAbove(task, red.green, world) === null ? red.green : repo.target.head
}

/**
 * Why work does not begin: what it builds on, or does not merge with, stands only where the branch is red. Null where nothing is in
 * the way.
 */
export function explainBase(
  task: Pick<TaskFacts, 'blockers' | 'issue' | 'pull'>,
  world: World,
  redness: () => Redness | null,
): string | null {
  const { branch } = world.repo.target
  const isShown = task.pull?.state === 'open'
  // What is shown already goes on with itself, but for what has to be done again on the newest: below that it would not merge again.
  if (isShown ? task.pull?.mergeable !== false : task.blockers.length === 0) return null
  const red = redness()
  if (red === null || red.green === null) return null
  if (isShown) return isMending(task, world, red) ? null : explainRedRival(branch)
  const on = findAbove(task, red.green, world)
  return on === null ? null : explainRedBase(on, branch)
}

/** An issue that blocked it, and landed above that place. */
function findAbove(
  { blockers }: Pick<TaskFacts, 'blockers'>,
  green: Sha,
  { tasks, integration }: World,
): number | null {
  const above = listAbove(integration!, green)
  const found = blockers.find(({ repo, issue }) => {
    const sha = repo === null ? tasks.find(one => one.issue.number === issue)?.pull?.mergedSha : null
    return sha != null && above.has(sha)
  })
  return found?.issue ?? null
}

function listAbove({ landed }: IntegrationFacts, green: Sha | null): ReadonlySet<Sha> {
  return new Set(landed.slice(landed.findIndex(one => one.sha === green) + 1).map(({ sha }) => sha))
}
