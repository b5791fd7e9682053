import { createMemory, reconcile, type Steps } from '../../../app/reconcile.ts'
import { stepsOf } from '../../../app/steps.ts'
import type { Plan } from '../../../core/plan.ts'
import type { World } from '../../../core/world.ts'
import type { Forge } from '../../../forge/forge.ts'
import { LONGEST_LAG, type Place } from './place.ts'

/** The app's own loop over one repository, which waits before each of its acts until it is told to go on. */
export type Controller = {
  name: string
  forge: Forge
  /** Begins a look when it rests, else goes on; resolves when it waits before its next act, or rests. */
  advance(): Promise<void>
  /** It waits for its turn; or something happened since its last look began; or the time has come for which that asked. */
  isDue(): boolean
  /** Its last look saw all that has happened up to now, and found nothing left to do. @param since it began so long after that. */
  isAtRest(since?: number): boolean
  /** When its last look did. */
  began(): number
  /** It remembers what GitHub refused: a process that starts now would ask once more. */
  isWiser(): boolean
}

/** `watch`: told of everything that is planned. */
type Watch = (world: World, planned: Plan) => void
/** `name` is what the timeline calls it. */
type Given = { name: string; watch: Watch; hold?: 'acts' | 'writes' }

/**
 * What happens while it waits does so with no read of its own under way, and it goes on from a write when all that follows from
 * that has happened: so a seed tells the same again.
 * @param hold before each act, or before each request of it that may change something.
 */
export function openController(place: Place, { name, watch, hold = 'acts' }: Given): Controller {
  const { time, happened, happenedAt } = place
  const forge = place.forge(name)
  const memory = createMemory()
  const baton = openBaton()
  const reads = countReads(forge)
  settleWrites(forge, place, name)
  const steps = inTurns(stepsOf(forge), hold === 'acts' ? baton : null, watch)
  if (hold === 'writes') holdWrites(forge, baton)
  const { signal } = new AbortController()
  let looking = false
  let known = -1
  let next: number | null = null
  let [began, isDone] = [0, false]
  return {
    name,
    forge,
    isDue: () => looking || known < happened() || (next !== null && next <= time.now()),
    isAtRest: (since = LONGEST_LAG) =>
      isDone && !looking && known === happened() && began > happenedAt() + since,
    began: () => began,
    isWiser: () => isWiser(forge, time.now()),
    async advance() {
      const arrived = baton.next()
      if (looking) baton.pass()
      else {
        looking = true
        known = happened()
        began = time.now()
        // A write that its look did not wait for, as another one of them failed: it goes through now.
        baton.pass()
        void reconcile({ steps, clock: time, log: forge.log, memory, signal }).then(came => {
          looking = false
          next = came.next
          isDone = came.fault === null && memory.restless === 0
          baton.arrive()
        })
      }
      await arrived
      await reads.rest()
    },
  }
}

function isWiser({ memory }: Forge, now: number): boolean {
  const { refusals, collisions, combinesAfter, strictUntil } = memory
  return refusals.size > 0 || collisions.size > 0 || combinesAfter > now || strictUntil > now
}

function countReads({ octokit }: Forge): { rest(): Promise<void> } {
  const open = new Set<Promise<unknown>>()
  octokit.hook.wrap('request', (request, options) => {
    if (options.method !== 'GET') return request(options)
    const answer = Promise.resolve(request(options))
    open.add(answer)
    const close = () => open.delete(answer)
    answer.then(close, close)
    return answer
  })
  return {
    async rest() {
      // One read may lead to the next.
      for (let calm = 0; calm < 3; calm = open.size === 0 ? calm + 1 : 0) {
        await Promise.allSettled(open)
        await new Promise(setImmediate)
      }
    },
  }
}

/** What a write takes. Milliseconds. */
const TAKES = 50

function settleWrites({ octokit }: Forge, { twin, time, timeline }: Place, name: string): void {
  octokit.hook.wrap('request', async (request, options) => {
    if (options.method === 'GET') return request(options)
    time.pass(TAKES)
    const { url } = octokit.request.endpoint(options)
    const what = `${name} ${options.method} ${new URL(url).pathname} ${describe(options)}`
    try {
      const answer = await request(options)
      timeline.note(`${what}: ${answer.status}`)
      return answer
    } catch (error) {
      timeline.note(`${what}: ${error instanceof Error ? error.message : error}`)
      throw error
    } finally {
      await twin.settled()
    }
  })
}

/** What tells one write of a kind from the others. */
function describe(options: Record<string, unknown>): string {
  const { query, sha, ref, head, head_sha: on, conclusion, body, base } = options
  const told = { query: typeof query === 'string' ? query.slice(0, 60) : undefined, sha, ref, base, head, on }
  return JSON.stringify({
    ...told,
    conclusion,
    body: typeof body === 'string' ? body.slice(0, 100) : undefined,
  })
}

/** Where one that must wait for its turn meets the one that gives it. */
type Baton = { arrive(): void; next(): Promise<void>; pass(): void; turn(): Promise<void> }

function openBaton(): Baton {
  let arrived = Promise.withResolvers<void>()
  let go = Promise.withResolvers<void>()
  return {
    arrive: () => arrived.resolve(),
    next() {
      arrived = Promise.withResolvers()
      return arrived.promise
    },
    pass: () => go.resolve(),
    turn() {
      go = Promise.withResolvers()
      arrived.resolve()
      return go.promise
    },
  }
}

/** One after the other, each when it is told to go on. */
function holdWrites({ octokit }: Forge, baton: Baton): void {
  let last: Promise<unknown> = Promise.resolve()
  octokit.hook.wrap('request', (request, options) => {
    if (options.method === 'GET') return request(options)
    const answer = last.then(() => baton.turn()).then(() => request(options))
    last = Promise.resolve(answer).catch(() => {})
    return answer
  })
}

function inTurns(steps: Steps, baton: Baton | null, watch: Watch): Steps {
  return {
    observe: steps.observe,
    plan(world, now) {
      const planned = steps.plan(world, now)
      watch(world, planned)
      return planned
    },
    async perform(effect) {
      await baton?.turn()
      return steps.perform(effect)
    },
  }
}
