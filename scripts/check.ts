import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lintWorkflows } from './workflowlint.ts'

/** `npm run check`: everything that can be judged without running the product. One line a step; output only of what failed. */

const root = fileURLToPath(new URL('..', import.meta.url))
const resolve = createRequire(import.meta.url).resolve

type Result = { ok: boolean; output: string }
type Step = { name: string; run(): Promise<Result> }

const STEPS: readonly Step[] = [
  {
    name: 'types',
    // The other processors have steps of their own, and between several threads much is worked out twice.
    run: () => runNode([packageFile('typescript', 'bin/tsc'), '--noEmit', '--singleThreaded', '-p', '.']),
  },
  { name: 'format and lint', run: () => runNode(['scripts/lint.ts']) },
  {
    name: 'house rules and schemas',
    run: () => runNode([packageFile('vitest', 'vitest.mjs'), 'run', 'test/house', '--reporter=dot']),
  },
  { name: 'workflows', run: runWorkflowLint },
]

/** Steps wait for nothing of each other: as many at once as there are processors. */
async function main(): Promise<number> {
  const line = [...STEPS]
  const lanes = Math.min(line.length, Math.max(1, availableParallelism()))
  const passed: boolean[] = []
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let step = line.shift(); step !== undefined; step = line.shift()) passed.push(await report(step))
    }),
  )
  return passed.every(Boolean) ? 0 : 1
}

async function report(step: Step): Promise<boolean> {
  const begun = performance.now()
  const { ok, output } = await step.run()
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${step.name} (${seconds} s)\n`)
  if (!ok) process.stdout.write(`${output.trimEnd()}\n`)
  return ok
}

async function runWorkflowLint(): Promise<Result> {
  const found = await lintWorkflows()
  return { ok: found.length === 0, output: found.join('\n') }
}

/** On the Node that runs this, which the starter chose. */
function runNode(args: readonly string[]): Promise<Result> {
  return new Promise(done => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', error => done({ ok: false, output: error.message }))
    child.on('close', code => done({ ok: code === 0, output }))
  })
}

/** A file of a package that its `exports` may hide. */
function packageFile(name: string, file: string): string {
  let folder = dirname(resolve(name))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return join(folder, file)
}

process.exitCode = await main()
