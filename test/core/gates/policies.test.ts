import { describe, expect, test } from 'vitest'
import type { CheckFacts } from '../../../core/check.ts'
import { parseConfig } from '../../../core/config/config.ts'
import { matchesName } from '../../../core/gates/checkname.ts'
import { checks } from '../../../core/gates/checks.ts'
import { conflict } from '../../../core/gates/conflict.ts'
import { labels } from '../../../core/gates/labels.ts'
import { judge } from '../../../core/gates/registry.ts'
import { review } from '../../../core/gates/review.ts'
import { findRival } from '../../../core/landing/rival.ts'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { PullFacts, TaskFacts } from '../../../core/world.ts'
import {
  at,
  CI_APP,
  makeChange,
  makeCheck,
  makeClaim,
  makeConfig,
  makeGate,
  makeIssue,
  makeProposal,
  makeProposedTask,
  makePull,
  makeReport,
  makeRules,
  makeWorld,
  sha,
} from '../../make.ts'

/** What a repository may choose about its gates, beside how large a change may be. */

type Gates = Record<string, unknown>
const withGates = (gates: Gates, pull: Partial<PullFacts> = {}, required: string[] = []) =>
  makeProposal({
    config: makeConfig({ gates }),
    rules: makeRules({ required: required.map(name => ({ name, appId: CI_APP })) }),
    pull: makePull({ gate: makeGate({ at: at(18) }), ...pull }),
  })
const named = (name: string, over: Partial<CheckFacts> = {}) => makeCheck({ name, ...over })
const RED = { conclusion: 'failure' }

describe('what checks count for', () => {
  const judgeWith = (gates: Gates, present: CheckFacts[], required: string[] = []) =>
    checks.judge(withGates(gates, { checks: present }, required)).is
  const neutral = [named('test', { conclusion: 'neutral' })]
  const brief = [named('test', { startedAt: at(20), endedAt: at(20) + 9_000 })]
  const least = { min_seconds: 10 }
  test.each<[string, string, string]>([
    ['43: neutral passes, as GitHub has it', judgeWith({}, neutral, ['test']), 'pass'],
    ['43: or holds', judgeWith({ neutral: 'wait' }, neutral, ['test']), 'wait'],
    ['43: or fails', judgeWith({ neutral: 'refuse' }, neutral, ['test']), 'refuse'],
    [
      'skipped is not neutral',
      judgeWith({ neutral: 'refuse' }, [named('test', { conclusion: 'skipped' })]),
      'pass',
    ],
    [
      '50: an optional one that is red',
      judgeWith({ optional: ['lint*'] }, [named('lint (js)', RED), named('test')]),
      'pass',
    ],
    [
      '50: an unknown one that is red',
      judgeWith({ optional: ['lint*'] }, [named('new', RED), named('test')]),
      'refuse',
    ],
    [
      '50: optional, and required all the same',
      judgeWith({ optional: ['test'] }, [named('test', RED)], ['test']),
      'refuse',
    ],
    [
      '52: one of the pattern is there, and green',
      judgeWith({ checks: ['build*'] }, [named('build (linux)')]),
      'pass',
    ],
    [
      '52: one of several is red',
      judgeWith({ checks: ['build*'] }, [named('build a'), named('build b', RED)]),
      'refuse',
    ],
    ['52: none of the pattern is there', judgeWith({ checks: ['build*'] }, [named('test')]), 'wait'],
    [
      '52: a star in what the branch requires is a star',
      judgeWith({}, [named('build a')], ['build*']),
      'wait',
    ],
    [
      'C4: skipped, where it has to have run',
      judgeWith({ must_run: ['te*'] }, [named('test', { conclusion: 'skipped' })], ['test']),
      'wait',
    ],
    [
      'C4: skipped, where another one has to have run',
      judgeWith({ must_run: ['build'] }, [named('test', { conclusion: 'skipped' })], ['test']),
      'pass',
    ],
    ['C11, 54: green after nine seconds, where ten are the least', judgeWith(least, brief), 'wait'],
    [
      '54: after ten',
      judgeWith(least, [named('test', { startedAt: at(20), endedAt: at(20) + 10_000 })]),
      'pass',
    ],
    [
      '54: a commit status tells only its end',
      judgeWith(least, [named('test', { kind: 'status', startedAt: at(20), endedAt: at(20) })]),
      'pass',
    ],
    ['54: nobody asks for a least duration', judgeWith({}, brief), 'pass'],
    [
      '56: one is red while others run',
      judgeWith(
        {},
        [named('test', RED), named('e2e', { status: 'in_progress', conclusion: null })],
        ['test', 'e2e'],
      ),
      'refuse',
    ],
  ])('%s', (_, is, wanted) => expect(is).toBe(wanted))

  test.each<[string, string, boolean]>([
    ['build', 'build', true],
    ['build', 'build 2', false],
    ['build*', 'build', true],
    ['*test', 'unit / test', true],
    ['a*b*c', 'a b c', true],
    ['a*b*c', 'a c b', false],
    ['ab*ba', 'aba', false],
    ['*', '', true],
    ['a.c', 'abc', false],
  ])('the name pattern "%s" and "%s": %s', (pattern, name, is) => expect(matchesName(pattern, name)).toBe(is))
})

describe('what says by itself that it is not to land yet', () => {
  const judgeTitle = (title: string, gates: Gates = {}) => labels.judge(withGates(gates, { title })).is
  test.each<[string, string, string]>([
    ['8: the usual words', judgeTitle('WIP: greet people'), 'wait'],
    ['8: in brackets and small letters', judgeTitle('[wip] greet people'), 'wait'],
    ['8: several words', judgeTitle('Do not merge: greet people'), 'wait'],
    ['8: only the beginning of another word', judgeTitle('Wipe the table'), 'pass'],
    ['8: further on in the title', judgeTitle('feat: no WIP any more'), 'pass'],
    ['8: words of the configuration', judgeTitle('later - greet', { unready: ['later'] }), 'wait'],
    ['8: in place of the usual ones', judgeTitle('WIP: greet', { unready: ['later'] }), 'pass'],
    ['8: switched off', judgeTitle('WIP: greet', { unready: [] }), 'pass'],
  ])('%s', (_, is, wanted) => expect(is).toBe(wanted))
  test('8: what is no word is an error that names the place', () => {
    const parsed = parseConfig({ gates: { unready: ['WIP', '!'] } })
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ path: 'gates.unready[1]', message: expect.stringContaining('must end with a letter') }],
    })
  })
})

describe('a review that was asked for by name', () => {
  const awaited = { awaited: ['@bob', 'the team core'] }
  test.each<[string, Gates, Partial<PullFacts>, string]>([
    ['11: is not waited for unless the configuration says so', {}, awaited, 'pass'],
    ['11: is waited for', { requested: true }, awaited, 'wait'],
    ['11: was given, or taken off the list', { requested: true }, { awaited: [] }, 'pass'],
  ])('%s', (_, gates, pull, is) => expect(review.judge(withGates(gates, pull)).is).toBe(is))
  test('who is named', () =>
    expect(review.judge(withGates({ requested: true }, awaited))).toMatchObject({
      reason: expect.stringMatching(/^@bob, the team core was asked for a review/),
    }))
})

describe('conversations on lines', () => {
  const asked = makeRules({ conversations: true })
  test.each<[string, Parameters<typeof makeProposal>[0], string]>([
    [
      '14: one is open where the branch wants them resolved',
      { rules: asked, pull: makePull({ unresolved: 1 }) },
      'wait',
    ],
    ['14: all are resolved', { rules: asked, pull: makePull({ unresolved: 0 }) }, 'pass'],
    [
      '14: GitHub has not told: it refuses by itself',
      { rules: asked, pull: makePull({ unresolved: null }) },
      'pass',
    ],
    ['14: the branch does not ask', { pull: makePull({ unresolved: 1 }) }, 'pass'],
  ])('%s', (_, over, is) => expect(review.judge(makeProposal(over)).is).toBe(is))
  test('how many, and what helps, is said', () =>
    expect(review.judge(makeProposal({ rules: asked, pull: makePull({ unresolved: 2 }) }))).toMatchObject({
      reason: '2 conversations on its lines are not resolved, as the branch asks',
      ask: 'somebody can press "Resolve conversation" there',
    }))
})

describe('the method', () => {
  const landing = (
    method: string,
    labels: string[],
    rules = {},
    methods = ['squash', 'merge', 'rebase'] as const,
  ) => {
    const task = makeProposedTask({ pull: makePull({ labels }) })
    const world = makeWorld({
      tasks: [task],
      rules: makeRules(rules),
      config: { ok: true, value: makeConfig({ merge: { method } }) },
    })
    const effects = plan({ ...world, repo: { ...world.repo, methods } }, TOOLS).effects
    const landed = effects.find(effect => effect.do === 'land')
    if (landed !== undefined) return landed.method
    return effects.flatMap(effect => (effect.do === 'gate' ? effect.title : [])).join()
  }
  test.each<[string, string, string | RegExp]>([
    [
      '22: one that only begins like it says nothing',
      landing('squash', ['merge:rebase-later', 'Merge:rebase']),
      'squash',
    ],
    ['22: a label outweighs the configuration', landing('squash', ['merge:rebase']), 'rebase'],
    [
      '22: two labels are told, and nothing lands',
      landing('squash', ['merge:rebase', 'merge:merge']),
      /merge:merge.+ say different things/,
    ],
    [
      '22: a label for what the repository does not allow',
      landing('squash', ['merge:rebase'], {}, ['squash', 'merge', 'rebase'].slice(0, 2) as never),
      /do not allow$/,
    ],
    ['24: GitHub signs no commit that it rebases', landing('rebase', [], { signed: true }), 'squash'],
    [
      '24: also where a label asks for it',
      landing('squash', ['merge:rebase'], { signed: true }),
      /do not allow$/,
    ],
    ['24: without signatures it rebases', landing('rebase', []), 'rebase'],
  ])('%s', (_, came, wanted) =>
    typeof wanted === 'string' ? expect(came).toBe(wanted) : expect(came).toMatch(wanted),
  )
})

const TOOLS = { now: at(60), digest: () => 'd'.repeat(64) }

describe('a dry run', () => {
  const dry = { ok: true as const, value: makeConfig({ merge: { strategy: 'dry' } }) }
  const effectsOf = (tasks: TaskFacts[], rules = makeRules()) =>
    plan(makeWorld({ tasks, rules, config: dry }), TOOLS).effects
  test('37: says what would happen, and merges nothing', () => {
    const effects = effectsOf([makeProposedTask()])
    expect(effects.map(effect => effect.do)).not.toContain('land')
    expect(effects.find(effect => effect.do === 'gate')).toMatchObject({
      conclusion: null,
      title: 'Every gate passes',
      summary: expect.stringMatching(
        /would merge this commit now\. This is a dry run[\s\S]+would land by \*\*direct\*\*/,
      ),
    })
  })
  test('37: nor is anything brought up to date or built for it', () => {
    const effects = effectsOf(
      [makeProposedTask({ pull: makePull({ current: false }) })],
      makeRules({ strict: true }),
    )
    expect(
      effects.map(effect => effect.do).filter(name => ['land', 'update', 'assemble'].includes(name)),
    ).toEqual([])
  })
})

describe('a conflict', () => {
  const landed = (issue: number, paths: string[], closedAt: number | null = at(30)) =>
    makeProposedTask({
      issue: makeIssue({ number: issue, state: 'closed', closedAt }),
      reports: new Map([
        [
          1,
          {
            sha: sha(1),
            report: {
              ok: true,
              value: makeReport({ files: paths.map(path => ({ path, mode: '100644', bytes: 1 })) }),
            },
          },
        ],
      ]),
      pull: makePull({ number: issue + 100, state: 'merged', mergedSha: sha(issue) }),
    })
  const mine = { task: { id: printTaskId(7) }, pull: makePull(), since: at(12) }
  test.each<[string, TaskFacts[], number | null]>([
    [
      '68: with what landed since and changed the same file',
      [landed(1, ['src/hello.ts']), landed(2, ['x'])],
      101,
    ],
    [
      '68: the newest of several',
      [landed(1, ['src/hello.ts'], at(20)), landed(2, ['src/hello.ts'], at(40))],
      102,
    ],
    ['68: not with what the work began on', [landed(1, ['src/hello.ts'], at(11))], null],
    ['68: with nothing that is known', [landed(1, ['x'])], null],
    ['68: landed, and its issue not closed yet', [landed(1, ['src/hello.ts'], null)], 101],
  ])('%s', (_, tasks, pull) => expect(findRival(tasks, mine)?.pull ?? null).toBe(pull))
  test('68: names the landing that caused it, to people and to the agent that does it again', () => {
    const pull = makePull({ mergeable: false })
    const tasks = [landed(1, ['src/hello.ts']), makeProposedTask({ pull })]
    const effects = plan(makeWorld({ tasks }), TOOLS).effects
    const claim = effects.find(effect => effect.do === 'claim')
    expect(claim?.ticket.feedback).toMatch(
      /it conflicts with main: #101 landed since and changed `src\/hello.ts` too/,
    )
    const rival = { pull: 101, paths: ['src/hello.ts'] }
    expect(conflict.judge(makeProposal({ pull, rival: () => rival }))).toMatchObject({
      reason: 'it conflicts with main: #101 landed since and changed `src/hello.ts` too',
    })
  })
  test('69: that is gone leaves no word of it behind', () => {
    const gate = makeGate({
      status: 'completed',
      conclusion: 'failure',
      key: 'r direct it conflicts with main',
    })
    const still = { gate, checks: [makeCheck({ status: 'in_progress', conclusion: null })] }
    const said = (mergeable: boolean) => {
      const task = makeProposedTask({ pull: makePull({ ...still, mergeable }), claims: [makeClaim()] })
      const limits = { ok: true as const, value: makeConfig({ limits: { attempts: 1 } }) }
      const { effects } = plan(makeWorld({ tasks: [task], config: limits }), TOOLS)
      return effects.flatMap(effect => (effect.do === 'gate' ? [effect] : []))
    }
    expect(said(false)).toMatchObject([
      { conclusion: 'failure', title: expect.stringContaining('conflicts') },
    ])
    const [after] = said(true)
    expect(after).toMatchObject({
      conclusion: null,
      title: 'checks: the required check "test" has not reported a result on this commit',
    })
    expect(after!.summary).not.toMatch(/conflicts with/)
  })
})

describe('many reasons', () => {
  test('63: two hundred paths are told in a line, and the title of the gate is short', () => {
    const changes = Array.from({ length: 200 }, (_, i) =>
      makeChange({ path: `.github/${'x'.repeat(300)}${i}.yml` }),
    )
    const checks = Array.from({ length: 40 }, (_, i) => makeCheck({ name: `job ${i}`, ...RED }))
    const task = makeProposedTask({ pull: makePull({ changes, checks }) })
    const { blocking } = judge(makeProposal({ pull: task.pull! }))
    expect(blocking?.reason).toMatch(/ and 197 more may not be changed/)
    expect(blocking!.reason.length).toBeLessThan(500)
    const limits = { ok: true as const, value: makeConfig({ limits: { attempts: 1 } }) }
    const { effects } = plan(makeWorld({ tasks: [task], config: limits }), TOOLS)
    const gate = effects.find(effect => effect.do === 'gate')
    expect(gate!.title.length).toBeLessThanOrEqual(121)
    expect(gate!.summary.length).toBeLessThan(6000)
  })
})
