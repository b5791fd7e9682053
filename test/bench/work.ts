import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printTaskId } from '../../core/names.ts'
import { DIST } from '../../scripts/folders.ts'
import { openRunway, type Runway } from '../edges/runway.ts'
import { type Bench, type Figure, median } from './figure.ts'

const ROUNDS = 7
/** Files of the repository that is worked on. */
const SMALL = 200
const LARGE = 2_000
/** What the agent does: nearly nothing, for a known time. */
const COMMAND = 'sleep 0.3; echo done > change.txt'

export const workBench: Bench = {
  name: 'work',
  about: `What the action adds to the bare agent command, on a repository of ${SMALL} files.`,
  async run() {
    const bare = median(Array.from({ length: ROUNDS }, timeBare))
    const small = await timeAttempts(SMALL)
    const large = await timeAttempts(LARGE)
    const note = `from its start to the hand-over, median of ${ROUNDS}`
    return [
      { name: 'added by action/work', value: (small - bare) / 1000, unit: 's', goal: 1.5, note },
      {
        name: `the same with ${LARGE} files`,
        value: (large - bare) / 1000,
        unit: 's',
        goal: null,
        note: 'writing them out is most of it',
      },
      ...['work', 'deliver'].map(timeColdStart),
    ]
  },
}

/** The first round fills the caches of the machine and does not count. */
async function timeAttempts(count: number): Promise<number> {
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`src/part${n % 50}/file${n}.txt`, `${n}\n`.repeat(40)]),
  )
  await using runway = await openRunway(files)
  const rounds: number[] = []
  for (let n = 0; n <= ROUNDS; n++) rounds.push(await timeAttempt(runway, n + 1))
  return median(rounds.slice(1))
}

/** Milliseconds of the action's step, from the lines of its log. */
async function timeAttempt(runway: Runway, n: number): Promise<number> {
  const landing = await runway.fly({
    task: printTaskId(n),
    agent: {
      name: 'robot',
      cli: 'custom',
      model: null,
      fallback_model: null,
      base_url: null,
      secrets: [],
      same_user: false,
      args: [],
      command: COMMAND,
    },
  })
  const log = await landing.log('work')
  if (landing.report?.outcome !== 'done') throw new Error(`attempt ${n} came to nothing:\n${log}`)
  const lines = log.trim().split('\n')
  const begins = lines.find(line => line.includes('##[group]Run '))
  const ends = lines.findLast(line => /^\d{4}-\d\d-\d\dT/.test(line))
  return stampOf(ends) - stampOf(begins)
}

function stampOf(line: string | undefined): number {
  const stamp = Date.parse(line?.split(' ')[0] ?? '')
  if (Number.isNaN(stamp)) throw new Error(`no time in "${line}"`)
  return stamp
}

function timeBare(): number {
  const start = performance.now()
  spawnSync('sh', ['-c', COMMAND], { cwd: tmpdir() })
  return performance.now() - start
}

/** Without inputs it says what is missing and ends: all of its code is loaded by then. */
function timeColdStart(name: string): Figure {
  const entry = join(DIST, 'action', name, 'index.mjs')
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    const { status, stdout } = spawnSync(process.execPath, [entry], { env: {}, encoding: 'utf8' })
    if (status !== 1 || !stdout.includes('missing'))
      throw new Error(`action/${name} did not start: ${stdout}`)
    return performance.now() - start
  })
  return {
    name: `cold start of action/${name}`,
    value: median(times),
    unit: 'ms',
    goal: 300,
    note: `median of ${ROUNDS}`,
  }
}
