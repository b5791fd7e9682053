import { closePath } from './closedpath.ts'
import { run } from './process.ts'

/**
 * Our git. It never runs with a git directory, hooks, filters or settings that an agent could have written: the git
 * directory is named by us, every setting comes from here, and the files of an agent are only ever a work tree.
 */
export type Git = {
  dir: string
  /** Output of a command that must work. Throws GitFailure. */
  run(args: readonly string[], more?: GitOptions): Promise<Buffer>
  text(args: readonly string[], more?: GitOptions): Promise<string>
}

export type GitOptions = { input?: string | Buffer; env?: Record<string, string>; maxOutput?: number }

export type GitPlace = {
  gitDir: string
  workTree?: string
  indexFile?: string
  host: GitHost
  signal?: AbortSignal
}

/** What of the machine git may see: where programs are, and how to get out through a proxy. */
export type GitHost = { path: string; proxy: Readonly<Record<string, string>> }

/** Where to fetch from and push to. The token is handed over by environment for one call, never stored. */
export type Remote = { url: string; token: string }

export class GitFailure extends Error {
  readonly command: string
  constructor(command: string, why: string) {
    super(`git ${command} failed: ${why}`)
    this.name = 'GitFailure'
    this.command = command
  }
}

const MAX_OUTPUT = 256 * 1024 * 1024

const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.autocrlf', 'false'],
  ['core.quotePath', 'false'],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', 'false'],
  ['core.askPass', 'false'],
  ['credential.helper', ''],
  ['protocol.allow', 'never'],
  ['protocol.https.allow', 'always'],
  ['protocol.http.allow', 'always'],
  ['submodule.recurse', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['diff.external', ''],
  ['commit.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['safe.directory', '*'],
  ['advice.detachedHead', 'false'],
  // One for each core: making thousands of files is mostly waiting for the disk.
  ['checkout.workers', '0'],
]

export function openGit(place: GitPlace): Git {
  const base = environment(place)
  const cwd = place.workTree ?? place.gitDir
  async function call(args: readonly string[], more: GitOptions = {}): Promise<Buffer> {
    const result = await run(
      { file: 'git', args },
      {
        cwd,
        env: { ...base, ...more.env },
        maxOutput: more.maxOutput ?? MAX_OUTPUT,
        sweep: false,
        ...(more.input === undefined ? {} : { input: more.input }),
        ...(place.signal === undefined ? {} : { signal: place.signal }),
      },
    )
    const name = args.find(arg => !arg.startsWith('-')) ?? ''
    if (result.end.is !== 'exited') throw new GitFailure(name, result.end.is)
    if (result.end.code !== 0) throw new GitFailure(name, lastLines(result.stderr))
    if (result.dropped > 0) throw new GitFailure(name, 'it said more than is kept')
    return result.stdout
  }
  return {
    dir: place.gitDir,
    run: call,
    text: async (args, more) => (await call(args, more)).toString('utf8').trimEnd(),
  }
}

/** Settings by environment for one call, so that the token is in no argument list and in no file. */
export function credentials(remote: Remote): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${remote.token}`).toString('base64')
  const server = new URL(remote.url)
  return settings([...SETTINGS, [`http.${server.origin}/.extraHeader`, `Authorization: Basic ${basic}`]])
}

function environment(place: GitPlace): Record<string, string> {
  return {
    PATH: closePath(place.host.path, 'git'),
    ...place.host.proxy,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_DIR: place.gitDir,
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    ...settings(SETTINGS),
  }
}

function settings(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(pairs.length) }
  pairs.forEach(([key, value], at) => {
    env[`GIT_CONFIG_KEY_${at}`] = key
    env[`GIT_CONFIG_VALUE_${at}`] = value
  })
  return env
}

function lastLines(stderr: Buffer): string {
  const lines = stderr.toString('utf8').trim().split('\n')
  return lines.slice(-3).join(' | ').slice(0, 600) || 'it said nothing'
}
