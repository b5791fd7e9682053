import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEnv } from '../../app/env.ts'

const pem = (type: 'pkcs1' | 'pkcs8') =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }).toString()
const KEY = pem('pkcs1')
const good = { APP_ID: '12', PRIVATE_KEY: KEY, WEBHOOK_SECRET: '0123456789abcdef', NODE_ENV: 'production' }

function problemsOf(env: Record<string, string | undefined>): string[] {
  const read = readEnv(env)
  return read.ok ? [] : read.problems.map(problem => problem.path)
}

describe('settings that are enough', () => {
  test('the least', () => {
    const read = readEnv(good)
    expect(read).toMatchObject({
      ok: true,
      value: {
        mode: 'app',
        identity: { appId: 12, webhookSecret: '0123456789abcdef' },
        place: { host: 'localhost', port: 3000, apiUrl: 'https://api.github.com' },
      },
    })
  })

  test('an Enterprise Server', () => {
    const read = readEnv({ ...good, GHE_HOST: '127.0.0.1:4000', GHE_PROTOCOL: 'http' })
    expect(read).toMatchObject({ ok: true, value: { place: { apiUrl: 'http://127.0.0.1:4000/api/v3' } } })
  })

  test.each([
    ['line breaks written out', KEY.replaceAll('\n', '\\n')],
    ['base64', Buffer.from(KEY).toString('base64')],
    ['PKCS#8', pem('pkcs8')],
  ])('a key with %s', (_situation, key) => {
    expect(problemsOf({ ...good, PRIVATE_KEY: key })).toEqual([])
  })

  test('a key in a file', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'key-')), 'app.pem')
    writeFileSync(path, KEY)
    expect(problemsOf({ ...good, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: path })).toEqual([])
  })

  test('the key before this one, which still has to be a key', () => {
    const formerKey = pem('pkcs8')
    expect(readEnv({ ...good, FORMER_PRIVATE_KEY: formerKey })).toMatchObject({
      value: { identity: { formerKey } },
    })
    expect(readEnv(good)).toMatchObject({ value: { identity: { formerKey: null } } })
    expect(problemsOf({ ...good, FORMER_PRIVATE_KEY: 'half a key' })).toEqual(['FORMER_PRIVATE_KEY'])
  })

  test('nothing at all, outside production: set-up', () => {
    expect(readEnv({})).toMatchObject({ ok: true, value: { mode: 'set-up' } })
  })
})

describe('settings that are refused, by the variable’s name', () => {
  test.each([
    ['no app', 'APP_ID', { APP_ID: '' }],
    ['the client id instead of the number', 'APP_ID', { APP_ID: 'Iv1.abc' }],
    ['no key', 'PRIVATE_KEY', { PRIVATE_KEY: '' }],
    ['half a key', 'PRIVATE_KEY', { PRIVATE_KEY: KEY.slice(0, 300) }],
    ['a missing key file', 'PRIVATE_KEY_PATH', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/does/not/exist' }],
    ['no secret', 'WEBHOOK_SECRET', { WEBHOOK_SECRET: '' }],
    ['Probot’s default secret', 'WEBHOOK_SECRET', { WEBHOOK_SECRET: 'development' }],
    ['a short secret', 'WEBHOOK_SECRET', { WEBHOOK_SECRET: '0123456789abcde' }],
    ['a host with a protocol', 'GHE_HOST', { GHE_HOST: 'https://ghe.example' }],
    ['a strange protocol', 'GHE_PROTOCOL', { GHE_HOST: 'ghe.example', GHE_PROTOCOL: 'ftp' }],
    ['a port out of range', 'PORT', { PORT: '70000' }],
    ['a port in words', 'PORT', { PORT: 'http' }],
    ['an unknown level', 'LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['a Redis address of another kind', 'REDIS_URL', { REDIS_URL: 'http://cache' }],
    ['a path that is a URL', 'WEBHOOK_PATH', { WEBHOOK_PATH: 'https://example/hook' }],
  ])('%s', (_situation, name, change) => {
    expect(problemsOf({ ...good, ...change })).toEqual([name])
  })

  test('everything wrong is told at once', () => {
    expect(problemsOf({ NODE_ENV: 'production', PORT: 'x' })).toEqual([
      'PORT',
      'APP_ID',
      'PRIVATE_KEY',
      'WEBHOOK_SECRET',
    ])
  })

  test('no problem repeats a secret', () => {
    const read = readEnv({ ...good, WEBHOOK_SECRET: 'short-secret', PRIVATE_KEY: 'a-private-thing' })
    expect(JSON.stringify(read)).not.toMatch(/short-secret|a-private-thing/)
  })
})
