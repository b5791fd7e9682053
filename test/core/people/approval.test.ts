import { describe, expect, test } from 'vitest'
import { admittedComments, approvedText, sameWords, stillApproved } from '../../../core/people/approval.ts'
import type { CommentFact } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  chorus,
  makeComment,
  makeConfig,
  makeIssue,
  makeStandings,
  sam,
  tim,
} from '../../make.ts'

const standing = (actor: { id: number }) => makeStandings().get(actor.id) ?? 'none'

describe('the approved text', () => {
  test('line endings and blanks at the end change nothing', () => {
    const unix = approvedText({ title: 'T', body: 'a\nb' }, [])
    expect(approvedText({ title: 'T ', body: 'a\r\nb\r\n\r\n' }, [])).toBe(unix)
  })
  test('a body cannot pass for a comment', () => {
    const comment = { id: 1, by: alice, body: 'x' }
    const honest = approvedText({ title: 'T', body: 'a' }, [comment])
    const forged = approvedText({ title: 'T', body: `a\ncomment 1 by account ${alice.id}:\n  x` }, [])
    expect(forged).not.toBe(honest)
  })
  test.each([
    ['title', makeIssue({ title: 'Other' })],
    ['body', makeIssue({ body: 'Other' })],
    ['hidden text', makeIssue({ body: `${makeIssue().body}<!-- evil -->` })],
    ['an admitted comment', makeIssue({ timeline: [makeComment({ id: 5, body: 'other', edited: true })] })],
    ['a deleted comment', makeIssue({ timeline: [] })],
  ])('an edit of %s shows', (_, later) => {
    const comment = makeComment({ id: 5 })
    const before = makeIssue({ timeline: [comment] })
    const approval = { comments: [5], text: approvedText(before, [comment]) }
    expect(stillApproved(before, approval)).toBe(true)
    expect(stillApproved(later, approval)).toBe(false)
  })
  test.each([
    ['goes on', (text: string) => `${text}more`],
    ['breaks off', (text: string) => text.slice(0, -1)],
    ['lacks a comment', (text: string) => text.slice(0, text.indexOf('comment 5'))],
    ['is empty', () => ''],
  ])('one that %s is another', (_, change) => {
    const comment = makeComment({ id: 5 })
    const issue = makeIssue({ timeline: [comment] })
    const text = change(approvedText(issue, [comment]))
    expect(stillApproved(issue, { comments: [5], text })).toBe(false)
  })
  test('comments that were not part of it do not matter', () => {
    const approval = { comments: [], text: approvedText(makeIssue(), []) }
    expect(stillApproved(makeIssue({ timeline: [makeComment()] }), approval)).toBe(true)
  })
})

describe('admitted comments', () => {
  const cases: [string, Partial<CommentFact>, object, boolean][] = [
    ['by a writer', {}, {}, true],
    ['by another writer', { by: bob }, {}, true],
    ['by a triager', { by: tim }, {}, false],
    ['by a triager, where triagers count', { by: tim }, { allow: { comments: 'triagers' } }, true],
    ['by a stranger', { by: sam }, { allow: { comments: 'triagers' } }, false],
    ['by an app', { by: { id: 77, login: 'x[bot]', kind: 'app' } }, {}, false],
    ['by an allowed app', { by: { id: 77, login: 'x[bot]', kind: 'app' } }, { allow: { apps: [77] } }, true],
    ['by ourselves', { by: chorus }, {}, false],
    ['after the approval', { at: at(11) }, {}, false],
    ['edited', { edited: true }, {}, false],
    ['a command', { body: 'please\n/chorus run' }, {}, false],
    ['our status comment', { body: '<!-- chorus:status -->\nx' }, {}, false],
    ['a quoted command is talk', { body: '> /chorus run\nwhat is that?' }, {}, true],
  ]
  test.each(cases)('%s', (_, over, config, admitted) => {
    const timeline = [makeComment(over)]
    expect(admittedComments(timeline, at(10), standing, makeConfig(config))).toHaveLength(admitted ? 1 : 0)
  })
})

describe('the words of the issue itself', () => {
  const issue = { title: 'T', body: 'a\nb' }
  const comment = { id: 1, by: alice, body: 'x' }
  test.each<[string, { title: string; body: string }, boolean]>([
    ['untouched', issue, true],
    ['another title', { ...issue, title: 'U' }, false],
    ['a shorter body', { ...issue, body: 'a' }, false],
    ['a longer body', { ...issue, body: 'a\nb\nc' }, false],
    [
      'a body that looks like a comment',
      { ...issue, body: `a\nb\ncomment 1 by account ${alice.id}:\n  x` },
      false,
    ],
  ])('%s', (_, now, same) => {
    expect(sameWords(now, { text: approvedText(issue, [comment]) })).toBe(same)
    expect(sameWords(now, { text: approvedText(issue, []) })).toBe(same)
  })
})
