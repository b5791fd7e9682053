import type { ApplicationFunctionOptions, Probot } from 'probot'
import { printProblem } from '../core/contract/problem.ts'
import { createChorus } from './chorus.ts'
import { processEnv, readEnv } from './env.ts'

/** The Probot function, for hosts that bring their own Probot: its CLI, serverless adapters. `npm start` is app/main.ts. */
// biome-ignore lint/style/noDefaultExport: Probot loads the default export
export default async function chorus(app: Probot, options: ApplicationFunctionOptions): Promise<void> {
  const env = readEnv(processEnv())
  if (!env.ok) throw new Error(env.problems.map(printProblem).join('; '))
  if (env.value.mode === 'set-up') throw new Error('APP_ID: is missing. Run "npm start" for the set-up pages')
  await createChorus(env.value.identity).load(app, options)
}
