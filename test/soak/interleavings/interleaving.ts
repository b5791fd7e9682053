import { createRandom, type Random } from '../../../core/schedule/random.ts'
import { git } from '../../../twin/git.ts'
import { expectSound } from '../../core/schedule/model/interleaving.ts'
import { type Controller, openController } from './controller.ts'
import {
  AGENT,
  blockersOf,
  calm,
  find,
  hasLanded,
  isHere,
  judge,
  meddle,
  pullsOf,
  shownBy,
} from './people.ts'
import { openPlace, type Place } from './place.ts'
import { openRunners, type Runners } from './runs.ts'
import { Red } from './timeline.ts'

/** What one interleaving came to, for the summary. */
export type Told = { tasks: number; controllers: number; deaths: number; attempts: number; acts: number }

type World = {
  place: Place
  random: Random
  issues: readonly number[]
  controllers: Controller[]
  runners: Runners
  told: Told
}

const SCOPES = ['src/a/**', 'src/b/**', 'src/*/**']
/** Acts of each: people and faults for so long, and then as many rounds as it may take to come to the end. */
const UNREST = { least: 40, more: 40 }
const ROUNDS = 120

/**
 * Two to four controllers of the real app against one repository of the twin, in an order that the seed chooses: each is held
 * before every act, dies between any two, is woken or not; answers get lost, reads lag; people do as they like. Then all goes
 * on in peace to the end. Throws Red.
 * The same seed gives the same.
 */
export async function interleave(seed: number): Promise<Told> {
  const random = createRandom(seed)
  await using place = await openPlace({ seed, parallel: 1 + random.below(3) })
  try {
    return await tell(place, random)
  } catch (error) {
    throw new Red(error, place.timeline)
  }
}

async function tell(place: Place, random: Random): Promise<Told> {
  const world = await openWorld(place, random)
  loseAnswers(place)
  const acts = UNREST.least + random.below(UNREST.more)
  for (let i = 0; i < acts; i++) {
    await act(world)
    expectNothingTwice(world)
    await place.rest()
  }
  place.timeline.note('from here on in peace')
  await calm(place, world.issues)
  await finish(world)
  await expectAllLanded(world)
  return world.told
}

async function openWorld(place: Place, random: Random): Promise<World> {
  const issues: number[] = []
  const count = 3 + random.below(4)
  for (let n = 1; n <= count; n++) {
    const scope = random.below(2) === 0 ? '' : `\n### Scope\n\n${SCOPES[random.below(SCOPES.length)]}\n`
    const body = `### Goal\n\nDo it.\n${scope}`
    const { data } = await place.ada.rest.issues.create({
      ...place.at,
      title: `Part ${n}`,
      body,
      labels: [AGENT],
    })
    issues.push(data.number)
    if (n > 1 && random.below(2) === 0) {
      const blocker = find(place, issues[random.below(n - 1)]!)
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by'
      await place.ada.request(route, { ...place.at, issue_number: data.number, issue_id: blocker.id })
    }
  }
  const controllers = Array.from({ length: 2 + random.below(3) }, (_, n) => born(place, `c${n}`))
  const told = { tasks: count, controllers: controllers.length, deaths: 0, attempts: 0, acts: 0 }
  return { place, random, issues, controllers, runners: openRunners(place), told }
}

function born(place: Place, name: string): Controller {
  return openController(place, { name, watch: expectSound })
}

/** Done and not told, or not done. */
function loseAnswers({ twin }: Place): void {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const when of ['before', 'after'] as const) {
      const match = { method, actor: 'installation', probability: 0.03 }
      twin.faults.add({ kind: 'request', match, act: { do: 'answer', status: 502, when } })
    }
  }
}

async function act(world: World): Promise<void> {
  const { place, random, controllers, told } = world
  const luck = random.below(20)
  told.acts += 1
  const chosen = random.below(controllers.length)
  if (luck < 12) {
    const one = controllers[chosen]!
    // Now and then for no reason.
    if (one.isDue() || random.below(8) === 0) await one.advance()
  } else if (luck < 13) {
    // It is not ended: it just never gets to its next act.
    place.timeline.note(`${controllers[chosen]!.name} dies`)
    controllers[chosen] = born(place, `${controllers[chosen]!.name}'`)
    told.deaths += 1
  } else if (luck < 17) await moveHost(world)
  else if (luck < 19) await meddle(place, world.issues, random)
  else place.time.pass(random.below(100_000))
}

async function moveHost(world: World): Promise<void> {
  const { place, random, runners, controllers } = world
  if (random.below(2) === 0 && (await judge(place, random, true))) return
  if (runners.due() === 0) return void (await judge(place, random, true))
  await runners.move(random)
  // Some hear of it at once, by a webhook; others not, or later.
  for (const { forge } of controllers) if (random.below(2) === 0) forge.memory.runToldAt = place.time.now()
}

/** Everybody goes on, nobody disturbs: whatever is open has to land. */
async function finish(world: World): Promise<void> {
  const { place, random, controllers, runners } = world
  place.twin.faults.clear()
  for (let round = 0; round < ROUNDS; round++) {
    // Not all of them have to be there, and none is ever sure to come to the end of what it planned.
    const one = controllers[random.below(controllers.length)]!
    for (let acts = random.below(16); acts > 0 && (one.isDue() || acts % 8 === 0); acts--) await one.advance()
    await runners.settle()
    while (await judge(place, random, false)) world.told.acts += 1
    for (const { forge } of controllers) forge.memory.checkToldAt = place.time.now()
    expectNothingTwice(world)
    place.time.pass(20_000)
    await place.rest()
    if (here(world).every(issue => find(place, issue).state === 'closed')) return
  }
  throw new Error(
    `does not come to an end: ${here(world)
      .map(issue => describe(place, issue))
      .join('; ')}`,
  )
}

function here({ place, issues }: World): number[] {
  return issues.filter(issue => isHere(place, issue))
}

function describe(place: Place, number: number): string {
  const { state, labels } = find(place, number)
  const blockers = blockersOf(place, find(place, number)).map(one => `#${one.number}`)
  const pulls = pullsOf(place, number).map(pull => `#${pull.number}${pull.merged ? ' merged' : ''}`)
  const said = [...place.repo.comments.values()].findLast(
    one => one.issue === number && one.performedViaAppId !== null,
  )
  return `#${number} ${state} [${labels}] after [${blockers}] shown by [${pulls}] "${said?.body.slice(0, 200) ?? ''}"`
}

function expectNothingTwice({ place, issues, runners }: World): void {
  for (const [name, count] of runners.conversations) {
    if (count > 1) throw new Error(`${count} conversations: ${name}`)
  }
  for (const issue of issues) {
    const shown = pullsOf(place, issue).map(pull => shownBy(place, pull))
    if (new Set(shown).size < shown.length) throw new Error(`#${issue} is shown twice: attempts ${shown}`)
  }
}

/** Whatever was not given up has landed, once; and nothing else has. */
async function expectAllLanded(world: World): Promise<void> {
  const { place, issues, runners, told } = world
  told.attempts = runners.conversations.size
  for (const issue of here(world)) {
    const { state_reason: reason } = find(place, issue)
    if (reason !== 'not_planned' && !hasLanded(place, issue)) throw new Error(`#${issue} is lost`)
  }
  const { stdout } = await git(place.repo, ['log', '--format=%s', 'main'])
  const landed = stdout.toString().trim().split('\n').length - 1
  const wanted = issues.filter(issue => hasLanded(place, issue)).length
  if (landed !== wanted) throw new Error(`${landed} landings of ${wanted} tasks`)
}
