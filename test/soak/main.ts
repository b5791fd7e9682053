import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCount, readOptions } from '../../scripts/options.ts'
import { startBy } from '../../twin/processes.ts'
import { setup } from '../scratch.ts'
import { createStarter } from '../starter/starter.ts'
import { KINDS } from './deaths/host.ts'
import { killMergeJob, STORY } from './deaths/mergejob.ts'
import { soakDeaths } from './deaths.ts'
import { soakEpic } from './epic.ts'
import { soakInterleavings } from './interleavings.ts'
import { soakKills } from './kill.ts'
import { soakLandings } from './landings.ts'
import { soakPlan } from './plan.ts'
import { PATHS, type PathName } from './thirty/paths.ts'
import { soakThirty } from './thirty.ts'

/**
 * `npm run soak -- merges`: 50,000 random schedules of the merge planner, under a seed that is printed.
 * `npm run soak -- --interleavings`: 100,000 random interleavings of several controllers with a GitHub in memory, likewise.
 * `npm run soak -- interleavings [--count N --seed N]`: 500 of them with the twin, in which controllers are held and die before
 * any act, answers get lost and people do as they like; each has a seed of its own, from the first one on.
 * `npm run soak -- landings [--count N --seed N]`: 300 schedules of landings with the twin, by every path: pushes, reviews, red CI,
 * people who press the button, controllers that die before any write.
 * `npm run soak -- kill [--kills N --seed N]`: controllers are killed with -9 in the middle of their work, 200 times; then the world
 * has to be the one in which nobody was.
 * `npm run soak -- kill --of one-by-one|train|job|promotion|queue`: three that are ready land that way, and a controller dies before each write
 * once, in a world of its own each time; so do runs of the merge job at each of their steps.
 * `npm run soak -- kill --of merge-job`: the real merge job judges one task after the other, and is killed with -9 before each of its acts.
 * `npm run soak -- plan [--kills all --seed N]`: a feature is planned, approved and becomes issues, once for each write to GitHub on the
 * way, at which the controller dies; with `--kills 20` for twenty of them. The world has to be the one in which nobody died.
 * `npm run soak -- epic [--tasks N --at-once N --seed N]`: 200 tasks from their backlogs to the end, 30 at once, with figures.
 * `npm run soak -- thirty --path PATH [--tasks N --controllers N --seed N]`: 30 pull requests that are ready at once, of which some collide, two break
 * together and one meets a flaky check, land by that path: one-by-one, train, job (the merge job), queue or lanes.
 * `npm run soak [-- --rounds N --seeds N --only NAME]`: the stories again and again, each round under seeds that nobody chose.
 * A red round prints its seeds; `SEEDS=… npm test -- test/stories/NAME` tells the same story again.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

function tell(files: string, settings: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, [vitest, 'run', files, '--reporter=dot'], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise(resolve => child.on('close', code => resolve(code ?? 1)))
}

const { values, positionals } = readOptions({
  allowPositionals: true,
  options: {
    kills: { type: 'string' },
    of: { type: 'string', default: 'task' },
    count: { type: 'string' },
    tasks: { type: 'string' },
    path: { type: 'string', default: 'train' },
    controllers: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '30' },
    seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
    rounds: { type: 'string', default: '3' },
    seeds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    interleavings: { type: 'boolean', default: false },
  },
})
const seed = readCount('seed', values.seed)
const [what] = positionals
const of = KINDS.find(kind => kind === values.of)
if (what === 'kill' && of !== undefined) {
  process.exitCode = await inMemory(() => soakDeaths(of))
} else if (what === 'kill' && values.of === 'merge-job') {
  process.exitCode = await inMemory(soakMergeJob)
} else if (what === 'kill' && values.of !== 'task') {
  process.stderr.write(
    `There is no --of "${values.of}". Known: ${['task', 'merge-job', ...KINDS].join(', ')}\n`,
  )
  process.exitCode = 2
} else if (what === 'kill') {
  const kills = readCount('kills', values.kills ?? '200')
  process.stdout.write(`${kills} kills, --seed ${seed}\n`)
  process.exitCode = await inMemory(() => soakKills({ kills, seed }))
} else if (what === 'plan') {
  const { kills: wanted = 'all' } = values
  const kills = wanted === 'all' ? null : readCount('kills', wanted)
  process.stdout.write(`planning with ${wanted} kills, --seed ${seed}\n`)
  process.exitCode = await inMemory(() => soakPlan({ kills, seed }))
} else if (what === 'interleavings') {
  const count = readCount('count', values.count ?? '500')
  process.stdout.write(`${count} interleavings, --seed ${seed}\n`)
  process.exitCode = await inMemory(() => soakInterleavings({ count, seed }))
} else if (what === 'landings') {
  const count = readCount('count', values.count ?? '300')
  process.stdout.write(`${count} schedules of landings, --seed ${seed}\n`)
  process.exitCode = await inMemory(() => soakLandings({ count, seed }))
} else if (what === 'merges') {
  process.stdout.write(`50000 schedules, --seed ${seed}\n`)
  const settings = { MERGE_SCHEDULES: '50000', MERGE_SEED: String(seed) }
  process.exitCode = await tell('test/core/merge/properties.test.ts', settings)
} else if (what === 'epic') {
  const [tasks, atOnce] = [readCount('tasks', values.tasks ?? '200'), readCount('at-once', values['at-once'])]
  process.stdout.write(`${tasks} tasks, ${atOnce} at once, --seed ${seed}\n`)
  // GitHub takes at most 100 sub-issues below one issue, and of each feature twelve are open at a time.
  const features = Math.ceil(Math.max(tasks / 100, atOnce / 12))
  process.exitCode = await inMemory(() => soakEpic({ tasks, features, atOnce, seed, haste: 100 }))
} else if (what === 'thirty') {
  const { path } = values
  if (Object.hasOwn(PATHS, path)) {
    const tasks = readCount('tasks', values.tasks ?? '30')
    const controllers = readCount('controllers', values.controllers)
    process.stdout.write(
      `${tasks} pull requests by ${path}, with --controllers ${controllers}, --seed ${seed}\n`,
    )
    const wish = { tasks, path: path as PathName, seed, haste: 100, controllers }
    process.exitCode = await inMemory(() => soakThirty(wish))
  } else {
    process.stderr.write(`There is no --path "${path}". Known: ${Object.keys(PATHS).join(', ')}\n`)
    process.exitCode = 2
  }
} else if (what !== undefined) {
  process.stderr.write(
    `There is no soak "${what}". Known: epic, interleavings, kill, landings, merges, plan, thirty\n`,
  )
  process.exitCode = 2
} else if (values.interleavings) {
  const seed = String(randomInt(1, 1_000_000))
  process.stdout.write(`100000 interleavings, INTERLEAVING_SEED=${seed}\n`)
  const settings = { INTERLEAVINGS: '100000', INTERLEAVING_SEED: seed }
  process.exitCode = await tell('test/core/schedule/model.test.ts', settings)
} else {
  process.exitCode = await tellStories()
}

async function soakMergeJob(): Promise<number> {
  const began = performance.now()
  const heard = (death: string) => process.stdout.write(`killed before: ${death}\n`)
  const deaths = await killMergeJob({ heard })
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(
    `merge-job, seed ${STORY.seed}: killed at each of ${deaths.length} acts, judged again and landed each time; ${seconds} s in all\n`,
  )
  return 0
}

/** With temporary files in memory, and processes started by a small one, as in tests. */
async function inMemory(soak: () => Promise<number>): Promise<number> {
  const clear = setup()
  startBy(createStarter())
  try {
    return await soak()
  } finally {
    clear?.()
  }
}

async function tellStories(): Promise<number> {
  const [rounds, count] = [readCount('rounds', values.rounds), readCount('seeds', values.seeds)]
  let red = 0
  for (let round = 1; round <= rounds; round++) {
    const seeds = Array.from({ length: count }, () => randomInt(1, 1_000_000))
    process.stdout.write(`Round ${round} of ${rounds}, seeds ${seeds.join(', ')}\n`)
    if ((await tell(`test/stories/${values.only}`, { SEEDS: seeds.join(',') })) === 0) continue
    red += 1
    process.stdout.write(`Round ${round} was red: SEEDS=${seeds.join(',')}\n`)
  }
  process.stdout.write(`${rounds - red} rounds green, ${red} red\n`)
  return red === 0 ? 0 : 1
}
