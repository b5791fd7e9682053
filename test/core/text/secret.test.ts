import { describe, expect, test } from 'vitest'
import { findSecrets, redactSecrets } from '../../../core/text/secret.ts'

// Put together here, so that no scanner takes this file for a leak.
const letters = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY'
const long = letters.repeat(8)
const SECRETS: [string, string, string][] = [
  ['GitHub, classic', `ghp_${letters}${letters.slice(0, 4)}`, 'a GitHub token'],
  ['GitHub, installation', `ghs_${letters}${letters.slice(0, 4)}`, 'a GitHub token'],
  ['GitHub, long installation form', `ghs_12345_eyJ${letters}.eyJ${long}.${long}`, 'a GitHub token'],
  ['GitHub, fine-grained', `github_pat_${letters}_${letters}`, 'a GitHub token'],
  ['AWS id', `AKIA${'QW3ERT7YUIOP2ASD'}`, 'an AWS key'],
  ['AWS secret', `aws_secret_access_key = "${letters}abcdEF12"`, 'an AWS key'],
  ['OpenAI', `sk-proj-${letters}`, 'an OpenAI key'],
  ['Anthropic', `sk-ant-api03-${letters}`, 'an Anthropic key'],
  ['Google', `AIza${letters}aB3`, 'a Google key'],
  ['Slack', `xoxb-1234567890-${letters}`, 'a Slack token'],
  ['npm', `npm_${letters}abCD`, 'an npm token'],
  ['Stripe', `sk_live_${letters}`, 'a Stripe key'],
  ['private key', `-----BEGIN ${'RSA PRIVATE'} KEY-----`, 'a private key'],
  ['private key without kind', `-----BEGIN ${'PRIVATE'} KEY-----`, 'a private key'],
  ['JWT in an assignment', `token: "eyJ${letters}.eyJ${letters}.${letters}"`, 'a signed token'],
]

describe('what looks like a key', () => {
  test.each(SECRETS)('%s', (_, text, name) => {
    expect(findSecrets(`x ${text} y`)).toContain(name)
    expect(redactSecrets(`x ${text} y`)).not.toContain(letters.slice(0, 12))
  })
  test.each(SECRETS.slice(0, 12))('%s, as base64', (_, text, name) => {
    expect(findSecrets(`const x = "${btoa(`key=${text}`)}"`)).toContain(name)
  })
  test.each(['" + "', "' + '", '`,\n  `', "'\n  '", '" . "'])('cut in pieces by %j', joint => {
    expect(findSecrets(`const t = "ghp_${letters.slice(0, 10)}${joint}${letters.slice(10)}abcd"`)).toContain(
      'a GitHub token',
    )
  })
})

test.each([
  ['a picture as base64', 'iVBORw0KGgo', []],
  ['a name that begins as a key does', 'sk-', []],
  ['a key', `sk-${letters}`, ['an OpenAI key']],
])('%s and ten million letters in one line are read to their end', (_, beginning, found) => {
  expect(findSecrets(`${beginning}${'a'.repeat(10_000_000)}`)).toEqual(found)
})

describe('what is none', () => {
  test.each([
    ['prose', 'task-management is fun, risk-assessment too'],
    ['a placeholder', `ghp_${'x'.repeat(36)}`],
    ['an example of the manual', `AKIA${'IOSFODNN7EXAMPLE'}`],
    ['a class name', 'sk-estimator-doc-link-container'],
    ['a public key', '-----BEGIN PUBLIC KEY-----'],
    ['a commit', '4ca970d1234567890abcdef1234567890abcdef12'],
    ['an integrity hash', 'sha512-9ukb2wNHsF2b4P2Jf7nnYBTUJ9QKpZgHqX5yVqgEo6p0pQmO2kQ=='],
    ['a JWT in prose', 'a token such as eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM'],
  ])('%s', (_, text) => {
    expect(findSecrets(text)).toEqual([])
    expect(redactSecrets(text)).toBe(text)
  })
})

test('hostile lines take no time', () => {
  const started = performance.now()
  for (const text of [
    '"+'.repeat(50_000),
    'eyJ'.repeat(50_000),
    'sk-'.repeat(50_000),
    '-----BEGIN '.repeat(20_000),
    'a'.repeat(300_000),
  ]) {
    findSecrets(text)
    redactSecrets(text)
  }
  expect(performance.now() - started).toBeLessThan(3000)
})
