import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { ACTIONS, DIST, ROOT, WORKFLOWS } from './folders.ts'

/**
 * Of the artifact library we only upload. What it brings to download, find and delete, and undici, which its HTTP client needs for
 * none of our requests, would be two fifths of what each job reads and compiles when it hands over.
 */
const NEVER_CALLED: readonly { what: RegExp; by: RegExp }[] = [
  { what: /^\.\/(?:download|find|delete)\//, by: /\/@actions\/artifact\/lib\/internal\/client\.js$/ },
  { what: /^undici$/, by: /\/@actions\/http-client\/lib\/index\.js$/ },
]

/** An empty module in its place: a call would fail at once. */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, importer }) => {
      const isCalled = !NEVER_CALLED.some(({ what, by }) => what.test(path) && by.test(importer))
      return isCalled ? undefined : { path, namespace: 'left-out' }
    })
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }))
  },
}

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [leaveOut],
  // Some dependencies are CommonJS and ask for node's own modules by require.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
}

/** dist/action/<name>/: what a runner executes. What is loaded late is a file of its own. */
export async function bundleActions(): Promise<void> {
  for (const name of ACTIONS) {
    const outdir = join(DIST, 'action', name)
    await rm(outdir, { recursive: true, force: true })
    await bundleInto(outdir, { index: `action/${name}/index.ts` })
    await cp(join(ROOT, `action/${name}/action.yml`), join(outdir, 'action.yml'))
  }
  // The scripted agent stands beside what starts it, and what planners and reviewers are told beside what tells it.
  for (const name of ['work', 'plan']) {
    await bundleInto(join(DIST, 'action', name), { scripted: 'action/scripted/main.ts' })
  }
  await cp(join(ROOT, 'action/planning/prompts'), join(DIST, 'action/plan/prompts'), { recursive: true })
  for (const room of ['.', 'reviewing', 'rebasing'])
    await cp(join(ROOT, 'action', room, 'prompts'), join(DIST, 'action/work/prompts'), { recursive: true })
  for (const file of WORKFLOWS) await cp(join(ROOT, '.github/workflows', file), join(DIST, 'action', file))
}

export async function bundleInto(
  outdir: string,
  entryPoints: Record<string, string>,
  more: Pick<BuildOptions, 'external'> = {},
): Promise<void> {
  await mkdir(outdir, { recursive: true })
  await build({
    ...COMMON,
    ...more,
    entryPoints,
    outdir,
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'late-[hash]',
  })
}

export type Size = { path: string; bytes: number }

/** Every file of a built folder, largest first. */
export async function listSizes(dir: string): Promise<Size[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async path => ({ path, bytes: (await stat(path)).size })))
  return sizes.sort((a, b) => b.bytes - a.bytes)
}
