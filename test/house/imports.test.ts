import { describe, expect, test } from 'vitest'
import { type Import, importsOf, listSources } from './sources.ts'

/** Who may import whom. Folders of ours by name; everything else is a package or a `node:` module, by pattern. */
const MAY: Record<string, { ours: readonly string[]; packages: RegExp }> = {
  core: { ours: [], packages: /^zod$/ },
  forge: { ours: ['core'], packages: /^(yaml|@octokit\/.+)$/ },
  app: { ours: ['core', 'forge'], packages: /^(probot|zod|node:.+)$/ },
  action: { ours: ['core', 'forge'], packages: /^(zod|@actions\/.+|node:.+)$/ },
  schemas: { ours: ['core'], packages: /^(zod|node:fs)$/ },
  cli: { ours: ['core', 'forge', 'app', 'twin'], packages: /^(yaml|probot|node:.+)$/ },
  twin: {
    ours: [],
    packages:
      /^(node:.+|yaml|graphql|graphql\/.+|ajv|@octokit\/.+|@actions\/(expressions|workflow-parser).*|(remark|rehype)-.+|unified)$/,
  },
  scripts: { ours: ['schemas'], packages: /./ },
}

/** Exceptions, each with its reason. */
const ALLOWED: readonly { from: RegExp; to: RegExp; because: string }[] = [
  {
    from: /^forge\/.+$/,
    to: /^node:(crypto|zlib|util)$/,
    because: 'hashing, unpacking and stripping are pure',
  },
  {
    from: /^twin\/demo\//,
    to: /^(core|forge|app|action|cli|scripts)\//,
    because: 'the demo is where the twin and Chorus meet',
  },
  {
    from: /^cli\/map\.ts$/,
    to: /^action\/(map\/map|git)\.ts$/,
    because: 'it shows what runs show to planners',
  },
  { from: /^cli\/main\.ts$/, to: /^package\.json$/, because: 'it tells its version' },
  { from: /^cli\//, to: /^twin\/(demo\/|)/, because: 'the command starts the demo' },
  {
    from: /^scripts\/condense-openapi\.ts$/,
    to: /^twin\/areas\.ts$/,
    because: 'it keeps of GitHub’s description what the twin answers',
  },
  {
    from: /^scripts\/tools\/install\.ts$/,
    to: /^action\/agents\/(install|registry)\.ts$/,
    because: 'programs for tests are installed as attempts install them',
  },
  { from: /^scripts\/(build|bundle|release|releasecommand)\.ts$/, to: /./, because: 'they pack everything' },
]

const folders = Object.keys(MAY)
const sources = listSources(folders)
const imports = sources.flatMap(importsOf)

function folderOf(path: string): string {
  return path.split('/')[0]!
}

function isOurs(path: string): boolean {
  return path.includes('/') && folders.includes(folderOf(path)) && path.endsWith('.ts')
}

function isAllowed({ from, to }: Import): boolean {
  const rule = MAY[folderOf(from)]!
  if (ALLOWED.some(one => one.from.test(from) && one.to.test(to))) return true
  if (isOurs(to)) return folderOf(from) === folderOf(to) || rule.ours.includes(folderOf(to))
  return rule.packages.test(to)
}

test('each folder imports only what it may', () => {
  const wrong = imports.filter(one => !isAllowed(one)).map(({ from, to }) => `${from} imports ${to}`)
  expect(wrong).toEqual([])
})

test('only forge/client.ts makes an octokit inside forge', () => {
  const wrong = imports.filter(
    ({ from, to, typeOnly }) =>
      folderOf(from) === 'forge' && to.startsWith('@octokit/') && !typeOnly && from !== 'forge/client.ts',
  )
  expect(wrong).toEqual([])
})

test('no cycles', () => {
  expect(findCycles(imports.filter(one => isOurs(one.to) && !one.typeOnly))).toEqual([])
})

test('the twin knows GitHub and not Chorus', () => {
  const wrong = sources
    .filter(({ path }) => path.startsWith('twin/') && !path.startsWith('twin/demo/'))
    .filter(({ text }) => /chorus/i.test(text))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

describe('only the named files of the product', () => {
  const product = sources.filter(({ path }) => /^(core|forge|app|action|cli)\//.test(path))
  test.each([
    ['read the environment', /process\.env\b/, ['app/env.ts', 'action/inputs.ts', 'cli/env.ts']],
    ['start processes', /child_process/, ['action/process.ts']],
    ['export by default', /^export default\b/m, ['app/index.ts']],
    ['ask for the time themselves', /\bDate\.now\(|new Date\(\)/, null],
  ])('%s', (_rule, pattern, files) => {
    const found = product.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
    // Core takes time as data everywhere; the others take a clock, or are the shell where time comes in.
    const wrong = files === null ? found.filter(path => path.startsWith('core/')) : found
    expect(wrong.filter(path => !files?.includes(path))).toEqual([])
  })

  test('call GitHub: forge', () => {
    const calls = /octokit\.(rest|paginate|graphql|request)\b|\.request\(['"`](GET|POST|PUT|PATCH|DELETE) /
    const wrong = product.filter(({ path, text }) => !path.startsWith('forge/') && calls.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('randomness stays out of core', () => {
    const wrong = product.filter(
      ({ path, text }) => path.startsWith('core/') && /Math\.random|randomUUID/.test(text),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

function findCycles(edges: readonly Import[]): string[] {
  const next = Map.groupBy(edges, edge => edge.from)
  const done = new Set<string>()
  const cycles: string[] = []
  function visit(file: string, trail: readonly string[]): void {
    const seen = trail.indexOf(file)
    if (seen !== -1) {
      cycles.push([...trail.slice(seen), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const edge of next.get(file) ?? []) visit(edge.to, [...trail, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return cycles
}
