import { GATE_CHECK, printTaskId } from '../../../core/names.ts'
import type { Random } from '../../../core/schedule/random.ts'
import { readRef } from '../../../twin/gitdata/refs.ts'
import type { Pull } from '../../../twin/pulls/state.ts'
import { commitFiles, createUser } from '../../../twin/seed.ts'
import { find, pullsOf } from '../interleavings/people.ts'
import type { Place } from '../interleavings/place.ts'
import { writeTry } from '../interleavings/runs.ts'
import { attemptsIn, openPulls } from './ci.ts'
import type { Path } from './paths.ts'

/** What a commit says that somebody pushed to main without asking anybody. */
export const FOREIGN = 'foreign'

type Act = (place: Place, issue: number, random: Random) => Promise<unknown> | undefined

const ACTS: readonly Act[] = [
  pushToMain,
  pushToMain,
  pressButton,
  pressButton,
  pressButton,
  pushToBranch,
  (place, issue) => review(place, issue, 'APPROVE'),
  (place, issue) => review(place, issue, 'REQUEST_CHANGES'),
  (place, issue) => say(place, issue, '/chorus hold'),
  (place, issue) => say(place, issue, '/chorus merge'),
  (place, issue) => say(place, issue, '/chorus eject too early'),
  (place, issue) => say(place, issue, '/chorus freeze'),
  (place, issue) => say(place, issue, '/chorus unfreeze'),
  hold,
  closeTrain,
]

type Where = { place: Place; path: Path; issues: readonly number[] }

export async function meddle({ place, path, issues }: Where, random: Random): Promise<void> {
  const act = ACTS[random.below(ACTS.length)]!
  if (path.name === 'lanes' && isOutOfHands(place, act)) return
  const issue = issues[random.below(issues.length)]!
  place.timeline.note(`people: ${act.name || act} #${issue}`)
  // GitHub refuses some: a merge that may not be, a branch that is gone.
  await Promise.resolve(act(place, issue, random)).catch((error: { status?: number }) => {
    if (![404, 405, 409, 422].includes(error.status ?? 0)) throw error
  })
}

/**
 * With lanes neither branch asks for up-to-date pull requests: a push to main in the very moment of a promotion is GitHub's to
 * refuse, which does not; and who presses the button on the way there has passed no gate.
 */
function isOutOfHands(place: Place, act: Act): boolean {
  const isPromoted = ({ head, base }: Pull) =>
    base.ref === place.repo.default_branch && isGreen(place, head.sha)
  return act === pressButton || (act === pushToMain && openPulls(place).some(isPromoted))
}

/** CI has called it green: a controller that looked before the push may be about to land it. */
function isGreen({ repo }: Place, head: string): boolean {
  return repo.statuses.findLast(one => one.sha === head)?.state === 'success'
}

/** They take back what keeps work from landing, and look at what waits for them. */
export async function calm(place: Place, issues: readonly number[]): Promise<void> {
  await say(place, issues[0]!, '/chorus unfreeze')
  for (const issue of issues) {
    place.time.pass(2_000)
    const { at, ada } = place
    if (find(place, issue).state === 'closed') continue
    for (const { number } of openPulls(place)) {
      if (place.repo.issues.get(number)?.labels.includes('hold'))
        await ada.rest.issues.removeLabel({ ...at, issue_number: number, name: 'hold' })
    }
    await say(place, issue, '/chorus merge')
  }
}

/** Whoever is asked says yes, and sends back what only an agent can mend. `patient`: what may still mend itself is left to it. */
export async function answer(place: Place, issues: readonly number[], patient: boolean): Promise<void> {
  if (!patient) await mendRed(place)
  for (const issue of issues) {
    const pull = pullsOf(place, issue).find(one => openPulls(place).includes(one))
    const said = gateOf(place, pull?.head.sha)
    if (said.startsWith('review')) await review(place, issue, 'APPROVE')
    if (advises(place, issue, '/chorus merge')) await say(place, issue, '/chorus merge')
    if (said.startsWith('On hold: stuck')) await say(place, issue, '/chorus revise go on from there')
    if (said.startsWith('On hold: stopped')) await say(place, issue, '/chorus run')
    if (patient) continue
    // Its revert is red as well, where CI cannot be asked a second time.
    if (advises(place, issue, '/chorus rollback cancel')) await say(place, issue, '/chorus rollback cancel')
    if (find(place, issue).state === 'open') await say(place, issue, '/chorus retry')
  }
}

/** A promotion that says that a person has to mend it: with a change of their own, as its text says. */
async function mendRed(place: Place): Promise<void> {
  for (const { head, base } of openPulls(place)) {
    if (base.ref !== place.repo.default_branch || !asksForMend(place, head.sha)) continue
    const branch = 'integration'
    const tip = (await readRef(place.repo, `refs/heads/${branch}`))!
    const bad = [...(await attemptsIn(place, tip))].filter(([, attempt]) => attempt === 1)
    const better = bad.map(([issue]) => [`src/a/${printTaskId(issue)}.js`, writeTry(printTaskId(issue), 2)])
    // Where nothing is bad it was a flake, and something newer is judged anew.
    const files = { 'mended.txt': `${tip}\n`, ...Object.fromEntries(better) }
    await commitFiles(place.twin.state, place.repo, { branch, files, message: 'mended' })
  }
}

function asksForMend({ repo }: Place, head: string): boolean {
  const gate = [...repo.checkRuns.values()].findLast(one => one.head_sha === head && one.name === GATE_CHECK)
  return gate?.output.summary?.match(/mend it with a new pull request/i) != null
}

/** Landings of it that were taken back. */
export function revertsOf(place: Place, issue: number): Pull[] {
  const names = pullsOf(place, issue).map(({ number }) => `chorus/revert/${number}`)
  return [...place.repo.pulls.values()].filter(one => one.merged && names.includes(one.head.ref))
}

/** Does the newest status comment tell people to say that? */
function advises({ repo }: Place, issue: number, command: string): boolean {
  const said = [...repo.comments.values()].filter(
    one => one.issue === issue && one.performedViaAppId !== null,
  )
  const line = /^\*\*What you can do:\*\*.*$/m.exec(said.at(-1)?.body ?? '')?.[0]
  return line?.includes(`\`${command}\``) === true
}

export function gateOf({ repo }: Place, head: string | undefined): string {
  const checks = [...repo.checkRuns.values()].filter(one => one.head_sha === head && one.name === GATE_CHECK)
  return checks.at(-1)?.output.title ?? ''
}

async function pushToMain({ twin, repo }: Place, _issue: number, random: Random): Promise<void> {
  const name = random.below(1000)
  await commitFiles(twin.state, repo, {
    branch: repo.default_branch,
    files: { [`foreign/${name}.txt`]: `${name}\n` },
    message: `${FOREIGN} ${name}`,
  })
}

/** By somebody who may push, and whom the rules bind: GitHub takes it where everything that is required is green. */
async function pressButton(place: Place, _issue: number, random: Random): Promise<unknown> {
  const open = openPulls(place)
  const pull = open[random.below(Math.max(1, open.length))]
  if (pull === undefined) return undefined
  return place.as('bob').rest.pulls.merge({ ...place.at, pull_number: pull.number })
}

async function pushToBranch(place: Place, issue: number, random: Random): Promise<void> {
  const pull = pullsOf(place, issue).find(one => openPulls(place).includes(one))
  if (pull === undefined) return
  createUser(place.twin.state, 'bob')
  const files = { [`by-hand/${issue}-${random.below(100)}.txt`]: 'by hand\n' }
  const change = { branch: pull.head.ref, files, message: 'by hand', login: 'bob' }
  await commitFiles(place.twin.state, place.repo, change)
}

/** By somebody who did not ask for the work, and pushed nothing to it. */
async function review(place: Place, issue: number, event: 'APPROVE' | 'REQUEST_CHANGES'): Promise<unknown> {
  const pull = pullsOf(place, issue).find(one => openPulls(place).includes(one))
  if (pull === undefined) return undefined
  const body = event === 'APPROVE' ? 'Fine.' : 'Say it shorter.'
  return place.as('cleo').rest.pulls.createReview({ ...place.at, pull_number: pull.number, event, body })
}

function say({ ada, at }: Place, issue: number, body: string): Promise<unknown> {
  return ada.rest.issues.createComment({ ...at, issue_number: issue, body })
}

async function hold(place: Place, issue: number): Promise<unknown> {
  const pull = pullsOf(place, issue).find(one => openPulls(place).includes(one))
  if (pull === undefined) return undefined
  const labels = place.repo.issues.get(pull.number)?.labels ?? []
  const { ada, at } = place
  if (!labels.includes('hold'))
    return ada.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['hold'] })
  return ada.rest.issues.removeLabel({ ...at, issue_number: pull.number, name: 'hold' })
}

function closeTrain(place: Place): Promise<unknown> | undefined {
  const train = openPulls(place).find(pull => pull.head.ref.startsWith('chorus/train/'))
  if (train === undefined) return undefined
  return place.ada.rest.pulls.update({ ...place.at, pull_number: train.number, state: 'closed' })
}
