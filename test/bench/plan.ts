import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { plan } from '../../core/plan.ts'
import { createPlanner } from '../../core/planner.ts'
import type { World } from '../../core/world.ts'
import { at } from '../make.ts'
import type { Bench, Figure } from './figure.ts'
import { createRandom } from './random.ts'
import { makeLargeWorld, putInEpics } from './world.ts'

const TASKS = 10_000
const SEED = 1
const ROUNDS = 25
const WARM_UP = 8

const tools = { now: at(60), digest: (text: string) => createHash('sha256').update(text).digest('hex') }

export const planBench: Bench = {
  name: 'plan',
  about: `What to do about ${TASKS} tasks with ${2 * TASKS} "blocked by" links (seed ${SEED}).`,
  async run(): Promise<Figure[]> {
    const world = makeLargeWorld(TASKS, SEED)
    const cold = measureCold(world)
    const changed = measureChanges(world)
    const family = putInEpics(world)
    const epics = measureCold(family)
    return [
      { name: 'nothing remembered', value: mean(cold, 'busy'), unit: 'ms', goal: 50, note: WARM },
      { name: 'after one changed fact', value: mean(changed, 'busy'), unit: 'ms', goal: 5, note: BUSY },
      { name: 'nothing remembered, by the clock', value: best(cold), unit: 'ms', goal: null, note: BEST },
      {
        name: 'after one changed fact, by the clock',
        value: best(changed),
        unit: 'ms',
        goal: null,
        note: BEST,
      },
      {
        name: 'nothing remembered, in epics of a hundred tasks',
        value: mean(epics, 'busy'),
        unit: 'ms',
        goal: null,
        note: WARM,
      },
      {
        name: 'after one changed fact, in epics of a hundred tasks',
        value: mean(measureChanges(family), 'busy'),
        unit: 'ms',
        goal: null,
        note: BUSY,
      },
      {
        name: 'first plan of a fresh process',
        value: mean([1, 2, 3].map(measureFresh), 'busy'),
        unit: 'ms',
        goal: null,
        note: 'with code that was never run before',
      },
    ]
  },
}

/** Milliseconds: on the clock, and of the processor; the latter is what a busy machine leaves as it is. */
type Time = { clock: number; busy: number }

const BUSY = `processor time, mean of ${ROUNDS}`
const WARM = `${BUSY}, after ${WARM_UP} that do not count`
const BEST = `best of ${ROUNDS}`

function time(act: () => unknown): Time {
  const start = { clock: performance.now(), busy: process.threadCpuUsage() }
  act()
  const { user, system } = process.threadCpuUsage(start.busy)
  return { clock: performance.now() - start.clock, busy: (user + system) / 1000 }
}

function mean(times: readonly Time[], kind: keyof Time): number {
  return times.reduce((sum, one) => sum + one[kind], 0) / times.length
}

function best(times: readonly Time[]): number {
  return Math.min(...times.map(one => one.clock))
}

/** What a process does the first few times is told by itself. */
function measureCold(world: World): Time[] {
  for (let i = 0; i < WARM_UP; i++) plan(world, tools)
  return Array.from({ length: ROUNDS }, () => time(() => plan(world, tools)))
}

/** Each time another task loses a blocker: the smallest thing that can happen. */
function measureChanges(start: World): Time[] {
  const random = createRandom(SEED)
  const planner = createPlanner()
  let world = start
  planner(world, tools)
  return Array.from({ length: ROUNDS }, () => {
    const changed = random.below(world.tasks.length)
    const tasks = world.tasks.map((task, i) =>
      i === changed ? { ...task, blockers: task.blockers.slice(1) } : task,
    )
    world = { ...world, tasks }
    return time(() => planner(world, tools))
  })
}

function measureFresh(): Time {
  return JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url)], { encoding: 'utf8' }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const world = makeLargeWorld(TASKS, SEED)
  process.stdout.write(JSON.stringify(time(() => plan(world, tools))))
}
