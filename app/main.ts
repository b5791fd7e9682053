import { run } from 'probot'
import { type Problem, printProblem } from '../core/contract/problem.ts'
import { processEnv, readEnv } from './env.ts'
import { findMissingPackages } from './packages.ts'
import { startServer } from './server.ts'

function refuse(problems: readonly Problem[]): void {
  process.stderr.write('Chorus does not start with these settings:\n')
  for (const problem of problems) process.stderr.write(`  ${printProblem(problem)}.\n`)
  process.exitCode = 2
}

/** `npm start`. */
async function main(): Promise<void> {
  const env = readEnv(processEnv())
  if (!env.ok) return refuse(env.problems)
  const missing = findMissingPackages(env.value.place)
  if (missing.length > 0) return refuse(missing)
  const { value } = env
  if (value.mode === 'set-up') {
    process.stderr.write(
      'There is no APP_ID: starting the set-up pages, which create the app and write .env.\n',
    )
    await run(() => {})
    return
  }
  const running = await startServer(value.place, value.identity)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void running.stop().then(() => process.exit(0)))
  }
}

await main()
