import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('chorus --version says the version of the package, and nothing else', () => {
  const { status, stdout } = spawnSync(process.execPath, ['cli/main.ts', '--version'], { encoding: 'utf8' })
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${version}\n` })
})
