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
import { removeAll } from '../../../action/removal.ts'

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

test('folders deeper than a path may be long are removed too', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'removal-'))
  onTestFinished(() => void execFileSync('rm', ['-rf', '--', dir]))
  const place = join(dir, 'place')
  mkdirSync(place)
  const dig = 'import os\nfor _ in range(60): os.mkdir("d" * 200); os.chdir("d" * 200)\nopen("file", "w")'
  execFileSync('python3', ['-c', dig], { cwd: place })
  await removeAll(place)
  expect(existsSync(place)).toBe(false)
})
