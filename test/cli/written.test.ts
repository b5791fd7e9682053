import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UsageError } from '../../cli/outcome.ts'
import { writeNamed } from '../../cli/written.ts'

const asked = { option: '--out', command: 'export' }

test.each([
  ['no/such/folder/x.jsonl', 'there is no such folder'],
  ['folder', 'it is a folder; name a file in it'],
  ['file/x.jsonl', 'what is named as a folder is a file'],
])('what cannot be written is told with its path and why: %s', (name, why) => {
  using place = mkdtempDisposableSync(join(tmpdir(), 'written-'))
  mkdirSync(join(place.path, 'folder'))
  writeFileSync(join(place.path, 'file'), 'as it was')
  const path = join(place.path, name)
  const said = new UsageError(`--out: "${path}" cannot be written: ${why}`, 'export')
  expect(() => writeNamed(path, 'text', asked)).toThrow(said)
  expect(readFileSync(join(place.path, 'file'), 'utf8')).toBe('as it was')
})
