import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../core/config/config.ts'
import { GATE_NAMES } from '../../core/gates/gate.ts'
import { fillTables, TABLES } from '../../schemas/tables.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const readme = read('README.md')

test.each(Object.keys(TABLES))('the tables in %s are what the program says: npm run sync', page => {
  expect(read(page)).toBe(fillTables(page, read(page)))
})

test('every example of configuration is valid', () => {
  const examples = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1]!)

  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) expect(parseConfig(parse(example))).toMatchObject({ ok: true })
})

test('every npm script that is named exists', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(match => match[1]!)

  for (const name of named) expect(Object.keys(scripts)).toContain(name)
})

/** README.md and all that lies below docs/. */
const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: fileURLToPath(root) })]

test.each(PAGES)('every link of %s leads to a file, and to a heading of it', page => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)]
  for (const [link, path = '', anchor] of links) {
    const target = new URL(path === '' ? page : path, path === '' ? root : new URL(page, root))
    expect(existsSync(target), `${page}: ${link}`).toBe(true)
    if (anchor !== undefined)
      expect(anchorsOf(readFileSync(target, 'utf8')), `${page}: ${link}`).toContain(anchor)
  }
})

/** As GitHub makes them of headings: small letters, digits and dashes. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(match => match[1]!)
  return headings.map(heading =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('docs/installing.md names the permissions that app.yml asks for', () => {
  const asked: Record<string, string> = parse(read('app.yml')).default_permissions
  const section = read('docs/installing.md').split('## What it may do, and why')[1]!.split('\n## ')[0]!
  const named = [...section.matchAll(/^\| ([a-z_]+) \| (read|write) \|/gm)].map(match => [match[1], match[2]])
  expect(Object.fromEntries(named)).toEqual(asked)
})

test('the gates are named in their order', () => {
  expect(readme).toContain(GATE_NAMES.join(', '))
})
