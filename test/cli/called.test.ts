import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test.each([
  ['demo', '--nope'],
  ['local', '--nope'],
  ['status', '--nope'],
  ['simulate', 'merge', '--nope'],
])('chorus %s: an option that does not exist is told in a line, with the way to the help', (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...args], {
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/'--nope'.*\nSee: chorus [a-z]+ --help\n$/)
  expect(stderr).not.toContain('    at ')
})
