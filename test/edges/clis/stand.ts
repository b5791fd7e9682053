import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installTool } from '../../../scripts/tools/install.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'
import { type Address, PROGRAMS } from './programs.ts'

/** Where a real CLI runs: a repository, a home of its own, nothing else of this machine. */
export type Stand = { root: string; repo: string; home: string; remove(): void }

/** What the server hands out as a key: only this one is taken, so that a run with another one shows. */
export const KEY = 'key-of-the-stand-0123456789'

export function makeStand(files: Readonly<Record<string, string>> = { 'README.md': '# Stand\n' }): Stand {
  const root = mkdtempSync(join(tmpdir(), 'stand-'))
  const [repo, home] = [join(root, 'repo'), join(root, 'home')]
  for (const dir of [repo, home, join(root, 'tmp')]) mkdirSync(dir)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true })
    writeFileSync(join(repo, path), text)
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', repo, ...args], { stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('-c', 'user.name=Stand', '-c', 'user.email=stand@localhost', 'commit', '-q', '-m', 'begin')
  return {
    root,
    repo,
    home,
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

export type Ran = { code: number | null; signal: string | null; stdout: string; stderr: string; ms: number }

export type Run = {
  cli: CliName
  server: Address
  stand: Stand
  prompt: string
  model?: string
  /** Another than KEY. */
  key?: string
  /** Kills it, with its group. */
  kill?: AbortSignal
}

/** Runs the real program to its end, or until it is killed: at the latest after 90 s. */
export async function runCli({ cli, server, stand, prompt, kill, ...run }: Run): Promise<Ran> {
  const tool = await installTool(cli)
  const model = run.model ?? PROGRAMS[cli].model
  const launch = PROGRAMS[cli].launch({ server, home: stand.home, prompt, key: run.key ?? KEY, model })
  for (const [path, text] of Object.entries(launch.files)) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(tool.program, launch.args, {
      cwd: stand.repo,
      // A group of its own, to be ended with all that it started.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: [dirname(process.execPath), process.env.PATH].join(':'),
        HOME: stand.home,
        TMPDIR: join(stand.root, 'tmp'),
        NO_COLOR: '1',
        ...launch.env,
      },
    })
    const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')
    const limit = setTimeout(end, 90_000)
    kill?.addEventListener('abort', end, { once: true })
    // An end at once where there is nothing to say: an open pipe would be waited for.
    child.stdin.on('error', () => {}).end(launch.input ?? '')
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      resolve({ code, signal, stdout, stderr, ms: performance.now() - begun })
    })
  })
}
