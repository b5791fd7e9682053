import { run } from 'probot'
import { printProblem } from '../core/problem.ts'
import { processEnv, readEnv } from './env.ts'
import { startServer } from './server.ts'

/** `npm start`. */
async function main(): Promise<void> {
  const env = readEnv(processEnv())
  if (!env.ok) {
    process.stderr.write('Chorus does not start with these settings:\n')
    for (const problem of env.problems) process.stderr.write(`  ${printProblem(problem)}.\n`)
    process.exitCode = 2
    return
  }
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
