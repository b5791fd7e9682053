import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { installProgram } from '../../action/agents/install.ts'
import { findAdapter } from '../../action/agents/registry.ts'
import { ROOT } from '../folders.ts'
import { type CliName, PINS, type Pin } from './pins.ts'

/** Not part of the repository: `.chorus/` is ignored. */
const TOOLS = join(ROOT, '.chorus/tools')

export type Tool = Pin & { dir: string; program: string }

/**
 * The program of a pinned CLI, installed from the package registry when it is not there yet. Several processes may ask at
 * once: one installs, the others wait. Throws with npm's own words when it cannot be had.
 */
export async function installTool(cli: CliName): Promise<Tool> {
  const pin = PINS.find(one => one.cli === cli)
  if (!pin) throw new Error(`No pin for ${cli}`)
  const dir = join(TOOLS, `${pin.cli}@${pin.version}`)
  const tool = { ...pin, dir, program: join(dir, 'node_modules/.bin', pin.bin) }
  if (existsSync(tool.program)) return tool
  await mkdir(TOOLS, { recursive: true })
  const unlock = await lock(`${dir}.lock`)
  try {
    if (!existsSync(tool.program)) await install(tool)
  } finally {
    await unlock()
  }
  return tool
}

/** As an attempt does it on a runner that has none. */
async function install(tool: Tool): Promise<void> {
  const wanted = findAdapter(tool.cli)?.package
  if (wanted?.name !== tool.package || wanted.version !== tool.version)
    throw new Error(`The adapter of ${tool.cli} wants another version than the pin.`)
  const npm = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']))
  await rm(tool.dir, { recursive: true, force: true })
  const why = await installProgram(wanted, { path: process.env.PATH ?? '', cache: TOOLS, npm })
  if (why !== null) throw new Error(why)
  if (!existsSync(tool.program)) throw new Error(`${tool.package} brought no program named ${tool.bin}`)
}

/** A file with our process in it, whole from its first moment; one whose process is gone counts for nothing. */
async function lock(path: string): Promise<() => Promise<void>> {
  const own = `${path}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    for (;;) {
      try {
        await link(own, path)
        return () => rm(path, { force: true })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      if (await isStale(path)) await rm(path, { force: true })
      else await wait(200)
    }
  } finally {
    await rm(own, { force: true })
  }
}

async function isStale(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  // Gone when its owner is done.
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}
