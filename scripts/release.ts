import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { printCaller, RELEASE, renameSource, type Source } from '../core/caller.ts'
import { ACTIONS, DIST, ROOT, WORKFLOWS } from './folders.ts'
import { withLock } from './lock.ts'

/**
 * Writes the tree of the released action repository into `dir`: the bundled actions, the reusable workflows, and the caller
 * that repositories copy. Under another name or tag when `as` says so. In a checkout what has changed is built first; a
 * published package has it all.
 */
export async function writeRelease(dir: string, as: Source = RELEASE): Promise<void> {
  if (!existsSync(join(ROOT, 'action/work/index.ts'))) return copyRelease(dir, as)
  const { buildActions } = await import('./build.ts')
  // Several test processes start at once on a fresh clone: none may copy what another is just building.
  await withLock(join(DIST, '.lock'), async () => {
    await buildActions()
    await copyRelease(dir, as)
  })
}

let released: Promise<Record<string, string>> | undefined

/** Texts of that tree by their paths. Read once: a process of tests sets up hundreds of stages on which it is released. */
export function readRelease(): Promise<Record<string, string>> {
  released ??= readWritten()
  return released
}

async function readWritten(): Promise<Record<string, string>> {
  const dir = await mkdtemp(join(tmpdir(), 'chorus-release-'))
  try {
    await writeRelease(dir)
    const entries = await readdir(dir, { recursive: true, withFileTypes: true })
    const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
    const texts = paths.map(async path => [relative(dir, path), await readFile(path, 'utf8')] as const)
    return Object.fromEntries(await Promise.all(texts))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function copyRelease(dir: string, as: Source): Promise<void> {
  for (const name of ACTIONS) {
    await cp(join(DIST, 'action', name), join(dir, 'action', name), { recursive: true })
  }
  const workflows = join(dir, '.github/workflows')
  await mkdir(workflows, { recursive: true })
  for (const file of WORKFLOWS) {
    const text = await readFile(join(DIST, 'action', file), 'utf8')
    await writeFile(join(workflows, file), renameSource(text, as))
  }
  await writeFile(join(dir, 'chorus.yml'), printCaller(as))
  await cp(join(ROOT, 'LICENSE'), join(dir, 'LICENSE'))
}
