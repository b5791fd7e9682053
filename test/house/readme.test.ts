import { existsSync, readFileSync } from 'node:fs'
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

test('every link leads to a file', () => {
  for (const file of ['README.md', 'docs/architecture.md', 'docs/operating.md', 'docs/security.md']) {
    const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(match => match[1]!)
    for (const link of links)
      expect(existsSync(new URL(link, new URL(file, root))), `${file}: ${link}`).toBe(true)
  }
})

test('the gates are named in their order', () => {
  expect(readme).toContain(GATE_NAMES.join(', '))
})
