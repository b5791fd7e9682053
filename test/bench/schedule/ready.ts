import { createScheduler } from '../../../core/schedule/scheduler.ts'
import { explainBlockage } from '../../../core/words/schedule.ts'
import type { TaskFacts } from '../../../core/world.ts'
import type { Figure } from '../figure.ts'
import { createRandom } from '../random.ts'
import { makeLargeWorld } from '../world.ts'

const TASKS = 10_000
const SEED = 1
/** Half of them only let the compiler see what is done: what counts is a process that runs, and a scheduler that knows nothing yet. */
const ROUNDS = 120
const EVENTS = 400

/** Who may start: from nothing, and after each single event; and for all others why not, in one line. */
export function measureReady(): Figure[] {
  const { tasks } = makeLargeWorld(TASKS, SEED)
  const cold = Array.from({ length: ROUNDS }, () => time(() => countReady(createScheduler(), tasks)))
  const told = Array.from({ length: ROUNDS }, () => time(() => explainAll(createScheduler(), tasks)))
  const events = measureEvents(tasks)
  const note = `${TASKS} tasks, ${2 * TASKS} links; processor time, mean of ${ROUNDS / 2} after as many`
  return [
    {
      name: 'who is ready',
      value: mean(cold.slice(ROUNDS / 2)),
      unit: 'ms',
      goal: 5,
      note,
    },
    {
      name: 'who is ready, and for all others a sentence why not',
      value: mean(told.slice(ROUNDS / 2)),
      unit: 'ms',
      goal: null,
      note,
    },
    {
      name: 'who is ready, after one event',
      value: mean(events.slice(EVENTS / 4)),
      unit: 'ms',
      goal: 0.2,
      note: `mean of ${(EVENTS * 3) / 4}: a blocker closed, a link added, a text edited`,
    },
  ]
}

type Scheduler = ReturnType<typeof createScheduler>

function countReady({ graph }: Scheduler, tasks: readonly TaskFacts[]): number {
  let ready = 0
  for (const node of graph.take(tasks)) if (graph.isFree(node)) ready += 1
  return ready
}

function explainAll({ graph }: Scheduler, tasks: readonly TaskFacts[]): number {
  let told = 0
  for (const node of graph.take(tasks)) {
    const why = graph.blockage(node)
    if (why !== null) told += explainBlockage(why).length
  }
  return told
}

function measureEvents(start: readonly TaskFacts[]): number[] {
  const random = createRandom(SEED)
  const scheduler = createScheduler()
  countReady(scheduler, start)
  let tasks = start
  return Array.from({ length: EVENTS }, (_, i) => {
    const at = random.below(tasks.length)
    const link = { ...start[0]!.blockers[0]!, issue: 1 + random.below(at + 1), state: 'open' as const }
    const changed = [
      (task: TaskFacts) => ({ ...task, blockers: task.blockers.slice(1) }),
      (task: TaskFacts) => ({ ...task, blockers: [...task.blockers, link] }),
      (task: TaskFacts) => ({ ...task, issue: { ...task.issue, title: `${task.issue.title}.` } }),
    ][i % 3]!
    tasks = tasks.map((task, n) => (n === at ? changed(task) : task))
    return time(() => countReady(scheduler, tasks))
  })
}

function time(act: () => unknown): number {
  const start = process.threadCpuUsage()
  act()
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1000
}

function mean(times: readonly number[]): number {
  return times.reduce((sum, one) => sum + one, 0) / times.length
}
