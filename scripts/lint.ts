import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
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

function main(write: boolean): number {
  const { biome, project } = openBiome()
  let wrong = 0
  for (const path of listFiles()) {
    const filePath = `${root}${path}`
    const before = readFileSync(filePath, 'utf8')
    const formatted = biome.formatContent(project, before, { filePath }).content
    const { content, diagnostics } = biome.lintContent(project, formatted, {
      filePath,
      ...(write ? { fixFileMode: 'safeFixes' as const } : {}),
    })
    const after = write ? biome.formatContent(project, content, { filePath }).content : formatted
    const faults = diagnostics.filter(
      ({ severity }) => severity === 'error' || severity === 'fatal' || severity === 'warning',
    )
    if (faults.length > 0) {
      wrong += faults.length
      for (const fault of faults) process.stderr.write(`${describe(path, content, fault)}\n`)
    }
    if (after === before) continue
    if (write) writeFileSync(filePath, after)
    else {
      wrong += 1
      process.stderr.write(`${path} is not formatted: npm run format\n`)
    }
  }
  return wrong === 0 ? 0 : 1
}

process.exitCode = main(process.argv.includes('--write'))
