import { ROOT } from '../../scripts/folders.ts'
import { readOptions } from '../../scripts/options.ts'
import { adaptersBench } from './adapters.ts'
import { bundlesBench } from './bundles.ts'
import { burstBench } from './burst.ts'
import { contextBench } from './context.ts'
import { type Bench, isMissed } from './figure.ts'
import { gatewayBench } from './gateway.ts'
import { mapBench } from './map.ts'
import { materialiseBench } from './materialise.ts'
import { exactBench, lanesBench, ownBench } from './merge.ts'
import { defaultsBench } from './mergedefaults.ts'
import { zuulBench } from './mergezuul.ts'
import { planBench } from './plan.ts'
import { describeMachine, printTable, type Result } from './print.ts'
import { record } from './record.ts'
import { requestsBench } from './requests.ts'
import { UnusableInput } from './schedule/files.ts'
import { scheduleBench } from './schedule.ts'
import { workBench } from './work.ts'

const BENCHES: readonly Bench[] = [
  planBench,
  requestsBench,
  burstBench,
  materialiseBench,
  workBench,
  contextBench,
  adaptersBench,
  bundlesBench,
  gatewayBench,
  mapBench,
  lanesBench,
  ownBench,
  exactBench,
  zuulBench,
  defaultsBench,
  scheduleBench,
]

/**
 * `npm run bench -- [name…] [--json] [--record] [--input PATH] [--history PATH]`; `schedule` measures what lies at the one, and
 * replays the commits of the repository at the other, by default of this one. Ends with 1 when a goal is missed.
 */
async function main(): Promise<void> {
  const { values, positionals } = readOptions({
    options: {
      json: { type: 'boolean' },
      record: { type: 'boolean' },
      input: { type: 'string' },
      history: { type: 'string', default: ROOT },
    },
    allowPositionals: true,
  })
  const unknown = positionals.filter(name => !BENCHES.some(bench => isMeant(bench, name)))
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no bench "${unknown[0]}". Known: ${BENCHES.map(one => one.name).join(', ')}\n`,
    )
    process.exitCode = 2
    return
  }
  const chosen = BENCHES.filter(
    bench => positionals.length === 0 || positionals.some(name => isMeant(bench, name)),
  )
  const results = await runAll(chosen, {
    aloud: values.json !== true,
    given: { input: values.input ?? null, history: values.history },
  })
  if (values.json === true)
    process.stdout.write(`${JSON.stringify({ machine: describeMachine(), results }, null, 2)}\n`)
  if (values.record === true) record(results)
  if (results.some(({ figures }) => figures.some(isMissed))) process.exitCode = 1
}

/** `merge` means `merge-lanes` and `merge-exact`. */
function isMeant(bench: Bench, name: string): boolean {
  return bench.name === name || bench.name.startsWith(`${name}-`)
}

/** One after the other: they would disturb each other. */
async function runAll(
  benches: readonly Bench[],
  { aloud, given }: { aloud: boolean; given: Parameters<Bench['run']>[0] },
): Promise<Result[]> {
  const results: Result[] = []
  if (aloud) process.stdout.write(`${describeMachine()}\n`)
  for (const { name, about, run } of benches) {
    if (aloud) process.stdout.write(`\n${name}: ${about}\n`)
    const figures = await run(given)
    if (aloud) process.stdout.write(`${printTable(figures)}\n`)
    results.push({ name, about, figures })
  }
  return results
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UnusableInput)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
