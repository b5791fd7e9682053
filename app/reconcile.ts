import { type Effect, isDisplay, isLast, isRewording } from '../core/effect.ts'
import type { TaskId } from '../core/names.ts'
import type { Plan } from '../core/plan.ts'
import { describeState, type TaskState } from '../core/state.ts'
import { describeEffect } from '../core/words/effect.ts'
import type { Instant, World } from '../core/world.ts'
import { type Fault, toFault } from '../forge/fault.ts'
import type { Log } from '../forge/forge.ts'
import type { Performed } from '../forge/perform.ts'
import { type Clock, earliest } from './clock.ts'

/** The three steps of a pass, bound to one repository. `observe` may throw, the others do not. */
export type Steps = {
  /** @param pass of the look, from 1; where it is not told, everything is read. */
  observe(pass?: number): Promise<World>
  plan(world: World, now: Instant): Plan
  perform(effect: Effect): Promise<Performed>
}

/** What is remembered of a repository between looks: for logs, the status page and patience. Losing it costs nothing. */
export type Memory = {
  /** Last described state by task. */
  shown: Map<TaskId, { state: TaskState; words: string }>
  /** Last fault in words, so that it is logged once. */
  complaint: string | null
  /** Looks in a row that could not come to rest. */
  restless: number
  lastPass: Instant | null
}

export function createMemory(): Memory {
  return { shown: new Map(), complaint: null, restless: 0, lastPass: null }
}

export type Reconciliation = {
  /** When to look again without being woken; null: when woken. */
  next: Instant | null
  /** Set when the look could not be finished. */
  fault: Fault | null
}

export type Context = { steps: Steps; clock: Clock; log: Log; memory: Memory; signal: AbortSignal }

/** Passes right after one another in one look. A task needs about six; more is going round in circles. */
const PASSES = 12
const LONGEST_PATIENCE = 300_000

/** Observe → plan → perform, again and again until nothing is left to do now. The only place where the three meet. */
export async function reconcile(context: Context): Promise<Reconciliation> {
  const { clock, memory } = context
  let next: Instant | null = null
  for (let pass = 1; pass <= PASSES; pass++) {
    const came = await onePass(context, pass)
    memory.lastPass = clock.now()
    if (came.fault !== null) return { next: came.next, fault: complain(context, came.fault) }
    next = came.next
    if (came.did === 'nothing' || came.did === 'finished' || context.signal.aborted) {
      memory.restless = 0
      memory.complaint = null
      return { next, fault: null }
    }
    // Nothing went through (GitHub's reads lag behind its writes, a permission is missing): at once would be the same again.
    if (came.did === 'hindered') break
  }
  memory.restless += 1
  const patience = clock.now() + Math.min(250 * 2 ** memory.restless, LONGEST_PATIENCE)
  return { next: Math.min(patience, next ?? patience), fault: null }
}

/**
 * `hindered`: effects were due, and none of them came about. `finished`: all that was due is done, and nothing that could
 * be done next follows from it. A `fault` ends the look.
 */
type Pass = { did: 'nothing' | 'moved' | 'finished' | 'hindered'; next: Instant | null; fault: Fault | null }

async function onePass(context: Context, pass: number): Promise<Pass> {
  const { steps, clock } = context
  try {
    const world = await steps.observe(pass)
    const planned = steps.plan(world, clock.now())
    logChanges(context, planned.states)
    const { later, ...came } = await performAll(context, planned.effects, pass)
    return { ...came, next: earliest(planned.lookAgain, later) }
  } catch (error) {
    return { did: 'nothing', next: null, fault: toFault(error) }
  }
}

type Did = Pick<Pass, 'did' | 'fault'> & {
  /** When there is room again for content that was put off, or a landing may be tried again. */
  later: Instant | null
}

/** In order, words last. A task's effects build on one another: after a failed one its others wait for the next pass. */
async function performAll(context: Context, effects: readonly Effect[], pass: number): Promise<Did> {
  const dropped = new Set<TaskId>()
  const done: Effect[] = []
  let later: Instant | null = null
  let failed = false
  for (const effect of wordsLast(effects)) {
    if (context.signal.aborted) break
    if (isRewording(effect) && pass < PASSES && done.some(one => !isLast(one))) break
    const task = 'task' in effect ? effect.task : null
    if (task !== null && dropped.has(task)) continue
    const came = await context.steps.perform(effect)
    logPerformed(context, effect, came)
    if (came.ok) {
      done.push(effect)
      continue
    }
    if (task !== null) dropped.add(task)
    if (came.fault.is === 'again' && came.fault.only !== undefined) {
      later = earliest(later, context.clock.now() + (came.fault.after ?? 0))
      continue
    }
    failed = true
    // A host that asks for silence gets it, displays first; and nothing is done that the ledger was to remember before.
    if (came.fault.is === 'again') return { did: sumUp(done, failed), fault: came.fault, later }
    if (effect.do === 'record') break
  }
  return { did: sumUp(done, failed), fault: null, later }
}

function sumUp(done: readonly Effect[], failed: boolean): Pass['did'] {
  if (done.length === 0) return failed ? 'hindered' : 'nothing'
  return !failed && done.every(isLast) ? 'finished' : 'moved'
}

/** Displays after what they show, and what only says anew how things stand after all of it. */
function wordsLast(effects: readonly Effect[]): readonly Effect[] {
  const rest = effects.filter(effect => !isRewording(effect))
  const acts = rest.filter(effect => !isDisplay(effect))
  return [...acts, ...rest.filter(isDisplay), ...effects.filter(isRewording)]
}

function logChanges({ memory, log }: Context, states: Plan['states']): void {
  for (const [task, state] of states) {
    const known = memory.shown.get(task)
    // Of a task at rest the planner tells the very same state again.
    if (known?.state === state) continue
    const words = describeState(state)
    memory.shown.set(task, { state, words })
    if (known?.words === words) continue
    log.info({ task, state: state.is, words }, 'task changed')
  }
  for (const task of memory.shown.keys()) if (!states.has(task)) memory.shown.delete(task)
}

function logPerformed({ memory, log }: Context, effect: Effect, came: Performed): void {
  const fields = { effect: effect.do, words: describeEffect(effect) }
  if (came.ok) {
    log.info(fields, 'effect done')
    return
  }
  const { is, why } = came.fault
  // Collisions are how replicas and lagging reads meet: expected. A missing permission stays until a person acts.
  if (is === 'stale' || memory.complaint === why) {
    log.debug({ ...fields, fault: is, why }, 'effect not done')
    return
  }
  memory.complaint = why
  log.warn({ ...fields, fault: is, why }, 'effect not done')
}

function complain({ memory, log }: Context, fault: Fault): Fault {
  const { is, why } = fault
  if (memory.complaint !== why) log.warn({ fault: is, why, ...cause(fault) }, 'look ended early')
  memory.complaint = why
  return fault
}

function cause(fault: Fault): object {
  return fault.is === 'broken' ? { err: fault.cause } : {}
}
