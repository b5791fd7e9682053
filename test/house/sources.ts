import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAst } from 'vite'

export type Source = { path: string; text: string; lines: number }

/** All files that belong to the repository (tracked, or new and not ignored), with `/` in paths. */
export function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  return listed.split('\n').filter(path => path !== '' && existsSync(path))
}

/** TypeScript of the named top-level folders. */
export function listSources(folders: readonly string[]): Source[] {
  return listFiles()
    .filter(path => path.endsWith('.ts') && folders.includes(path.split('/')[0]!))
    .map(path => {
      const text = readFileSync(path, 'utf8')
      return { path, text, lines: text.trimEnd().split('\n').length }
    })
}

type Node = { type: string; start: number; end: number; [key: string]: unknown }

export type Import = { from: string; to: string; typeOnly: boolean }

/** What a file imports or re-exports; our own files as paths from the root, packages by the name that is written. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  walk(parse(source), node => {
    const written = literal(node.source)
    if (written === null) return
    const isImport = /^(Import(Declaration|Expression)|Export(Named|All)Declaration)$/.test(node.type)
    if (!isImport) return
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || bringsTypes(node)
    const to = written.startsWith('.') ? join(dirname(source.path), written) : written
    found.push({ from: source.path, to, typeOnly })
  })
  return found
}

/** `import { type A, type B } from …`: runs the other file, and could be written as `import type`. */
function bringsTypes(node: Node): boolean {
  const named = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : []
  return named.length > 0 && named.every(one => one.importKind === 'type' || one.exportKind === 'type')
}

export type Fn = { path: string; line: number; lines: number; name: string; parameters: number }

export function functionsOf(source: Source): Fn[] {
  const found: Fn[] = []
  walk(parse(source), (node, parent) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return
    const lines = source.text.slice(node.start, node.end).split('\n').length
    const line = source.text.slice(0, node.start).split('\n').length
    const parameters = Array.isArray(node.params) ? node.params.length : 0
    found.push({ path: source.path, line, lines, name: nameOf(node, parent), parameters })
  })
  return found
}

function parse(source: Source): Node {
  return parseAst(source.text, { lang: 'ts' }) as unknown as Node
}

function walk(
  node: Node,
  visit: (node: Node, parent: Node | null) => void,
  parent: Node | null = null,
): void {
  visit(node, parent)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, node)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function literal(value: unknown): string | null {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : null
}

function nameOf(node: Node, parent: Node | null): string {
  for (const named of [node.id, parent?.id, parent?.key]) {
    if (isNode(named) && typeof named.name === 'string') return named.name
  }
  return 'a function without a name'
}
