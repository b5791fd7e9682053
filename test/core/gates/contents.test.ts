import { describe, expect, test } from 'vitest'
import { secrets } from '../../../core/gates/secrets.ts'
import { size } from '../../../core/gates/size.ts'
import type { Actor, FileChange } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  chorus,
  makeChange,
  makeConfig,
  makeProposal,
  makePull,
  makeRecord,
  makeReview,
  sha,
  tim,
} from '../../make.ts'

const many = (files: number) => Array.from({ length: files }, (_, i) => makeChange({ path: `src/${i}.ts` }))

describe('size', () => {
  const judge = (changes: readonly FileChange[] | null) =>
    size.judge(makeProposal({ pull: makePull({ changes }) })).is
  test.each<[string, readonly FileChange[] | null, string]>([
    ['small', many(1), 'pass'],
    ['just as many files as allowed', many(5), 'pass'],
    ['25: one more', many(6), 'wait'],
    ['just as many lines', [makeChange({ added: 300, removed: 100 })], 'pass'],
    ['one more', [makeChange({ added: 300, removed: 101 })], 'wait'],
    ['too many bytes', [makeChange({ bytes: 200_001 })], 'wait'],
    [
      'a large file that only moved',
      [makeChange({ status: 'renamed', previous: 'x', added: 0, removed: 0, bytes: 900_000 })],
      'pass',
    ],
    [
      'a removed file brings no bytes',
      [makeChange({ status: 'removed', bytes: null, added: 0, removed: 3 })],
      'pass',
    ],
    ['a text that GitHub does not show', [makeChange({ added: null, removed: null })], 'wait'],
    ['a small picture', [makeChange({ path: 'a.png', added: null, removed: null })], 'pass'],
    ['unknown bytes', [makeChange({ path: 'a.png', added: null, bytes: null })], 'wait'],
    ['the list is cut', null, 'wait'],
    ['nothing', [], 'pass'],
  ])('%s', (_, changes, is) => expect(judge(changes)).toBe(is))

  const large = { changes: many(9) }
  const approve = (by: Actor, over = {}) => makePull({ ...large, reviews: [makeReview({ by, ...over })] })
  const say = (by: Actor, head = sha(0x201)) =>
    makeRecord({ pullApproval: { by: { id: by.id, login: by.login }, at: at(30), head } })
  test.each<[string, Parameters<typeof makeProposal>[0], string]>([
    ['a writer approved this commit', { pull: approve(bob) }, 'pass'],
    ['an earlier commit', { pull: approve(bob, { sha: sha(8) }) }, 'wait'],
    ['the requester', { pull: approve(alice) }, 'wait'],
    ['a triager', { pull: approve(tim) }, 'wait'],
    ['an app', { pull: approve({ ...chorus, id: bob.id }) }, 'wait'],
    [
      'an approval taken back',
      {
        pull: makePull({
          ...large,
          reviews: [makeReview({ id: 1 }), makeReview({ id: 2, state: 'dismissed', at: at(31) })],
        }),
      },
      'wait',
    ],
    [
      'a later remark takes nothing back',
      {
        pull: makePull({
          ...large,
          reviews: [makeReview({ id: 1 }), makeReview({ id: 2, state: 'commented', at: at(31) })],
        }),
      },
      'pass',
    ],
    ['`/chorus approve` by a writer', { pull: makePull(large), record: say(bob) }, 'pass'],
    ['by the requester', { pull: makePull(large), record: say(alice) }, 'wait'],
    ['by a triager', { pull: makePull(large), record: say(tim) }, 'wait'],
    ['of an earlier commit', { pull: makePull(large), record: say(bob, sha(8)) }, 'wait'],
    [
      'by the requester, who asked through somebody else’s name',
      { pull: approve(alice), requester: bob },
      'wait',
    ],
  ])('large, %s', (_, over, is) => expect(size.judge(makeProposal(over)).is).toBe(is))

  test('the limits are the configuration’s', () => {
    const config = makeConfig({ gates: { size: { files: 0 } } })
    expect(size.judge(makeProposal({ config }))).toMatchObject({
      is: 'wait',
      reason: expect.stringContaining('1 file changed'),
    })
  })
})

describe('secrets', () => {
  const judge = (over: Partial<FileChange>) =>
    secrets.judge(makeProposal({ pull: makePull({ changes: [makeChange(over)] }) }))
  test.each([
    '.env',
    '.env.local',
    'app/.env.production',
    'tls.key',
    'a.PEM',
    'store.jks',
    '.ssh/id_rsa',
    'id_ed25519',
    'credentials.json',
    'credentials',
    'secrets.yml',
    '.netrc',
  ])('%s is a file for secrets', path => expect(judge({ path }).is).toBe('refuse'))
  test.each([
    '.env.example',
    'core/secrets.ts',
    'docs/credentials.md',
    'keys.ts',
    'monkey.txt',
    'id_rsa.test.ts',
  ])('%s is not', path => expect(judge({ path }).is).toBe('pass'))
  test('taking a secret file away is welcome', () =>
    expect(judge({ path: '.env', status: 'removed' }).is).toBe('pass'))
  test('a key over two added lines is found, and not repeated', () => {
    const value = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzzzz'
    const verdict = judge({ addedLines: [`const t = 'ghp_' +`, `  '${value}'`] })
    expect(verdict).toEqual({ is: 'refuse', reason: '`src/hello.ts` looks like it brings a GitHub token' })
  })
  test.each([
    ['a text that GitHub does not show', { addedLines: null }, 'wait'],
    ['a picture', { path: 'a.png', addedLines: null }, 'pass'],
  ])('%s', (_, over, is) => expect(judge(over).is).toBe(is))
  test('a person may vouch for what GitHub does not show', () => {
    const pull = makePull({ changes: [makeChange({ addedLines: null })], reviews: [makeReview()] })
    expect(secrets.judge(makeProposal({ pull })).is).toBe('pass')
  })
  test('nobody may vouch for a key', () => {
    const pull = makePull({ changes: [makeChange({ path: '.env' })], reviews: [makeReview()] })
    expect(secrets.judge(makeProposal({ pull })).is).toBe('refuse')
  })
  test('the list is cut', () => {
    expect(secrets.judge(makeProposal({ pull: makePull({ changes: null }) })).is).toBe('refuse')
  })
})
