import { createRandom, type Random } from '../../../core/schedule/random.ts'
import { expectSound } from '../../core/schedule/model/interleaving.ts'
import { type Controller, openController } from '../interleavings/controller.ts'
import { AGENT, find } from '../interleavings/people.ts'
import { openPlace, type Place } from '../interleavings/place.ts'
import { openRunners, type Runners } from '../interleavings/runs.ts'
import { Red } from '../interleavings/timeline.ts'
import { openCount, PARALLEL } from './bounds.ts'
import { type Ci, openCi, openPulls } from './ci.ts'
import { check } from './given.ts'
import { choosePath, type Path, protectMain } from './paths.ts'
import { answer, calm, gateOf, meddle } from './people.ts'
import { FORGOTTEN } from './rest.ts'
import { expectAllOnMain, openWatcher, type Watcher } from './sound.ts'

/** What one schedule came to, for the summary. */
export type Told = {
  /** How many schedules went by which path. */
  paths: Partial<Record<Path['name'], number>>
  tasks: number
  landings: number
  trains: number
  deaths: number
  acts: number
  /** How often a controller had seen all, and left nothing undone. */
  rests: number
  /** How often a process that had just started was asked then, and had to find nothing to do. */
  asked: number
}

/** `lines`: what happened, in order; of the same seed the same. */
export type Landed = { told: Told; lines: readonly string[] }

/** How much of the unrest takes place: what makes a schedule red is looked for by taking some of it away. */
export type Unrest = { acts: number; people: boolean; deaths: boolean; faults: boolean; flakes: boolean }

export const FULL: Unrest = { acts: 120, people: true, deaths: true, faults: true, flakes: true }

type World = {
  place: Place
  path: Path
  random: Random
  unrest: Unrest
  issues: readonly number[]
  controllers: Controller[]
  runners: Runners
  ci: Ci
  watcher: Watcher
  told: Told
  /** No more flakes. */
  calm: boolean
}

const ROUNDS = 160
/** Longer than any read lags behind. Milliseconds. */
const LAG = 3_000
/** Longer than who took a claim over may still dispatch it, and lists may not show that. Milliseconds. */
const LONGEST_RIGHT = 610_000

/**
 * Tasks become ready in any order and land by the path that the seed chooses, while controllers of the real app
 * are held before every write and die there, CI is red now and then, people push to main and to branches, press the green
 * button, review, hold and freeze. After each step main is looked at; in the end all has to land. Throws Red.
 */
export async function landAll(seed: number, unrest: Unrest = FULL): Promise<Landed> {
  const random = createRandom(seed)
  const path = choosePath(random)
  await using place = await openPlace({
    seed,
    parallel: PARALLEL,
    checks: hasCi(path) ? ['ci'] : [],
    config: path.config,
    adds: task => (task.charCodeAt(task.length - 1) % 3 === 0 ? { 'src/list.txt': `${task}\n` } : {}),
  })
  try {
    const told = await tell(place, path, { random, unrest })
    return { told, lines: place.timeline.lines }
  } catch (error) {
    throw new Red(error, place.timeline)
  }
}

type Wish = Pick<World, 'random' | 'unrest'>

async function tell(place: Place, path: Path, { random, unrest }: Wish): Promise<Told> {
  protectMain(place, path, random)
  place.timeline.note(`by ${path.name}`)
  const world = await openWorld(place, path, { random, unrest })
  if (unrest.faults) loseAnswers(place)
  for (let i = 0; i < unrest.acts; i++) {
    await act(world)
    await world.watcher.look(world.controllers)
    await place.rest()
  }
  place.twin.faults.clear()
  world.calm = true
  await calm(place, world.issues)
  world.watcher.calm()
  await finish(world)
  await expectAllOnMain(place, world.issues)
  await expectRest(world)
  world.told.landings = world.watcher.landings()
  world.told.asked = world.watcher.rest.asked()
  world.told.rests = world.watcher.rest.count()
  return world.told
}

async function openWorld(place: Place, path: Path, { random, unrest }: Wish): Promise<World> {
  const issues: number[] = []
  const blockers = new Map<number, number>()
  const count = 3 + random.below(5)
  for (let n = 1; n <= count; n++) {
    const wish = { title: `Part ${n}`, body: '### Goal\n\nDo it.\n', labels: [AGENT] }
    const { data } = await place.ada.rest.issues.create({ ...place.at, ...wish })
    if (n > 1 && random.below(5) === 0) {
      const blocker = issues[random.below(n - 1)]!
      blockers.set(data.number, blocker)
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
      const issue_id = find(place, blocker).id
      await place.ada.request(route, { ...place.at, issue_number: data.number, issue_id })
    }
    issues.push(data.number)
  }
  const controllers = Array.from({ length: 1 + random.below(3) }, (_, n) => born(place, `c${n}`))
  const ci = openCi(place)
  const told: Told = {
    paths: { [path.name]: 1 },
    tasks: count,
    landings: 0,
    trains: 0,
    deaths: 0,
    acts: 0,
    rests: 0,
    asked: 0,
  }
  const runners = openRunners(place, sha => ci.say(sha, random, unrest.flakes && !world.calm))
  const watcher = await openWatcher({ place, ci, blockers, issues })
  const world: World = {
    place,
    path,
    random,
    unrest,
    issues,
    controllers,
    runners,
    ci,
    watcher,
    told,
    calm: false,
  }
  return world
}

/** Held before each of its writes, so that it can die between the green gate and the merge. */
function born(place: Place, name: string): Controller {
  return openController(place, { name, watch: expectSound, hold: 'writes' })
}

/** Done and not told, or not done. */
function loseAnswers({ twin }: Place): void {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const when of ['before', 'after'] as const) {
      const match = { method, actor: 'installation', probability: 0.02 }
      twin.faults.add({ kind: 'request', match, act: { do: 'answer', status: 502, when } })
    }
  }
}

async function act(world: World): Promise<void> {
  const { place, random, unrest, controllers, watcher, told } = world
  const luck = random.below(40)
  told.acts += 1
  const chosen = random.below(controllers.length)
  if (luck < 22) {
    for (let turns = 1 + random.below(6); turns > 0; turns--) {
      const one = controllers[chosen]!
      if (one.isDue() || random.below(8) === 0) await one.advance()
      await watcher.look(controllers)
      // It is not ended: it just never gets to its next write.
      if (unrest.deaths && random.below(60) === 0) {
        controllers[chosen] = born(place, `${controllers[chosen]!.name}'`)
        place.timeline.note(`${controllers[chosen].name} takes its place`)
        told.deaths += 1
      }
    }
  } else if (luck < 34) await moveHost(world)
  else if (luck < 38) {
    if (unrest.people) await meddle(world, random)
  } else {
    place.time.pass(random.below(60_000))
    await sweep(world, chosen)
  }
}

/** One of them looks again and again, until it has seen all that happened and nothing is left to do. */
async function sweep({ place, controllers, watcher }: World, chosen: number): Promise<void> {
  const one = controllers[chosen]!
  for (let looks = 3; looks > 0 && !one.isAtRest(FORGOTTEN); looks--) {
    place.time.pass(one.isAtRest() ? FORGOTTEN : LAG)
    await one.advance()
    for (let turns = 40; turns > 0 && one.isDue(); turns--) {
      await watcher.look(controllers)
      await one.advance()
    }
  }
}

async function moveHost({ place, path, random, unrest, runners, controllers, ci }: World): Promise<void> {
  if (hasCi(path) && random.below(2) === 0 && (await ci.judge(random, unrest.flakes)))
    return wake(place, controllers)
  if (runners.due() === 0) return void (hasCi(path) && (await ci.judge(random, unrest.flakes)))
  await runners.move(random)
  // Some hear of it at once, by a webhook; others not, or later.
  for (const { forge } of controllers) if (random.below(2) === 0) forge.memory.runToldAt = place.time.now()
}

function hasCi({ name }: Path): boolean {
  return name !== 'job'
}

function wake({ time }: Place, controllers: readonly Controller[]): void {
  for (const { forge } of controllers) forge.memory.checkToldAt = time.now()
}

/** Everybody goes on, nobody disturbs: whatever is open has to land. */
async function finish(world: World): Promise<void> {
  const { place, path, random, controllers, issues, runners, ci, watcher } = world
  for (let round = 0; round < ROUNDS; round++) {
    const one = controllers[random.below(controllers.length)]!
    for (let turns = 40; turns > 0 && one.isDue(); turns--) {
      await one.advance()
      await watcher.look(controllers)
    }
    for (let i = runners.due(); i > 0; i--) await runners.move(random)
    while (hasCi(path) && (await ci.judge(random, false))) world.told.acts += 1
    wake(place, controllers)
    await answer(place, issues, round % 30 !== 29)
    place.time.pass(20_000)
    await place.rest()
    if (issues.every(issue => find(place, issue).state === 'closed') && openPulls(place).length === 0) return
  }
  throw new Error(`I10: does not come to an end: ${describe(world)}`)
}

/** I9: where nothing happens nothing is written. */
async function expectRest({ place, controllers, told }: World): Promise<void> {
  const writes = openCount(place)
  const trains = [...place.repo.pulls.values()].filter(pull => pull.head.ref.startsWith('chorus/train/'))
  told.trains = trains.filter(pull => pull.merged).length
  // What a right to dispatch left goes when that is over, which takes time and nothing else.
  place.time.pass(LONGEST_RIGHT)
  // Twice: what one of them writes last the others may read late.
  for (const one of [...controllers, ...controllers]) {
    for (let turns = 200; turns > 0 && one.isDue(); turns--) await one.advance()
    place.time.pass(LAG)
    await place.rest()
  }
  const before = writes()
  for (const one of controllers) {
    await one.advance()
    for (let turns = 20; turns > 0 && one.isDue(); turns--) await one.advance()
  }
  check(writes() === before, 'I9', `${writes() - before} writes though nothing happened`)
}

function describe({ place, issues }: World): string {
  const pulls = openPulls(place).map(
    pull => `pull #${pull.number} ${pull.head.ref} "${gateOf(place, pull.head.sha)}"`,
  )
  const tasks = issues.map(issue => {
    const { state, labels } = find(place, issue)
    const said = [...place.repo.comments.values()].findLast(
      one => one.issue === issue && one.performedViaAppId !== null,
    )
    return `#${issue} ${state} [${labels}] "${said?.body.slice(0, 300) ?? ''}"`
  })
  return [...tasks, ...pulls].join('\n  ')
}
