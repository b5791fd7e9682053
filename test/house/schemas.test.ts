import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printSchemas } from '../../schemas/print.ts'

const printed = printSchemas()

test.each([...printed])('schemas/%s is what core prints (else run: npm run sync)', (name, text) => {
  expect(readFileSync(`schemas/${name}`, 'utf8')).toBe(text)
})

test('no schema is left over', () => {
  const files = readdirSync('schemas').filter(name => name.endsWith('.json'))
  expect(files.filter(name => !printed.has(name))).toEqual([])
})
