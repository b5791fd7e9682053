import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../core/config/config.ts'
import { freeze } from '../../core/gates/freeze.ts'
import { labels } from '../../core/gates/labels.ts'
import { emptyControls, type TaskRecord } from '../../core/ledger.ts'
import { parseCommands } from '../../core/people/command.ts'
import { plan } from '../../core/plan.ts'
import { isWithin, type Window } from '../../core/window.ts'
import type { Actor, TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  makeComment,
  makeConfig,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeWorld,
  sha,
  tim,
} from '../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const effectsOf = (task: TaskFacts, over: Partial<World> = {}) =>
  plan(makeWorld({ tasks: [task], ...over }), tools).effects
const does = (task: TaskFacts, over: Partial<World> = {}) => effectsOf(task, over).map(effect => effect.do)

/** Proposed, and then somebody says this. */
function said(body: string, by: Actor = alice, over: Partial<TaskRecord> = {}): TaskFacts {
  const timeline = [makeLabeled('agent:codex'), makeComment({ body, by, at: at(50) })]
  const pull = makePull({ gate: makeGate() })
  return makeProposedTask({ issue: makeIssue({ timeline }), record: makeRecord(over), pull })
}

const recorded = (task: TaskFacts, over: Partial<World> = {}) =>
  effectsOf(task, over).find(effect => effect.do === 'record')

describe('the words', () => {
  test.each([
    ['/chorus freeze', { say: 'freeze', all: true }],
    ['/chorus unfreeze', { say: 'unfreeze', all: true }],
    ['/chorus hold', { say: 'hold' }],
    ['/chorus merge', { say: 'merge', emergency: false }],
    ['/chorus merge emergency', { say: 'merge', emergency: true }],
    ['/chorus eject breaks the demo', { say: 'eject', why: 'breaks the demo' }],
  ])('%s', (body, command) => {
    expect(parseCommands(body)).toEqual([command])
  })
})

describe('a freeze', () => {
  const frozen = {
    ledger: { ...makeWorld().ledger, controls: { ...emptyControls, frozen: { by: alice, at: at(1) } } },
  }
  test('said by somebody who may write is remembered, and nothing lands in that very pass', () => {
    expect(recorded(said('/chorus freeze'))?.controls?.frozen).toMatchObject({ by: { login: 'alice' } })
    expect(does(said('/chorus freeze'))).not.toContain('land')
  })
  test('ends by a word', () => {
    const { controls } = recorded(said('/chorus unfreeze'), frozen) ?? {}
    expect(controls?.frozen).toBeNull()
    expect(does(makeProposedTask(), frozen)).not.toContain('land')
  })
  test('is not for people who may only triage', () => {
    expect(recorded(said('/chorus freeze', tim))?.controls?.frozen ?? null).toBeNull()
  })
})

/** Noon of `at(0)` is a Friday. */
describe('times at which nothing lands', () => {
  const friday: Window = { days: ['fri'], from: '11:00', to: '13:00' }
  test.each<[string, Window, number, boolean]>([
    ['within', friday, at(0), true],
    ['its first minute', friday, at(-60), true],
    ['its end', friday, at(60), false],
    ['another day', { ...friday, days: ['sat'] }, at(0), false],
    ['overnight, before midnight', { days: ['fri'], from: '11:00', to: '08:00' }, at(0), true],
    ['overnight, after midnight', { days: ['thu'], from: '20:00', to: '12:30' }, at(0), true],
    ['overnight, the day after', { days: ['wed'], from: '20:00', to: '12:30' }, at(0), false],
    ['around the clock', { days: ['fri'], from: '00:00', to: '00:00' }, at(0), true],
  ])('%s', (_, window, now, is) => {
    expect(isWithin(window, now)).toBe(is)
  })
  test('are said, with the key', () => {
    const config = makeConfig({ gates: { freeze: [{ days: ['fri'], from: '11:00', to: '14:00' }] } })
    expect(freeze.judge(makeProposal({ config }))).toEqual({
      is: 'wait',
      reason: 'nothing lands on fri from 11:00 to 14:00 UTC, as `gates.freeze` says',
    })
    expect(freeze.judge(makeProposal({ config, now: at(120) })).is).toBe('pass')
  })
  test('are read strictly', () => {
    const parsed = parseConfig({ gates: { freeze: [{ from: '25:00', to: '7' }] } })
    expect(parsed.ok).toBe(false)
  })
})

describe('one pull request', () => {
  const landing = (is: 'held' | 'wanted') => ({ is, by: alice, at: at(50), head: sha(0x201), why: '' })
  test('7: is held, and lands again by a word', () => {
    expect(does(said('/chorus hold'))).not.toContain('land')
    expect(recorded(said('/chorus hold'))?.records.values().next().value?.landing?.is).toBe('held')
    expect(labels.judge(makeProposal({ record: makeRecord({ landing: landing('held') }) }))).toMatchObject({
      is: 'wait',
      ask: expect.stringContaining('/chorus merge'),
    })
    expect(does(said('/chorus merge', alice, { landing: landing('held') }))).toContain('land')
  })
  test('6: while a label holds it, nothing lands it: no word, no emergency, no company', () => {
    const held = (over: Partial<TaskRecord> = {}) =>
      makeProposedTask({ record: makeRecord(over), pull: makePull({ labels: ['hold'], gate: makeGate() }) })
    for (const is of ['wanted', 'emergency'] as const) {
      const task = held({ landing: { ...landing('wanted'), is } })
      const effects = effectsOf(task)
      expect(effects.filter(({ do: what }) => ['land', 'update', 'judge', 'enqueue'].includes(what))).toEqual(
        [],
      )
      expect(effects.find(effect => effect.do === 'gate')).toMatchObject({
        conclusion: null,
        title: expect.stringMatching(/^labels: the pull request carries hold/),
      })
    }
    // A gate that was left green is taken back.
    const green = makeGate({ status: 'completed', conclusion: 'success' })
    const left = { ...held(), pull: makePull({ labels: ['hold'], gate: green }) }
    expect(effectsOf(left).find(effect => effect.do === 'gate')).toMatchObject({ conclusion: null })
  })
  const button = { config: { ok: true as const, value: makeConfig({ merge: { strategy: 'pr' } }) } }
  test('lands by a word where a person presses the button', () => {
    expect(does(makeProposedTask(), button)).not.toContain('land')
    expect(does(said('/chorus merge'), button)).toContain('land')
  })
  test('21: not when another commit has come since', () => {
    const task = makeProposedTask({
      record: makeRecord({ landing: { ...landing('wanted'), head: sha(0x999) } }),
    })
    expect(does(task, button)).not.toContain('land')
  })
  test('not by the word of somebody who may only triage', () => {
    expect(does(said('/chorus merge', tim), button)).not.toContain('land')
  })
})
