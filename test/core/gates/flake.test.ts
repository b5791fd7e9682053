import { describe, expect, test } from 'vitest'
import type { CheckFacts, JudgedFacts } from '../../../core/check.ts'
import { judgeCi } from '../../../core/gates/checks.ts'
import type { Ci } from '../../../core/gates/counted.ts'
import { listReruns } from '../../../core/gates/flake.ts'
import { printBranch, printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { PullFacts } from '../../../core/world.ts'
import { at, makeCheck, makeConfig, makeRules, makeWorld, sha } from '../../make.ts'
import { HEAD, makeReady } from '../landing/ready.ts'

const red = (tries: number, over: Partial<CheckFacts> = {}) =>
  makeCheck({ conclusion: 'failure', job: { run: 70, tries }, ...over })

function ciOf(checks: readonly CheckFacts[], required: readonly string[] = []): Ci {
  const rules = makeRules({ required: required.map(name => ({ name, appId: null })) })
  return { rules, config: makeConfig(), checks, judged: [], reds: 2, since: at(1), now: at(60) }
}

describe('what is red once may be asked a second time', () => {
  test.each<[string, Ci, number[]]>([
    ['once', ciOf([red(1)]), [70]],
    ['not a third time', ciOf([red(2)]), []],
    [
      'all that is red, each run once',
      ciOf([red(1), red(1, { name: 'b' }), red(1, { name: 'c', job: { run: 71, tries: 1 } })]),
      [70, 71],
    ],
    ['not where one of them is red for good', ciOf([red(1), red(2, { name: 'b' })]), []],
    ['not where one cannot be asked', ciOf([red(1), makeCheck({ name: 'b', conclusion: 'failure' })]), []],
    ['what nobody requires does not matter', ciOf([red(1), red(2, { name: 'b' })], ['test']), [70]],
    ['out of time is red as well', ciOf([red(1, { conclusion: 'timed_out' })]), [70]],
    ['green needs no second time', ciOf([makeCheck()]), []],
  ])('%s', (_, ci, wanted) => {
    expect(listReruns(ci).map(({ run }) => run)).toEqual(wanted)
    if (wanted.length > 0) expect(judgeCi(ci).is).toBe('refuse')
  })
})

/** Brought up to date by us, on top of what the agent made. */
const updated = {
  head: { sha: sha(0x9), branch: printBranch({ agent: 'codex', task: printTaskId(1) }) },
  layers: [sha(0x9), HEAD(1)],
}

function effectsOf(over: Partial<PullFacts>) {
  const task = makeReady(1, over)
  const { effects } = plan(makeWorld({ tasks: [task] }), { now: at(60), digest: () => 'd'.repeat(64) })
  const words = effects.flatMap(effect => {
    if (effect.do === 'rerun') return [`ask run ${effect.run} after ${effect.tries}`]
    if (effect.do === 'gate') return [`gate ${effect.conclusion}: ${effect.title}`]
    if (effect.do === 'claim') return [`attempt ${effect.attempt}`]
    return []
  })
  return { effects, words }
}

const judgedRed: JudgedFacts[] = [1, 2].map(n => ({
  try: n,
  run: 900 + n,
  url: null,
  verdict: 'failed',
  at: at(59),
  tail: null,
  refusal: null,
  usual: null,
}))

describe('103, 106: a single one that fails', () => {
  test('since it was brought up to date: CI is asked once more, and people read that', () => {
    const { words } = effectsOf({ ...updated, checks: [red(1)] })
    expect(words).toContain('ask run 70 after 1')
    expect(words.find(word => word.startsWith('gate null'))).toMatch(/"test" failed/)
    expect(words.filter(word => word.startsWith('attempt'))).toEqual([])
  })
  test('not while something else has to change first', () => {
    const { words } = effectsOf({ ...updated, checks: [red(1)], mergeable: false })
    expect(words.filter(word => word.startsWith('ask'))).toEqual([])
  })
  test('red again, its agent gets it with the log, and CI is not asked any more', () => {
    const { effects, words } = effectsOf({ ...updated, checks: [red(2, { tail: 'boom' })] })
    expect(words.filter(word => word.startsWith('ask'))).toEqual([])
    const record = effects.find(effect => effect.do === 'record')
    const [revision] = [...(record?.records.values() ?? [])].flatMap(one => one.revisions)
    expect(revision).toMatchObject({ why: 'ci', attempt: 2 })
    expect(revision?.text).toContain('boom')
  })
  test('before that, nobody waited for it: its agent looks at once', () => {
    const { effects, words } = effectsOf({ checks: [red(1)] })
    expect(words.filter(word => word.startsWith('ask'))).toEqual([])
    expect(effects.some(effect => effect.do === 'record' && effect.records.size > 0)).toBe(true)
  })
  test('where the merge job has looked twice already, CI is not asked', () => {
    const checks = [{ name: 't', run: 'true' }]
    const config = { ok: true as const, value: makeConfig({ merge: { judge: 'job' }, checks }) }
    const task = makeReady(1, { ...updated, judged: judgedRed, checks: [red(1)] })
    const world = makeWorld({ tasks: [task], config, judge: { key: '0123456789ab', underWay: 0 } })
    const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
    expect(effects.filter(effect => effect.do === 'rerun')).toEqual([])
  })
})
