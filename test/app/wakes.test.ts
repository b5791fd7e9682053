import { describe, expect, test } from 'vitest'
import { readWake } from '../../app/wakes.ts'

const US = 77
const base = { installation: { id: 5 }, repository: { id: 9, name: 'engine', owner: { login: 'ada' } } }
const target = { id: 9, owner: 'ada', name: 'engine', installation: 5 }

describe('deliveries that wake', () => {
  test.each([
    ['a label set by a person', 'issues', { action: 'labeled' }],
    ['a push', 'push', {}],
    ['a comment, even our own', 'issue_comment', { action: 'created', sender: { type: 'Bot', id: US } }],
    ['CI ended', 'check_run', { action: 'completed', check_run: { app: { id: 15368 } } }],
    ['a click on re-run at our gate', 'check_run', { action: 'rerequested', check_run: { app: { id: US } } }],
    [
      'a run ended',
      'workflow_run',
      { action: 'completed', workflow_run: { path: '.github/workflows/chorus.yml@main' } },
    ],
    ['a commit status', 'status', { state: 'success' }],
  ])('%s', (_situation, event, rest) => {
    expect(readWake(event, { ...base, ...rest }, US)?.target).toEqual(target)
  })
})

describe('deliveries that do not', () => {
  test.each([
    ['an action without meaning for us', 'issues', { action: 'assigned' }],
    ['57: an event without meaning for us', 'star', { action: 'created' }],
    [
      'a run of the repository’s own CI',
      'workflow_run',
      { action: 'completed', workflow_run: { path: '.github/workflows/ci.yml' } },
    ],
    ['a name from Object.prototype', 'constructor', {}],
    ['an echo of our own gate', 'check_run', { action: 'completed', check_run: { app: { id: US } } }],
    ['the suite of our own gate', 'check_suite', { action: 'completed', check_suite: { app: { id: US } } }],
    ['a webhook of the repository, not of an installation', 'push', { installation: undefined }],
    ['a body of the wrong shape', 'push', { repository: 'ada/engine' }],
  ])('%s', (_situation, event, rest) => {
    expect(readWake(event, { ...base, ...rest }, US)).toBeNull()
  })
})

test('what our own writes may cause is marked, what only others cause is not', () => {
  expect(readWake('issues', { ...base, action: 'labeled', sender: { login: 'us[bot]' } }, US)).toMatchObject({
    sender: 'us[bot]',
    mayEcho: true,
    ended: null,
  })
  // A run's events name us as the sender, since we dispatched it: they are news all the same.
  expect(
    readWake('workflow_run', { ...base, action: 'completed', sender: { login: 'us[bot]' } }, US),
  ).toMatchObject({
    mayEcho: false,
    ended: 'run',
  })
})
