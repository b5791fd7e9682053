import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join, relative } from 'node:path'
import { foreignCache, installing } from '../../core/words/failure.ts'
import { listClosed } from '../closedpath.ts'
import { NODE } from '../inputs.ts'
import { isAttempts } from '../isolation/uid.ts'
import { type Command, run } from '../process.ts'
import type { Package } from './agent.ts'

/** Where programs of agents are looked for, and where they are put. */
export type Toolbox = {
  path: string
  /** Stays from run to run where the runner does. */
  cache: string
  /** What npm sees: the runner's own settings, no key of ours. */
  npm: Readonly<Record<string, string>>
  signal?: AbortSignal
  /** Hears what takes long. */
  say?(line: string): void
}

/** A program that is there: its real file, and the folder with all that it needs beside itself. */
export type Program = { file: string; folder: string }

/**
 * The one on PATH, which somebody chose; else the one in the cache; else it is installed from npm. The answer is a sentence
 * when it cannot be had. npm runs no script of any package: it is our user's, and keys are near.
 */
export async function findProgram(wanted: Package, box: Toolbox): Promise<Program | { why: string }> {
  const dir = dirOf(wanted, box)
  for (const folder of [box.cache, dir]) {
    // Where its parent is open to everybody an agent can put a folder of its own in its place, or a link to one.
    const found = [lstatSync, statSync].map(look => look(folder, { throwIfNoEntry: false })?.uid)
    if (found.some(owner => owner !== undefined && isAttempts(owner))) return { why: foreignCache(folder) }
  }
  const places = [...box.path.split(delimiter), binOf(dir)]
  const found = places.map(place => join(place, wanted.program)).find(isProgram)
  if (found !== undefined) return locate(found)
  box.say?.(installing(wanted.program, `${wanted.name}@${wanted.version}`))
  const why = await installProgram(wanted, box)
  if (why !== null) return { why }
  const file = join(binOf(dir), wanted.program)
  return isProgram(file) ? locate(file) : { why: `${wanted.name} has no program named ${wanted.program}` }
}

/** Programs in JavaScript run on the node that runs us: the one on PATH may be too old, or none. */
export function commandOf({ file }: Program, node = NODE): Command {
  return /\.[cm]?js$/.test(file) ? { file: node, args: [file] } : { file, args: [] }
}

/** The same program where another user can read it. */
export async function lendProgram(
  { file, folder }: Program,
  lend: (path: string) => Promise<string>,
): Promise<Program> {
  const lent = await lend(folder)
  return { folder: lent, file: folder === file ? lent : join(lent, relative(folder, file)) }
}

function binOf(dir: string): string {
  return join(dir, 'node_modules', '.bin')
}

function isProgram(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0
}

/** Links in `.bin` lead to files that look for others beside themselves. */
function locate(link: string): Program {
  const file = realpathSync(link)
  const at = file.indexOf('/node_modules/')
  return { file, folder: at < 0 ? file : file.slice(0, at + '/node_modules'.length) }
}

function dirOf({ program, version }: Package, { cache }: Toolbox): string {
  return join(cache, `${program}@${version}`)
}

/**
 * Into the cache, made beside its place, then moved: what is there is whole, also when two runs install at once. The answer
 * is a sentence when it cannot be done.
 */
export async function installProgram(wanted: Package, box: Toolbox): Promise<string | null> {
  const dir = dirOf(wanted, box)
  await mkdir(box.cache, { recursive: true })
  const building = await mkdtemp(`${dir}.`)
  try {
    await writeFile(join(building, 'package.json'), '{ "private": true }\n')
    const args = [
      'install',
      '--ignore-scripts',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--save-exact',
      `${wanted.name}@${wanted.version}`,
    ]
    const { end, stderr } = await run(
      { file: 'npm', args },
      {
        cwd: building,
        // Ours, with keys near; and of a race another contender may be at work already.
        env: { ...box.npm, PATH: listClosed(box.path).join(delimiter) },
        maxOutput: 16 * 1024,
        timeoutMs: 5 * 60_000,
        ...(box.signal === undefined ? {} : { signal: box.signal }),
      },
    )
    if (end.is !== 'exited') return end.is === 'not-found' ? 'npm is not on this runner' : `npm: ${end.is}`
    if (end.code !== 0) return complaintOf(stderr.toString('utf8'))
    await placeNative(wanted, building)
    await rename(building, dir).catch(error => {
      if (!existsSync(dir)) throw error
    })
    return null
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** What npm says went wrong, without the marks and codes that it puts around it. */
function complaintOf(stderr: string): string {
  const lines = stderr.split('\n').map(line => line.replace(/^npm (?:error|ERR!) ?/, '').trim())
  const told = lines.filter(line => line !== '' && !/^(?:code|errno|syscall) /.test(line))
  return `npm: ${(told.length > 0 ? told : lines).slice(0, 2).join(' ').slice(0, 300)}`
}

/** What the package's own script would have done: its program is the build for this machine that npm has brought beside it. */
async function placeNative({ program, natives }: Package, building: string): Promise<void> {
  const modules = join(building, 'node_modules')
  const machine = { name: `${process.platform}-${process.arch}`, avx2: await hasAvx2() }
  const native = natives?.(machine).find(file => isProgram(join(modules, file)))
  if (native === undefined) return
  const link = join(binOf(building), program)
  await rm(link, { force: true })
  await symlink(join('..', native), link)
}

async function hasAvx2(): Promise<boolean> {
  return /^flags\s*:.*\bavx2\b/m.test(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''))
}
