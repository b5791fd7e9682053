import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listFiles } from './sources.ts'

/** What a machine or a person's account leaves behind in files by accident. */
const TRACES: readonly [what: string, pattern: RegExp][] = [
  [
    'a path on somebody’s machine',
    /\/(Users|home)\/(?!runner\b|user\b|agent\b|me\b)[a-z][\w-]+\/|(?<![\w.])\/work\/(main|shared)\b|C:\\Users\\/,
  ],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{200,}/],
  ['a token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,}|sk-[A-Za-z0-9]{32,})\b/],
]

const TEXT = /\.(ts|mjs|js|json|ya?ml|md|txt|toml|sh)$|^\.ci\/|^[^.]+$/

test.each(TRACES)('no tracked file holds %s', (_what, pattern) => {
  const own = 'test/house/traces.test.ts'
  const found = listFiles().filter(
    path => path !== own && TEXT.test(path) && pattern.test(readFileSync(path, 'utf8')),
  )
  expect(found).toEqual([])
})

test('the lock file names no package host', () => {
  const hosts = [
    ...readFileSync('package-lock.json', 'utf8').matchAll(/"resolved": "https?:\/\/([^/"]+)/g),
  ].map(match => match[1]!)
  expect([...new Set(hosts)]).toEqual([])
})
