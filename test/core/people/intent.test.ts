import { describe, expect, test } from 'vitest'
import { readIntent } from '../../../core/people/intent.ts'
import type { IssueFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  chorus,
  makeApproval,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makeRecord,
  makeStandings,
  makeTask,
  OUR_APP,
  sam,
  tim,
} from '../../make.ts'

const robot = { id: 77, login: 'robot[bot]', kind: 'app' as const }

function read(issue: Partial<IssueFacts>, config: object = {}, record = makeTask().record) {
  const company = { config: makeConfig(config), standings: makeStandings(), app: OUR_APP }
  return readIntent(makeTask({ issue: makeIssue(issue), record }), company)
}

describe('who asks', () => {
  test.each<[string, Partial<IssueFacts>, object]>([
    ['nobody', { labels: ['bug'], timeline: [] }, { is: 'none' }],
    ['a label that was taken off', { labels: [] }, { is: 'none' }],
    [
      'a writer by label',
      {},
      { is: 'asked', by: alice, agent: 'codex', via: 'label', at: at(1), others: [] },
    ],
    [
      'the older kind of label',
      { labels: ['codex-preferred'], timeline: [makeLabeled('codex-preferred')] },
      { is: 'asked', agent: 'codex' },
    ],
    ['a triager', { timeline: [makeLabeled('agent:codex', tim)] }, { is: 'asked', by: tim }],
    [
      'the author, while writing the issue',
      { timeline: [makeLabeled('agent:codex', alice, at(0) + 1000)] },
      { is: 'asked', via: 'creation' },
    ],
    [
      'a stranger through an issue form',
      { author: sam, timeline: [makeLabeled('agent:codex', sam, at(0))] },
      { is: 'refused', by: sam },
    ],
    [
      'a stranger by comment',
      { labels: [], timeline: [makeComment({ by: sam, body: '/chorus run' })] },
      { is: 'refused', by: sam },
    ],
    ['our own app', { timeline: [makeLabeled('agent:codex', chorus)] }, { is: 'refused', by: null }],
    [
      'an app that is not allowed',
      { timeline: [makeLabeled('agent:codex', robot)] },
      { is: 'refused', by: robot },
    ],
    ['a label without an event', { timeline: [] }, { is: 'refused', by: null }],
    [
      'by comment, no agent named',
      { labels: [], timeline: [makeComment({ body: '/chorus run' })] },
      { is: 'asked', agent: null, via: 'comment', at: at(2) },
    ],
    [
      'by comment, a named agent',
      { labels: [], timeline: [makeComment({ body: '/chorus run claude' })] },
      { is: 'asked', agent: 'claude' },
    ],
    [
      'an edited command',
      { labels: [], timeline: [makeComment({ body: '/chorus run', edited: true })] },
      { is: 'none' },
    ],
    ['a quoted command', { labels: [], timeline: [makeComment({ body: '> /chorus run' })] }, { is: 'none' }],
    [
      'a plain run means the labelled agent',
      {
        labels: ['agent:claude'],
        timeline: [makeLabeled('agent:claude'), makeComment({ body: '/chorus run' })],
      },
      { is: 'asked', agent: 'claude', via: 'comment' },
    ],
    [
      'the newest of two labels counts, and the other is named',
      {
        labels: ['agent:codex', 'agent:claude'],
        timeline: [makeLabeled('agent:codex', bob, at(3)), makeLabeled('agent:claude')],
      },
      { is: 'asked', by: bob, agent: 'codex', others: ['claude'] },
    ],
    [
      'set again by somebody else',
      { timeline: [makeLabeled('agent:codex'), makeLabeled('agent:codex', bob, at(5))] },
      { is: 'asked', by: bob, at: at(5) },
    ],
    [
      'a stranger never displaces who may',
      { timeline: [makeLabeled('agent:codex'), makeComment({ by: sam, body: '/chorus run claude' })] },
      { is: 'asked', by: alice, agent: 'codex' },
    ],
    [
      'an agent nobody knows',
      { labels: ['agent:codx'], timeline: [makeLabeled('agent:codx')] },
      { is: 'refused', why: 'no agent is called "codx"; did you mean "codex"?', by: alice },
    ],
    [
      'another label of the form x-preferred',
      { labels: ['tea-preferred'], timeline: [makeLabeled('tea-preferred')] },
      { is: 'refused' },
    ],
    [
      'an agent that is a property of objects',
      { labels: ['agent:constructor'], timeline: [makeLabeled('agent:constructor')] },
      { is: 'refused' },
    ],
  ])('%s', (_, issue, expected) => expect(read(issue)).toMatchObject(expected))

  test('an allowed app may ask', () => {
    const issue = { timeline: [makeLabeled('agent:codex', robot)] }
    expect(read(issue, { allow: { apps: [77] } })).toMatchObject({ is: 'asked', by: robot })
  })
  test('our own app never asks, even when it is listed', () => {
    const issue = { timeline: [makeLabeled('agent:codex', chorus)] }
    expect(read(issue, { allow: { apps: [chorus.id] } })).toMatchObject({ is: 'refused' })
  })
  test('a command that was taken down counts after an edit, for the agent it named', () => {
    const record = makeRecord({ approval: makeApproval({ via: 'comment', at: at(2), agent: 'claude' }) })
    const issue = { labels: [], timeline: [makeComment({ body: '/chorus run gemini', edited: true })] }
    expect(read(issue, {}, record)).toMatchObject({ is: 'asked', agent: 'claude', at: at(2) })
  })
})
