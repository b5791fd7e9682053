import { z } from 'zod'
import { configSchema } from '../core/config/config.ts'
import { HELP } from '../core/words/answer.ts'
import { printRules } from '../core/words/demands.ts'
import { printLandings } from '../core/words/landing.ts'

/** Tables in pages, printed from what the program itself reads and says. */

type Node = {
  type?: string
  description?: string
  default?: unknown
  properties?: Record<string, Node>
  additionalProperties?: Node | boolean
  items?: Node
  enum?: unknown[]
}

/** One row a key, nested keys with dots; `NAME` and `[]` stand for the parts that repeat. */
export function printConfigTable(): string {
  const root = z.toJSONSchema(configSchema, { io: 'input' }) as Node
  const rows = walk(root, '').map(
    ({ path, node }) => `| \`${path}\` | ${show(node)} | ${node.description ?? ''} |`,
  )
  return ['| key | default | meaning |', '|---|---|---|', ...rows].join('\n')
}

type Row = { path: string; node: Node }

function walk(node: Node, path: string): Row[] {
  const here = (name: string) => (path === '' ? name : `${path}.${name}`)
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const inner = childrenOf(child, here(name))
    const own = child.description === undefined ? [] : [{ path: here(name), node: child }]
    return [...own, ...inner]
  })
}

function childrenOf(node: Node, path: string): Row[] {
  if (typeof node.additionalProperties === 'object') return walk(node.additionalProperties, `${path}.NAME`)
  if (node.items?.properties !== undefined) return walk(node.items, `${path}[]`)
  return walk(node, path)
}

function show(node: Node): string {
  if (node.default === undefined) return ''
  if (typeof node.default === 'object' && node.default !== null && Object.keys(node.default).length === 0)
    return ''
  return `\`${JSON.stringify(node.default)}\``
}

/** By page, and there by the name in the markers. */
export const TABLES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': { config: printConfigTable, commands: () => HELP },
  'docs/landing.md': { landing: printLandings, rules: printRules },
}

/** The page with each `<!-- NAME:start -->…<!-- NAME:end -->` filled anew. Throws when a marker is missing. */
export function fillTables(page: string, text: string): string {
  return Object.entries(TABLES[page] ?? {}).reduce((filled, [name, print]) => {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
    const [from, to] = [filled.indexOf(start), filled.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`${page} has lost its marker ${start} or ${end}`)
    return `${filled.slice(0, from + start.length)}\n${print()}\n${filled.slice(to)}`
  }, text)
}
