import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { NODE } from '../../../action/inputs.ts'

const program = `
import { removeAll } from '${new URL('../../../action/removal.ts', import.meta.url)}'
await removeAll(process.argv[1])
`

test('without root, folders that may not be written to are removed too, and no link is followed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'removal-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [place, other] = [join(dir, 'place'), join(dir, 'other')]
  mkdirSync(join(place, 'a/b'), { recursive: true })
  mkdirSync(other)
  writeFileSync(join(place, 'a/b/file'), '')
  symlinkSync(other, join(place, 'a/link'))
  for (const one of [other, join(place, 'a/b'), join(place, 'a')]) chmodSync(one, 0o555)
  const isRoot = process.getuid?.() === 0
  if (isRoot) execFileSync('chown', ['-hR', '65534:65534', dir])
  const rights = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : []
  const [file = '', ...args] = [...rights, NODE, '--input-type=module', '-e', program, place]
  execFileSync(file, args, { cwd: '/', stdio: 'pipe' })
  expect(existsSync(place)).toBe(false)
  expect(statSync(other).mode & 0o777).toBe(0o555)
})
