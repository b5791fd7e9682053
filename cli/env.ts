import { homedir } from 'node:os'
import { join } from 'node:path'
import { processEnv, readApiUrl, readAppId } from '../app/env.ts'
import { readFormerKey, readKey } from '../app/key.ts'
import { SECRET_SLOTS } from '../core/caller.ts'
import type { Parsed, Problem } from '../core/contract/problem.ts'

/** Who the command is: the same app as the server, from the same variables; webhooks are none of its business. */
export type CliEnv = { appId: number; privateKey: string; formerKey: string | null; apiUrl: string }

export function readCliEnv(env = processEnv()): Parsed<CliEnv> {
  const problems: Problem[] = []
  const appId = readAppId(env, problems)
  const apiUrl = readApiUrl(env, problems)
  const key = readKey(env)
  if (!key.ok) return { ok: false, problems: [...problems, ...key.problems] }
  const former = readFormerKey(env)
  if (!former.ok) return { ok: false, problems: [...problems, ...former.problems] }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { appId, privateKey: key.value, formerKey: former.value, apiUrl } }
}

/** What `chorus local` has for agents, from the variables that people have set for these programs anyway. */
export type LocalEnv = {
  /** By the names that secrets have in a repository. */
  keys: ReadonlyMap<string, string>
  /** By CLI. */
  baseUrls: ReadonlyMap<string, string>
  path: string
  /** Where programs are kept that had to be installed. */
  tools: string
  /** What npm sees: all but the keys. */
  npm: Readonly<Record<string, string>>
}

export const BASE_URLS = [
  ['codex', 'OPENAI_BASE_URL'],
  ['claude', 'ANTHROPIC_BASE_URL'],
  ['gemini', 'GOOGLE_GEMINI_BASE_URL'],
  ['opencode', 'OPENCODE_BASE_URL'],
  ['qwen', 'QWEN_BASE_URL'],
] as const

export function readLocalEnv(env = processEnv()): LocalEnv {
  const set = Object.entries(env).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '')
  const values = new Map(set)
  const slots: readonly string[] = SECRET_SLOTS
  return {
    keys: new Map(set.filter(([name]) => slots.includes(name))),
    baseUrls: new Map(
      BASE_URLS.flatMap(([cli, name]) => (values.has(name) ? [[cli, values.get(name)!]] : [])),
    ),
    path: values.get('PATH') ?? '',
    tools: join(readCacheDir(env), 'tools'),
    npm: Object.fromEntries(
      set.filter(([name]) => !slots.includes(name) && !/TOKEN|SECRET|PRIVATE/.test(name)),
    ),
  }
}

/** Where things are kept that can be made again. */
export function readCacheDir(env = processEnv()): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'chorus')
}
