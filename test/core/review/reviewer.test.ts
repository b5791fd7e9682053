import { describe, expect, test } from 'vitest'
import type { FailureKind } from '../../../core/agents/failure.ts'
import { parseOpinion } from '../../../core/review/opinion.ts'
import { chooseReviewer } from '../../../core/review/reviewer.ts'
import { makeConfig } from '../../make.ts'

const GLM = {
  glm: { cli: 'opencode', model: 'zai/glm-4.6' },
  opus: { cli: 'opencode', model: 'anthropic/opus' },
}

describe('who reviews', () => {
  test.each<[string, object, { author: string; failed?: string[]; unwell?: string[] }, string | null]>([
    [
      'another vendor than the author',
      { review: { agents: ['codex', 'claude'] } },
      { author: 'codex' },
      'claude',
    ],
    [
      'the best of several others',
      { review: { agents: ['gemini', 'claude'] } },
      { author: 'codex' },
      'gemini',
    ],
    [
      'the vendor counts, not the program',
      { agents: GLM, review: { agents: ['opus', 'glm'] } },
      { author: 'claude' },
      'glm',
    ],
    [
      'another agent of the same vendor before the author itself',
      { agents: { terse: { cli: 'codex' } }, review: { agents: ['codex', 'terse'] } },
      { author: 'codex' },
      'terse',
    ],
    [
      'the author, in a fresh session, where nobody else is named',
      { review: { agents: ['codex'] } },
      { author: 'codex' },
      'codex',
    ],
    [
      'nobody whose service is away, where another is there',
      { review: { agents: ['claude', 'gemini'] } },
      { author: 'codex', unwell: ['claude'] },
      'gemini',
    ],
    [
      'somebody else after one brought nothing, even of the same vendor',
      { review: { agents: ['claude', 'codex'] } },
      { author: 'codex', failed: ['claude'] },
      'codex',
    ],
    [
      'where nobody is named, those who are given work',
      { default_agent: 'codex' },
      { author: 'codex' },
      'claude',
    ],
    [
      'where nobody is named and one had no key, the author',
      { default_agent: 'codex' },
      { author: 'codex', failed: ['claude'] },
      'codex',
    ],
  ])('%s', (_, config, { author, failed = [], unwell = [] }, agent) => {
    const away = new Map<string, FailureKind>(unwell.map(name => [name, 'overload']))
    const chosen = chooseReviewer({ config: makeConfig(config), author, failed, unwell: () => away })

    expect(chosen?.agent ?? null).toBe(agent)
  })

  test('a name that is no agent is told with the known ones', () => {
    expect(() => makeConfig({ review: { agents: ['cluade'] } })).toThrow(
      /no agent is called "cluade"; known: /,
    )
  })
})

describe('what a reviewer may say', () => {
  const one = { path: 'a.ts', line: 3, body: 'Wrong.' }
  test.each<[string, unknown]>([
    ['a yes without findings', { verdict: 'approve', summary: 'Fine.' }],
    ['a finding without a place', { verdict: 'changes', summary: 'No.', findings: [{ body: 'Slow.' }] }],
    ['a fresh start', { verdict: 'rebase', summary: 'No.', findings: [one] }],
  ])('%s', (_, value) => expect(parseOpinion(value)).toMatchObject({ ok: true }))

  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /is empty; it has to be keys with values/],
    [
      'another word',
      { verdict: 'lgtm', summary: 'x' },
      /has to be one of approve, changes, rebase; found "lgtm"/,
    ],
    ['a no without a reason', { verdict: 'changes', summary: 'x', findings: [] }, /at least one finding/],
    ['no summary', { verdict: 'approve', summary: ' ' }, /summary/],
    ['keys of its own', { verdict: 'approve', summary: 'x', land: true }, /unknown key "land"/],
    ['line 0', { verdict: 'changes', summary: 'x', findings: [{ ...one, line: 0 }] }, /findings\[0\]\.line/],
    [
      'more than anybody reads',
      { verdict: 'changes', summary: 'x', findings: Array.from({ length: 21 }, () => one) },
      /findings/,
    ],
    ['a novel', { verdict: 'changes', summary: 'x', findings: [{ ...one, body: 'x'.repeat(2000) }] }, /body/],
  ])('not: %s', (_, value, why) => {
    const parsed = parseOpinion(value)
    expect(
      parsed.ok ? '' : parsed.problems.map(({ path, message }) => `${path} ${message}`).join('\n'),
    ).toMatch(why)
  })
})
