import type { Random } from '../../../core/schedule/random.ts'
import { gitText } from '../../../twin/git.ts'
import { expectSound } from '../../core/schedule/model/interleaving.ts'
import { type Controller, openController } from '../interleavings/controller.ts'
import { AGENT, find, pullsOf } from '../interleavings/people.ts'
import { openPlace, type Place } from '../interleavings/place.ts'
import { openRunners } from '../interleavings/runs.ts'
import { type Ci, openCi, openPulls } from '../landings/ci.ts'
import { gateOf } from '../landings/people.ts'
import { openWatcher } from '../landings/sound.ts'
import { type End, type Kind, openHost } from './host.ts'

/** What one telling came to. `acts`: writes that were waited for, and looks that came to rest. */
export type Told = { acts: number; deaths: number; judged: number; world: World }

/** `lives`: after so many acts each controller dies; the one after them all lives on. `ends`: how the first runs of the merge job end. */
export type Fate = { lives?: Iterable<number>; ends?: readonly End[] }

/** Of what GitHub's answers and lists take; who dies when is counted, and not left to chance. */
export const SEED = 1
const TASKS = 3
const ROUNDS = 200
const LAG = 20_000
/** So many rounds without anything to do, and nothing will ever be done any more. */
const CALM = 3
/** Nothing is left to chance here: the last of what may be chosen, and no run fails by itself. */
const NO_LUCK: Random = { below: limit => limit - 1, part: () => 0.5 }

/**
 * Three tasks are ready in the same moment. From then on controllers die before a write, as often as `lives` says, and whoever
 * comes next knows nothing; then the merge job's runs die. Throws where main ever has what CI has not judged, or where it does not
 * come to an end. The world that is left has to be the same whoever died.
 */
export async function landThrough(kind: Kind, { lives = [], ends = [] }: Fate = {}): Promise<Told> {
  const host = openHost(kind, ends)
  const { config, prepare } = host
  await using place = await openPlace({ seed: SEED, parallel: TASKS, config })
  prepare(place)
  const ci = openCi(place)
  const issues = await proposeAll(place, ci)
  const watcher = await openWatcher({ place, ci, blockers: new Map(), issues })
  await release(place, issues)
  // Whatever is read from now on knows of it.
  place.time.pass(LAG)
  await place.rest()
  const crew = openCrew(place, lives)
  for (let round = 0, calm = 0; round < ROUNDS; round++) {
    // In the end everything is looked at once more, whatever was heard.
    for (let turns = 400; turns > 0 && (crew.isDue() || (calm > 0 && turns === 400)); turns--) {
      await crew.advance()
      await place.rest()
      if (host.isExact) await watcher.look([crew.now()])
    }
    while (await ci.judge(NO_LUCK, false));
    await host.move(place)
    crew.wake()
    place.time.pass(LAG)
    await place.rest()
    const isOver = issues.every(issue => find(place, issue).state === 'closed')
    calm = isOver && openPulls(place).length === 0 ? calm + 1 : 0
    if (calm === CALM) {
      const { acts, deaths } = crew.told()
      return { acts, deaths, judged: host.judged(), world: await picture(place, issues) }
    }
  }
  throw new Error(
    `${kind}, lives ${[...lives]}, ends ${ends}: does not come to an end: ${describe(place, issues)}`,
  )
}

/** By one controller that nothing happens to; a label holds all of them back in the end. */
async function proposeAll(place: Place, ci: Ci): Promise<number[]> {
  const issues: number[] = []
  for (let n = 1; n <= TASKS; n++) {
    const wish = { title: `Part ${n}`, body: '### Goal\n\nDo it.\n', labels: [AGENT, 'hold'] }
    issues.push((await place.ada.rest.issues.create({ ...place.at, ...wish })).data.number)
  }
  const [runners, one] = [openRunners(place), born(place, 'the first')]
  const isHeld = (issue: number) => {
    const sha = pullsOf(place, issue).at(-1)?.head.sha
    return gateOf(place, sha).startsWith('labels:') && place.repo.statuses.some(status => status.sha === sha)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let turns = 400; turns > 0 && one.isDue(); turns--) {
      await one.advance()
      await place.rest()
    }
    if (issues.every(isHeld)) return issues
    while (runners.due() > 0) await runners.move(NO_LUCK)
    while (await ci.judge(NO_LUCK, false));
    wake(place, one)
    place.time.pass(LAG)
    await place.rest()
  }
  throw new Error(`not all are proposed: ${describe(place, issues)}`)
}

async function release({ ada, at }: Place, issues: readonly number[]): Promise<void> {
  for (const issue_number of issues) await ada.rest.issues.removeLabel({ ...at, issue_number, name: 'hold' })
}

function born(place: Place, name: string): Controller {
  return openController(place, { name, watch: expectSound, hold: 'writes' })
}

function wake({ time }: Place, { forge }: Controller): void {
  forge.memory.checkToldAt = time.now()
  forge.memory.runToldAt = time.now()
}

type Crew = {
  isDue(): boolean
  advance(): Promise<void>
  wake(): void
  now(): Controller
  told(): { acts: number; deaths: number }
}

/** One controller after the other, each until its life is over: it just never gets to its next write. */
function openCrew(place: Place, lives: Iterable<number>): Crew {
  const left = lives[Symbol.iterator]()
  const next = () => left.next().value ?? Number.POSITIVE_INFINITY
  let [acts, deaths] = [0, 0]
  let one = born(place, '0')
  let life = next()
  return {
    isDue: () => one.isDue(),
    async advance() {
      await one.advance()
      acts += 1
      life -= 1
      if (life > 0) return
      deaths += 1
      one = born(place, String(deaths))
      life = next()
    },
    wake: () => wake(place, one),
    now: () => one,
    told: () => ({ acts, deaths }),
  }
}

export type World = Awaited<ReturnType<typeof picture>>

/** All that is the same whoever died: how many went in one train is not. */
async function picture(place: Place, issues: readonly number[]) {
  const { repo } = place
  const names = async (prefix: string) =>
    (await gitText(repo, ['for-each-ref', '--format=%(refname)', prefix])).split('\n').toSorted()
  return {
    issues: issues.map(issue => ({
      labels: find(place, issue).labels.toSorted(),
      landed: pullsOf(place, issue).map(pull => pull.merged),
      said: [...repo.comments.values()].filter(one => one.issue === issue).map(one => one.body),
    })),
    files: await gitText(repo, ['rev-parse', `${repo.default_branch}:src`]),
    heads: await names('refs/heads'),
    refs: await names('refs/chorus'),
  }
}

function describe(place: Place, issues: readonly number[]): string {
  const pulls = openPulls(place).map(
    pull => `#${pull.number} ${pull.head.ref} "${gateOf(place, pull.head.sha)}"`,
  )
  const tasks = issues.map(issue => `#${issue} ${find(place, issue).state} [${find(place, issue).labels}]`)
  return [...tasks, ...pulls].join('; ')
}
