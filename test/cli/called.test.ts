import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { nameCommands } from '../../twin/demo/stay.ts'

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
  expect(stderr).toMatch(/^there is no option "--nope" here; there are: --.*\nSee: chorus [a-z]+ --help\n$/)
  expect(stderr).not.toContain('    at ')
})

test.each([
  [['--nope'], /^Unknown option '--nope'/],
  [['--profile', 'moon'], /^--profile is dotcom or ghes, not "moon"/],
  [['--port', '-1'], /--port/],
  [['--lag', 'long'], /^--lag is a whole number from 0 to [0-9]+, not "long"/],
])('the twin: %j is told in a line, with the way to the help', (args, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['twin/main.ts', ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/\nSee: npm run twin -- --help\n$/)
  expect(stderr).not.toContain('    at ')
})

test.each([
  ['test/soak/main.ts', ['--nope'], "Unknown option '--nope'"],
  ['test/bench/main.ts', ['--nope'], "Unknown option '--nope'"],
  ['test/conformance/main.ts', ['--nope'], "Unknown option '--nope'"],
  ['test/soak/main.ts', ['interleavings', '--count', 'many'], '--count is a whole number from 1'],
])('%s %j: what cannot be is told in a line, and nothing is done', (program, args, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 2, stdout: '', lines: 2 })
  expect(stderr).toContain(message)
})

test('the demo names the command by which it was called', () => {
  expect(nameCommands('/src/chorus/twin/demo/stay.ts').keep).toBe('npm run demo -- --keep')
  expect(nameCommands('/usr/lib/node_modules/chorus-app/dist/late-5QCZP34G.mjs').keep).toBe(
    'chorus demo --keep',
  )
})
