import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Settings that app/env.ts and app/key.ts read, and those that the page for operators explains, are the same. */
test('docs/installing.md names every setting and no other', () => {
  const code = ['app/env.ts', 'app/key.ts'].map(path => readFileSync(path, 'utf8')).join('\n')
  const read = [...code.matchAll(/\benv\.([A-Z][A-Z_]+)|readUrl\(env, '([A-Z_]+)'/g)].map(
    match => match[1] ?? match[2],
  )
  const table = readFileSync('docs/installing.md', 'utf8').split('## Settings')[1]!.split('\n## ')[0]!
  const rows = table.split('\n').filter(line => line.startsWith('| `'))
  const named = rows.flatMap(row => [...row.split('|')[1]!.matchAll(/`([A-Z_]+)`/g)].map(match => match[1]))
  expect([...new Set(named)].sort()).toEqual([...new Set(read)].sort())
})
