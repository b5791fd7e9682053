import type { Effect } from '../../../../core/effect.ts'
import { parsePullMarker } from '../../../../core/names.ts'
import type { Plan } from '../../../../core/plan.ts'
import { createPlanner, type Planner } from '../../../../core/planner.ts'
import { hasLanded } from '../../../../core/schedule/blocker.ts'
import { describeState, type TaskState } from '../../../../core/state.ts'
import type { TaskFacts, World } from '../../../../core/world.ts'
import { moveCi, moveRun, perform } from './acts.ts'
import { type Host, type Known, knowNothing, observe, openHost } from './host.ts'
import { approveEarlier, calm, meddle } from './people.ts'

type Controller = {
  planner: Planner
  known: Known
  seen: World | null
  todo: Effect[]
  /** What it planned for last, and when that asked for another look. */
  last: { world: World; lookAgain: number | null } | null
}

const digest = (text: string): string => {
  let sum = 7
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) >>> 0
  return sum.toString(16).padStart(64, '0')
}

export function born(): Controller {
  return { planner: createPlanner(), known: knowNothing(), seen: null, todo: [], last: null }
}

/** @returns what people did to tasks under way. */
export function interleave(seed: number): ReadonlySet<string> {
  const done = new Set<string>()
  const host = openHost(seed)
  const { random } = host
  const controllers = Array.from({ length: 2 + random.below(3) }, born)
  const steps = 40 + random.below(80)
  for (let i = 0; i < steps; i++) {
    const luck = random.below(20)
    if (luck < 13) stepController(host, controllers[random.below(controllers.length)]!)
    else if (luck < 14) Object.assign(controllers[random.below(controllers.length)]!, born())
    else if (luck < 17) moveHost(host)
    else if (luck < 19) done.add(meddle(host) ?? '')
    else host.now += random.below(100_000)
    expectNoDoubleWork(host)
  }
  calm(host)
  finish(host, controllers)
  return done
}

/** One of: look, plan, do the next thing. */
export function stepController(host: Host, one: Controller): void {
  const next = one.todo.shift()
  if (next !== undefined) {
    const came = perform(host, next, one.known)
    if (typeof came === 'object') one.todo.unshift(came)
    if (came !== false) return
    const of = 'task' in next ? next.task : null
    // As in a pass: a task's effects build on one another, and nothing is done that was to be remembered before.
    one.todo = next.do === 'record' ? [] : one.todo.filter(other => !('task' in other) || other.task !== of)
  } else if (one.seen === null) {
    const world = observe(host, one.known)
    if (isWoken(one, world, host.now)) one.seen = world
  } else {
    const planned = one.planner(one.seen, { now: host.now, digest })
    expectSound(one.seen, planned)
    one.todo = [...planned.effects]
    one.last = { world: one.seen, lookAgain: planned.lookAgain }
    one.seen = null
  }
}

/** By news, or because the time has come for which the last plan asked. */
function isWoken({ last }: Controller, { tasks, ledger }: World, now: number): boolean {
  if (last === null || (last.lookAgain !== null && last.lookAgain <= now)) return true
  const known = last.world
  return (
    ledger.head !== known.ledger.head ||
    tasks.length !== known.tasks.length ||
    tasks.some((task, i) => task !== known.tasks[i])
  )
}

export function moveHost(host: Host): void {
  const moves = movesOf(host)
  if (moves.length > 0) moves[host.random.below(moves.length)]!()
}

function movesOf(host: Host): (() => void)[] {
  return [...host.tasks.values()].flatMap(task => [
    ...task.runs.filter(run => run.status !== 'completed').map(run => () => moveRun(host, task, run)),
    ...(isInCi(task) ? [() => moveCi(host, task)] : []),
  ])
}

function isInCi({ pull }: TaskFacts): boolean {
  return pull?.state === 'open' && pull.checks.some(check => check.status !== 'completed')
}

/** Everybody goes on, nobody disturbs: whatever is open has to land. */
function finish(host: Host, controllers: readonly Controller[]): void {
  const seen = new Set<string>()
  for (let round = 0; round < 400; round++) {
    approveEarlier(host, seen)
    // Not all of them have to be there, and none is ever sure to come to the end of what it planned.
    for (const one of controllers) {
      const steps = host.random.below(2) * (2 + host.random.below(8))
      for (let i = 0; i < steps; i++) stepController(host, one)
    }
    for (let i = movesOf(host).length; i > 0; i--) moveHost(host)
    expectNoDoubleWork(host)
    host.now += 20_000
    if ([...host.tasks.values()].every(({ issue }) => issue.state === 'closed')) {
      expectNothingLost(host)
      return
    }
  }
  const { states } = createPlanner()(observe(host, knowNothing()), { now: host.now, digest })
  throw new Error(
    `does not come to an end: ${[...states].map(([id, state]) => `${id} ${print(state)}`).join('; ')}`,
  )
}

function print(state: TaskState): string {
  if (state.is === 'proposed')
    return `proposed: ${JSON.stringify(state.verdicts.blocking)} ${JSON.stringify(state.pull.checks)}`
  return state.is === 'waiting'
    ? `${state.on}: ${state.why}`
    : state.is === 'stuck'
      ? `stuck: ${state.why}`
      : state.is
}

function expectNoDoubleWork(host: Host): void {
  expectRoom(host)
  for (const [name, count] of host.conversations) if (count > 1) throw new Error(`two conversations: ${name}`)
  for (const [name, count] of host.shown) if (count > 1) throw new Error(`two pull requests: ${name}`)
  for (const { id, claims, runs } of [...host.tasks.values(), ...host.gone]) {
    const started = runs.map(({ kind, attempt }) => `${kind} ${attempt}`)
    if (new Set(started).size < started.length) throw new Error(`two runs of ${id}: ${started}`)
    claims.forEach(({ attempt }, i) => {
      if (attempt !== i + 1) throw new Error(`claims of ${id}: ${claims.map(one => one.attempt)}`)
    })
  }
}

/** Those that are being ended, and those of issues that were moved, included. */
function expectRoom({ tasks, gone, repository: { config } }: Host): void {
  const all = [...tasks.values(), ...gone].flatMap(task => task.runs)
  const under = all.filter(run => run.status !== 'completed').length
  const most = config.ok ? config.value.limits.parallel : 0
  if (under > most) throw new Error(`${under} runs at once, of ${most}`)
}

/** Whatever was not given up has landed. */
function expectNothingLost({ tasks, landed }: Host): void {
  for (const { id, issue } of tasks.values()) {
    if (issue.stateReason !== 'not_planned' && !landed.has(id)) throw new Error(`${id} is lost`)
  }
}

/** Everybody is in one state, with a reason in one line; who begins may; what was given up does not land; and no more are at work than may be. */
export function expectSound({ tasks, config }: World, { states, effects }: Plan): void {
  let working = 0
  for (const { id } of tasks) {
    const state = states.get(id)
    const why = state === undefined ? '' : describeState(state)
    if (why === '' || why.includes('\n')) throw new Error(`${id} is ${state?.is}: "${why}"`)
    if (state?.is === 'claimed' || state?.is === 'running') working += 1
  }
  const begins = effects.flatMap(effect => (effect.do === 'claim' ? effect.task : []))
  for (const { id, issue, blockers } of tasks) {
    if (!begins.includes(id)) continue
    if (issue.state === 'closed' || blockers.some(one => !hasLanded(one)))
      throw new Error(`${id} may not begin`)
  }
  for (const { id, record, pull } of tasks) {
    const lands = effects.some(effect => effect.do === 'land' && effect.task === id)
    const shown = pull === null ? null : parsePullMarker(pull.body)
    if (lands && shown!.attempt <= (record?.voidThrough ?? 0))
      throw new Error(`${id} lands what was given up`)
  }
  const most = config.ok ? config.value.limits.parallel : 0
  if (begins.length > 0 && working + begins.length > most)
    throw new Error(`${working} at work, ${begins} begin`)
}
