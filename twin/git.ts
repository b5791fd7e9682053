import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { processes } from './processes.ts'
import type { Repo } from './state.ts'

export type GitResult = { code: number; stdout: Buffer; stderr: string }

export type GitOptions = {
  input?: Buffer | string
  env?: Record<string, string>
  /** Give back a non-zero exit instead of throwing. */
  allowFail?: boolean
}

export class GitError extends Error {
  readonly code: number
  readonly stderr: string
  constructor(args: readonly string[], code: number, stderr: string) {
    super(`git ${args[0] ?? ''} exited with ${code}: ${stderr.trim()}`)
    this.code = code
    this.stderr = stderr
  }
}

/** Runs git on a bare repository, without a shell; bytes in, bytes out. Throws GitError unless `allowFail`. */
export async function git(
  repo: Repo | string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const { code, stdout, stderr } = await processes().run({
    ...commandOf(repo, args, options.env),
    input: options.input ?? '',
  })
  const said = stderr.toString()
  if (code !== 0 && !options.allowFail) throw new GitError(args, code, said)
  return { code, stdout, stderr: said }
}

/** Standard output as text, without the last line break. */
export async function gitText(
  repo: Repo | string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return (await git(repo, args, options)).stdout.toString().replace(/\n$/, '')
}

/** A git process with open pipes; the caller ends it. */
export function startGit(
  repo: Repo | string,
  args: readonly string[],
  env?: Record<string, string>,
): ChildProcessWithoutNullStreams {
  const { file, args: all, env: whole } = commandOf(repo, args, env)
  return spawn(file, all, { env: whole })
}

function commandOf(repo: Repo | string, args: readonly string[], env: Record<string, string> = {}) {
  const gitDir = typeof repo === 'string' ? repo : repo.gitDir
  const fixed = ['-c', 'gc.auto=0', '-c', 'core.quotepath=off', '-c', 'safe.directory=*']
  return {
    file: 'git',
    args: [`--git-dir=${gitDir}`, ...fixed, ...args],
    env: { ...cleanEnv(gitDir), ...env },
  }
}

/** Nothing of the user's settings or credentials reaches the twin's git. */
function cleanEnv(gitDir: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: dirname(gitDir),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_AUTHOR_NAME: 'twin',
    GIT_AUTHOR_EMAIL: 'twin@localhost',
    GIT_COMMITTER_NAME: 'twin',
    GIT_COMMITTER_EMAIL: 'twin@localhost',
  }
}
