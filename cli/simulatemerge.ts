import { existsSync } from 'node:fs'
import { printProblem } from '../core/contract/problem.ts'
import { readText } from './file.ts'
import { readOptions } from './options.ts'
import { type Outcome, UsageError } from './outcome.ts'
import { average, type Measures, measure } from './simulate/measure.ts'
import { drawQueues } from './simulate/picture.ts'
import { type Recorded, readRecorded } from './simulate/recorded.ts'
import { SIMULATED, type Simulated, simulate } from './simulate/simulate.ts'
import type { History } from './simulate/state.ts'
import { MODEL, type Model, makeProject } from './simulate/world.ts'
import { align } from './table.ts'
import { writeNamed } from './written.ts'

const OPTIONS = {
  policy: { type: 'string', default: 'train,lanes,oracle' },
  arrivals: { type: 'string', default: '30/h' },
  hours: { type: 'string', default: String(MODEL.hours) },
  'own-ci': { type: 'boolean', default: false },
  ci: { type: 'string', default: String(MODEL.ci) },
  runners: { type: 'string', default: String(MODEL.runners) },
  flake: { type: 'string', default: String(MODEL.flake * 100) },
  bad: { type: 'string', default: String(MODEL.bad * 100) },
  hidden: { type: 'string', default: String(MODEL.hidden * 100) },
  reds: { type: 'string', default: String(MODEL.reds) },
  seeds: { type: 'string', default: '3' },
  svg: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

/** `chorus simulate merge`: what a policy would make of such arrivals, by Chorus’s own merge planner. */
export function simulateMerge(args: string[]): Outcome {
  const values = readValues(args)
  const { model, recorded } = readModel(values)
  const seeds = Array.from({ length: readCount('seeds', values.seeds, 1, 1000) }, (_, i) => i + 1)
  const results = readPolicies(values.policy).map(policy => {
    const histories = seeds.map(seed => {
      const one = { ...model, seed }
      return simulate(one, makeProject(one, recorded), policy)
    })
    return { policy, history: histories[0]!, measures: average(histories.map(each => measure(each, model))) }
  })
  const told = describe(values, { model, recorded })
  if (values.svg !== undefined) {
    const picture = drawQueues(results, seeds.length === 1 ? told : `${told} Drawn: seed 1.`)
    writeNamed(values.svg, picture, { option: '--svg', command: 'simulate' })
  }
  const { seed: _, ...asked } = model
  return {
    code: 0,
    text: `${told}\n\n${printTable(results)}`,
    json: { model: asked, seeds, results: results.map(({ policy, measures }) => ({ policy, ...measures })) },
  }
}

function readValues(args: string[]) {
  return readOptions('simulate', { args, options: OPTIONS }).values
}

function readModel(values: ReturnType<typeof readValues>): {
  model: Model
  recorded: Recorded[] | null
} {
  const hours = readNumber('hours', values.hours, 1, 1000)
  const model: Model = {
    ...MODEL,
    hours,
    warmUp: Math.min(MODEL.warmUp, (hours * 60) / 4),
    ownCi: values['own-ci'],
    ci: readNumber('ci', values.ci, 0.1, 1000),
    runners: readCount('runners', values.runners, 1, 1000),
    flake: readNumber('flake', values.flake, 0, 99) / 100,
    bad: readNumber('bad', values.bad, 0, 99) / 100,
    hidden: readNumber('hidden', values.hidden, 0, 99) / 100,
    reds: readCount('reds', values.reds, 0, 1000),
  }
  const { arrivals } = values
  const rate = /^(\d+(?:\.\d+)?)\/h$/.exec(arrivals)?.[1]
  if (rate !== undefined)
    return { model: { ...model, rate: readNumber('arrivals', rate, 0.1, 10_000) }, recorded: null }
  const burst = /^burst:(\d+)$/.exec(arrivals)?.[1]
  if (burst !== undefined)
    return { model: { ...model, burst: readNumber('arrivals', burst, 1, 10_000) }, recorded: null }
  const recorded = readFile(arrivals)
  // What was recorded begins as it began.
  const last = Math.ceil((recorded.at(-1)?.at ?? 0) / 60)
  return { model: { ...model, hours: last + 2, warmUp: 0 }, recorded }
}

function readFile(path: string): Recorded[] {
  if (!existsSync(path)) {
    throw new UsageError(
      `--arrivals is neither like "30/h", nor like "burst:100", nor a file: "${path}"`,
      'simulate',
    )
  }
  const read = readRecorded(readText(path, 'simulate'))
  if (read.ok) return read.value
  throw new UsageError(
    read.problems.map(problem => `${path}, ${printProblem(problem)}`).join('\n'),
    'simulate',
  )
}

function readNumber(name: string, text: string, least: number, most: number): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
  throw new UsageError(`--${name} must be a number from ${least} to ${most}; found "${text}"`, 'simulate')
}

/** Half a runner runs nothing, and half a seed is none. */
function readCount(name: string, text: string, least: number, most: number): number {
  const number = readNumber(name, text, least, most)
  if (Number.isInteger(number)) return number
  throw new UsageError(
    `--${name} must be a whole number from ${least} to ${most}; found "${text}"`,
    'simulate',
  )
}

function readPolicies(text: string): Simulated[] {
  return text.split(',').map(name => {
    const known = SIMULATED.find(one => one === name.trim())
    if (known !== undefined) return known
    throw new UsageError(`there is no policy "${name}"; known: ${SIMULATED.join(', ')}`, 'simulate')
  })
}

type Result = { policy: Simulated; history: History; measures: Measures }

/** Of no landing at all there is no wait to tell. */
const fixed = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '–')

const ROWS: readonly [string, (measures: Measures) => string][] = [
  ['landed per hour', one => fixed(one.landedAnHour, 1)],
  ['wait, median, minutes', one => fixed(one.p50, 0)],
  ['wait, P95, minutes', one => fixed(one.p95, 0)],
  ['runs for each landed', one => fixed(one.runsEach, 2)],
  ['… with its own CI', one => fixed(one.allRunsEach, 2)],
  ['returned innocently', one => `${fixed(one.falseReturns * 100, 2)} %`],
  ['broken per day', one => fixed(one.redADay, 1)],
  ['last landed, minute', one => fixed(one.drained, 0)],
  ['still waiting', one => fixed(one.left, 0)],
]

/** What was simulated, as nobody remembers the defaults. */
function describe(
  values: ReturnType<typeof readValues>,
  { model, recorded }: ReturnType<typeof readModel>,
): string {
  const { arrivals, hours, ci, runners, bad, flake, seeds } = values
  const rate = arrivals.endsWith('/h')
    ? `${arrivals.slice(0, -2)} an hour for ${hours} hours`
    : recorded === null
      ? `${arrivals.replace(/^burst:/, '')} at once`
      : `${recorded.length} over ${Math.ceil(recorded.at(-1)!.at)} minutes, as ${arrivals} has them`
  const warm =
    recorded === null && model.burst === null ? ` Waits of who came after minute ${model.warmUp}.` : ''
  return `Arrivals: ${rate}. CI: ${ci} min in the middle, ${runners} runners${values['own-ci'] ? ', own CI passed before' : ''}; ${bad} % are bad, ${flake} % of good runs are red.${warm} ${seeds === '1' ? 'Seed 1' : `Means of seeds 1 to ${seeds}`}.`
}

/** A column for each policy: four of them fit into a terminal. */
function printTable(results: readonly Result[]): string {
  const heads = ['', ...results.map(({ policy }) => policy)]
  const rows = ROWS.map(([name, show]) => [name, ...results.map(({ measures }) => show(measures))])
  return align([heads, ...rows]).join('\n')
}
