import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Biome } from '@biomejs/js-api/nodejs'

/**
 * Format and lint by Biome's WebAssembly build: the same program as its native one, on every machine from one package.
 * `--write` rewrites what can be; otherwise a difference is a failure. Prints what is wrong and where.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const ENDINGS = /\.(ts|mjs|json)$/
const LEFT_OUT = /^(package-lock\.json|schemas\/|test\/conformance\/openapi\.json)/

function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed.split('\0').filter(path => ENDINGS.test(path) && !LEFT_OUT.test(path))
}

function openBiome(): { biome: Biome; project: number } {
  const biome = new Biome()
  const { projectKey } = biome.openProject(root)
  const { formatter, javascript, linter } = JSON.parse(readFileSync(`${root}biome.json`, 'utf8'))
  biome.applyConfiguration(projectKey, { formatter, javascript, linter })
  return { biome, project: projectKey }
}

type Fault = ReturnType<Biome['lintContent']>['diagnostics'][number]

function describe(path: string, content: string, fault: Fault): string {
  const offset = fault.location?.span?.[0] ?? 0
  const line = Buffer.from(content).subarray(0, offset).toString().split('\n').length
  return `${path}:${line} ${fault.category ?? ''} ${fault.description}`
}

/** Digests of files that were found in order before, under the same rules: a second run judges only what is new. */
type Known = { has(path: string, content: string): boolean; add(path: string, content: string): void }

function openKnown(): Known {
  mkdirSync(`${root}.chorus`, { recursive: true })
  const kept = `${root}.chorus/lint`
  const { version } = createRequire(import.meta.url)('@biomejs/wasm-nodejs/package.json')
  const rules = [
    version,
    readFileSync(`${root}biome.json`, 'utf8'),
    readFileSync(import.meta.filename, 'utf8'),
  ]
  const digest = (path: string, content: string) =>
    createHash('sha256')
      .update(JSON.stringify([...rules, path, content]))
      .digest('base64')
  const known = new Set(readIfThere(kept).split('\n'))
  return {
    has: (path, content) => known.has(digest(path, content)),
    add: (path, content) => appendFileSync(kept, `${digest(path, content)}\n`),
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

type Judged = { after: string; faults: Fault[] }

function judge(path: string, before: string, { biome, project }: ReturnType<typeof openBiome>): Judged {
  const filePath = `${root}${path}`
  const formatted = biome.formatContent(project, before, { filePath }).content
  const { content, diagnostics } = biome.lintContent(project, formatted, {
    filePath,
    ...(write ? { fixFileMode: 'safeFixes' as const } : {}),
  })
  const after = write ? biome.formatContent(project, content, { filePath }).content : formatted
  const faults = diagnostics.filter(({ severity }) => /^(error|fatal|warning)$/.test(severity))
  return { after, faults }
}

function main(): number {
  const known = openKnown()
  let biome: ReturnType<typeof openBiome> | null = null
  let wrong = 0
  for (const path of listFiles()) {
    const before = readFileSync(`${root}${path}`, 'utf8')
    if (known.has(path, before)) continue
    biome ??= openBiome()
    const { after, faults } = judge(path, before, biome)
    wrong += faults.length
    for (const fault of faults) process.stderr.write(`${describe(path, after, fault)}\n`)
    if (faults.length === 0) known.add(path, after)
    if (after === before) continue
    if (write) writeFileSync(`${root}${path}`, after)
    else {
      wrong += 1
      process.stderr.write(`${path} is not formatted: npm run format\n`)
    }
  }
  return wrong === 0 ? 0 : 1
}

const write = process.argv.includes('--write')
process.exitCode = main()
