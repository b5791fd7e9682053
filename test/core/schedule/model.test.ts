import { test } from 'vitest'
import type { Effect } from '../../../core/effect.ts'
import { createPlanner, type Planner } from '../../../core/planner.ts'
import type { TaskState } from '../../../core/state.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import {
  type Host,
  type Known,
  link,
  moveCi,
  moveRun,
  observe,
  openHost,
  perform,
  say,
  setIssue,
  unlink,
} from './model/host.ts'

/**
 * Two to four controllers, a small GitHub and people, in random interleavings: controllers look at one moment, act at
 * another, die between any two acts; answers get lost; people change links, close, stop and label. `npm run soak --
 * --interleavings` tells many more, under a seed that it prints.
 */
const COUNT = Number(process.env.INTERLEAVINGS ?? 60)
const SEED = Number(process.env.INTERLEAVING_SEED ?? 1)

type Controller = { planner: Planner; known: Known; seen: World | null; todo: Effect[] }

const digest = (text: string): string => {
  let sum = 7
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) >>> 0
  return sum.toString(16).padStart(64, '0')
}

const born = (): Controller => ({ planner: createPlanner(), known: new Map(), seen: null, todo: [] })

const name = `${COUNT} interleavings: nothing is claimed or worked on twice, nothing is lost, all comes to an end`

test(name, { timeout: 60_000 + COUNT * 1000 }, () => {
  for (let i = 0; i < COUNT; i++) {
    const seed = SEED * 1_000_003 + i
    try {
      interleave(seed)
    } catch (error) {
      throw new Error(`interleaving ${seed}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }
})

function interleave(seed: number): void {
  const host = openHost(seed)
  const { random } = host
  const controllers = Array.from({ length: 2 + random.below(3) }, born)
  const steps = 40 + random.below(80)
  for (let i = 0; i < steps; i++) {
    const luck = random.below(20)
    if (luck < 14) stepController(host, controllers[random.below(controllers.length)]!)
    else if (luck < 15) Object.assign(controllers[random.below(controllers.length)]!, born())
    else if (luck < 18) moveHost(host)
    else if (luck < 19) meddle(host)
    else host.now += random.below(100_000)
    expectNoDoubleWork(host)
  }
  calm(host)
  finish(host, controllers)
}

/** One of: look, plan, do the next thing. */
function stepController(host: Host, one: Controller): void {
  const next = one.todo.shift()
  if (next !== undefined) {
    if (perform(host, next, one.known)) return
    const of = 'task' in next ? next.task : null
    // As in a pass: a task's effects build on one another, and nothing is done that was to be remembered before.
    one.todo = next.do === 'record' ? [] : one.todo.filter(other => !('task' in other) || other.task !== of)
  } else if (one.seen === null) one.seen = observe(host, one.known)
  else {
    const { effects, states } = one.planner(one.seen, { now: host.now, digest })
    // A union with one tag: whoever has an entry is in exactly one state.
    if (!one.seen.tasks.every(task => states.has(task.id))) throw new Error('a task is in no state')
    one.todo = [...effects]
    one.seen = null
  }
}

function moveHost(host: Host): void {
  const moves = [...host.tasks.values()].flatMap(task => [
    ...task.runs.filter(run => run.status !== 'completed').map(run => () => moveRun(host, task, run)),
    ...(isInCi(task) ? [() => moveCi(host, task)] : []),
  ])
  if (moves.length > 0) moves[host.random.below(moves.length)]!()
}

function isInCi({ pull }: TaskFacts): boolean {
  return pull?.state === 'open' && pull.checks.some(check => check.status !== 'completed')
}

function meddle(host: Host): void {
  const { random } = host
  const tasks = [...host.tasks.values()]
  const task = tasks[random.below(tasks.length)]!
  const { issue } = task
  const other = tasks[random.below(tasks.length)]!.issue.number
  const acts = [
    () => link(host, issue.number, other),
    () => task.blockers.length > 0 && unlink(host, task, task.blockers[0]!.issue),
    () => setIssue(host, task, { labels: [...new Set([...issue.labels, `priority:${random.below(5)}`])] }),
    () => say(host, task, '/chorus stop'),
    () => say(host, task, '/chorus retry'),
    () => issue.state === 'open' && random.below(3) === 0 && giveUp(host, task),
  ]
  acts[random.below(acts.length)]!()
}

function giveUp(host: Host, task: TaskFacts): void {
  setIssue(host, task, { state: 'closed', stateReason: 'not_planned' })
}

/** People put right what only people can: circles, links to what was given up, stops. */
function calm(host: Host): void {
  for (const number of host.tasks.keys()) {
    const task = host.tasks.get(number)!
    for (const { issue } of task.blockers) {
      const before = host.tasks.get(issue)!.issue
      if (issue >= number || before.stateReason === 'not_planned')
        unlink(host, host.tasks.get(number)!, issue)
    }
    host.now += 2000
    if (task.issue.state === 'open') say(host, host.tasks.get(number)!, '/chorus retry')
  }
}

/** Everybody goes on, nobody disturbs: whatever is open has to land. */
function finish(host: Host, controllers: readonly Controller[]): void {
  for (let round = 0; round < 400; round++) {
    for (const one of controllers) for (let i = 0; i < 10; i++) stepController(host, one)
    for (let i = 0; i < 3; i++) moveHost(host)
    expectNoDoubleWork(host)
    host.now += 20_000
    if ([...host.tasks.values()].every(({ issue }) => issue.state === 'closed')) return
  }
  const { states } = createPlanner()(observe(host, new Map()), { now: host.now, digest })
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
  for (const [name, count] of host.conversations) if (count > 1) throw new Error(`two conversations: ${name}`)
  for (const { id, claims } of host.tasks.values()) {
    const attempts = claims.map(({ attempt }) => attempt)
    if (attempts.some((attempt, i) => attempt !== i + 1)) throw new Error(`claims of ${id}: ${attempts}`)
  }
}
