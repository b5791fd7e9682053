import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { bundleActions, bundleInto, listSizes } from './bundle.ts'
import { DIST, ROOT } from './folders.ts'
import { hashSources, isCurrent, writeStamp } from './stamp.ts'

/** `npm run build`: the actions as runners execute them, and the compiled program for the published package. */
const LARGEST = 2 * 1024 * 1024

export async function buildActions(): Promise<void> {
  await once('actions', ['action', 'core', 'forge', '.github/workflows'], bundleActions)
}

/** Sources below `node_modules` are not stripped of types by Node: what is published is compiled. */
async function buildProgram(): Promise<void> {
  await once('program', ['app', 'cli', 'action', 'core', 'forge', 'twin', 'schemas'], async () => {
    const entries = { 'cli/main': 'cli/main.ts', 'app/main': 'app/main.ts' }
    const present = Object.entries(entries).filter(([, file]) => existsSync(join(ROOT, file)))
    for (const old of await listBuilt()) await rm(join(DIST, old), { recursive: true })
    await bundleInto(DIST, Object.fromEntries(present), { external: await listInstalled() })
    await mkdir(join(DIST, 'bin'), { recursive: true })
    await copyFile(join(ROOT, 'scripts/bin.mjs'), join(DIST, 'bin/chorus.mjs'))
    await chmod(join(DIST, 'bin/chorus.mjs'), 0o755)
  })
}

/** What the last build of the program left. */
async function listBuilt(): Promise<string[]> {
  const names = await readdir(DIST).catch(() => [])
  return names.filter(name => /^(?:late-.*|bin|cli|app)$/.test(name))
}

/** What is installed with the package stays outside; everything else that we use is compiled in. */
async function listInstalled(): Promise<string[]> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(manifest)
  // Only a checkout builds.
  return [...Object.keys(dependencies), 'esbuild']
}

async function once(name: string, folders: string[], make: () => Promise<void>): Promise<void> {
  const stamp = join(DIST, `.${name}`)
  const hash = await hashSources(ROOT, [...folders, 'scripts'], ['package-lock.json'])
  if (await isCurrent(stamp, hash)) return
  await make()
  await mkdir(DIST, { recursive: true })
  await writeStamp(stamp, hash)
}

async function printSizes(): Promise<number> {
  const sizes = await listSizes(join(DIST, 'action'))
  for (const { path, bytes } of sizes.filter(size => size.path.endsWith('.mjs'))) {
    process.stdout.write(`${String(Math.ceil(bytes / 1024)).padStart(6)} KB  ${relative(ROOT, path)}\n`)
  }
  const tooLarge = sizes.filter(size => size.bytes > LARGEST)
  for (const { path } of tooLarge) process.stderr.write(`${relative(ROOT, path)} is larger than 2 MB\n`)
  return tooLarge.length === 0 ? 0 : 1
}

if (import.meta.main) {
  await buildActions()
  await buildProgram()
  process.exitCode = await printSizes()
}
