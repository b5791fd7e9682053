import { processEnv, readApiUrl, readAppId } from '../app/env.ts'
import { readKey } from '../app/key.ts'
import type { Parsed, Problem } from '../core/problem.ts'

/** Who the command is: the same app as the server, from the same variables; webhooks are none of its business. */
export type CliEnv = { appId: number; privateKey: string; apiUrl: string }

export function readCliEnv(env = processEnv()): Parsed<CliEnv> {
  const problems: Problem[] = []
  const appId = readAppId(env, problems)
  const apiUrl = readApiUrl(env, problems)
  const key = readKey(env)
  if (!key.ok) return { ok: false, problems: [...problems, ...key.problems] }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { appId, privateKey: key.value, apiUrl } }
}
