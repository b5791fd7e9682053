import { makeProject } from '../../core/schedule/project.ts'
import { boundSpan } from '../../core/schedule/rank.ts'
import type { Bench, Figure } from './figure.ts'
import { createRandom } from './random.ts'
import { readAll, UnusableInput } from './schedule/files.ts'
import { measureHistory } from './schedule/leases.ts'
import { type Instance, measureInstances, readInstances } from './schedule/psplib.ts'
import { measureReady } from './schedule/ready.ts'
import { makeUnitProject, measureTracker, readTracker, type Tracker } from './schedule/tracker.ts'

const SEED = 1

/** With the code that decides in production who starts. */
export const scheduleBench: Bench = {
  name: 'schedule',
  about:
    'Who is ready, and how short schedules are; without --input on instances of our own (seed 1), compared with their lower bounds.',
  async run({ input, history }): Promise<Figure[]> {
    const { instances, trackers } = input === null ? makeOwn() : readInput(input)
    return [
      ...measureReady(),
      ...trackers.flatMap(measureTracker),
      ...measureInstances(instances),
      ...measureHistory(history),
    ]
  },
}

type Measured = { instances: readonly Instance[]; trackers: readonly Tracker[] }

function makeOwn(): Measured {
  return { instances: makeInstances(), trackers: [makeTracker()] }
}

function readInput(input: string): Measured {
  const files = readAll(input)
  const instances = readInstances(files)
  const trackers = files.filter(({ name }) => name.endsWith('.jsonl')).map(readTracker)
  if (instances.length + trackers.length > 0) return { instances, trackers }
  throw new UnusableInput(`${input}: neither .sm files of PSPLIB nor a .jsonl of Beads`)
}

/** Thirty projects of 60 activities with four resources, in the manner of PSPLIB; the bound stands in for the best known. */
function makeInstances(): Instance[] {
  const random = createRandom(SEED)
  return Array.from({ length: 30 }, (_, i) => {
    const size = 60
    const durations = Array.from({ length: size }, () => 1 + random.below(10))
    const after = durations.map((_, from) =>
      Array.from({ length: 2 }, () => from + 1 + random.below(12)).filter(to => to < size),
    )
    const demands = durations.map(() => Array.from({ length: 4 }, () => random.below(11)))
    const project = makeProject({
      durations,
      after: after.map(others => [...new Set(others)]),
      demands,
      capacities: [20, 22, 24, 26],
    })
    return { set: 'own', name: `own-${i + 1}`, project, best: boundSpan(project), isBound: true }
  })
}

/** A few long chains among many tasks that wait for little, as trackers have them. */
function makeTracker(): Tracker {
  const random = createRandom(SEED)
  const after = Array.from({ length: 800 }, (_, from): number[] => {
    const next = from % 16 === 0 ? from + 16 : from + 1 + random.below(200)
    return next < 800 ? [next] : []
  })
  return { project: makeUnitProject(after), own: after.map((_, i) => after.length - 1 - i) }
}
