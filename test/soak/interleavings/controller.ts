import { createMemory, reconcile, type Steps } from '../../../app/reconcile.ts'
import { stepsOf } from '../../../app/steps.ts'
import type { Plan } from '../../../core/plan.ts'
import type { World } from '../../../core/world.ts'
import type { Forge } from '../../../forge/forge.ts'
import type { Time } from '../../stories/time.ts'

/** The app's own loop over one repository, which waits before each of its acts until it is told to go on. */
export type Controller = {
  forge: Forge
  /** Begins a look when it rests, else goes on; resolves when it waits before its next act, or rests. */
  advance(): Promise<void>
  /** It waits for its turn; or something happened since its last look began; or the time has come for which that asked. */
  isDue(): boolean
}

/** `watch`: told of everything that is planned. */
type Watch = (world: World, planned: Plan) => void
type Given = { time: Time; happened: () => number; watch: Watch; hold?: 'acts' | 'writes' }

/**
 * @param happened how many things have happened so far.
 * @param hold before each act, or before each request of it that may change something.
 */
export function openController(forge: Forge, { time, happened, watch, hold = 'acts' }: Given): Controller {
  const memory = createMemory()
  const baton = openBaton()
  const steps = inTurns(stepsOf(forge), hold === 'acts' ? baton : null, watch)
  if (hold === 'writes') holdWrites(forge, baton)
  const { signal } = new AbortController()
  let looking = false
  let known = -1
  let next: number | null = null
  return {
    forge,
    isDue: () => looking || known < happened() || (next !== null && next <= time.now()),
    advance() {
      const arrived = baton.next()
      if (looking) baton.pass()
      else {
        looking = true
        known = happened()
        // A write that its look did not wait for, as another one of them failed: it goes through now.
        baton.pass()
        void reconcile({ steps, clock: time, log: forge.log, memory, signal }).then(came => {
          looking = false
          next = came.next
          baton.arrive()
        })
      }
      return arrived
    },
  }
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
