import { describe, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import { freeze } from '../../core/gates/freeze.ts'
import { labels } from '../../core/gates/labels.ts'
import type { TaskRecord } from '../../core/ledger.ts'
import { plan } from '../../core/plan.ts'
import type { Actor, PullFacts, Standing, TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeCheck,
  makeComment,
  makeConfig,
  makeGate,
  makeIssue,
  makeLabeled,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRules,
  makeStandings,
  makeWorld,
  OUR_APP,
} from '../make.ts'
import { HEAD } from './landing/ready.ts'
import { makeTrain, makeUnjudged } from './ready.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const green = { checks: [makeCheck()] }
const running = { checks: [makeCheck({ status: 'in_progress', conclusion: null })] }
const cancelled = { checks: [makeCheck({ conclusion: 'cancelled' })] }
const red = { checks: [makeCheck({ conclusion: 'failure' })] }

const order = (is: 'emergency' | 'ejected' | 'wanted', over: object = {}): Pick<TaskRecord, 'landing'> => ({
  landing: { is, by: { id: 101, login: 'alice' }, at: at(55), head: null, why: '', ...over },
})

function effectsOf(tasks: readonly TaskFacts[], over: Partial<World> = {}): readonly Effect[] {
  return plan(makeWorld({ tasks, rules: makeRules({ strict: false }), ...over }), tools).effects
}

const acts = (tasks: readonly TaskFacts[], over: Partial<World> = {}) =>
  effectsOf(tasks, over).flatMap(effect => {
    if (effect.do === 'land' || effect.do === 'update') return [`${effect.do} ${effect.pull}`]
    if (effect.do === 'assemble') return [`assemble ${effect.members.map(({ pull }) => pull).join('+')}`]
    return effect.do === 'drop-branch' ? ['drop'] : []
  })

describe('an emergency', () => {
  const first = (over: Partial<PullFacts> = green, landing = order('emergency', { head: HEAD(2) })) =>
    makeUnjudged(2, over, landing)
  const one = makeUnjudged(1, green)
  const strict = { rules: makeRules({ strict: true }) }
  test.each<[string, string[], string[]]>([
    ['nothing lands before it', acts([one, first()]), ['land 102']],
    ['nothing lands while its CI runs', acts([one, first(running)]), []],
    ['red it holds nobody up', acts([one, first(red)]), ['land 101']],
    ['gates hold for it, too', acts([one, first({ ...green, labels: ['hold'] })]), ['land 101']],
    [
      'it passes by what is ready to go together',
      acts([makeUnjudged(1, { ...green, current: false }), first({ ...green, current: false })], strict),
      ['update 102'],
    ],
    [
      '96: what was being judged together makes room for what lands alone',
      acts([one, makeUnjudged(3, green), first()], { ...strict, trains: [makeTrain([1, 3], running)] }),
      ['land 102', 'drop'],
    ],
    [
      'of two the older goes first',
      acts([makeUnjudged(1, green, order('emergency', { at: at(56), head: HEAD(1) })), first()]),
      ['land 102'],
    ],
    [
      'another commit is none',
      acts([one, first(green, order('emergency', { head: HEAD(7) }))]),
      ['land 101', 'land 102'],
    ],
    [
      'what was cancelled, or never comes, holds nobody up for ever',
      acts([one, first(cancelled, order('emergency', { at: at(-1), head: HEAD(2) }))]),
      ['land 101'],
    ],
    [
      'what is at work is waited for as long as it is',
      acts([one, first(running, order('emergency', { at: at(-1), head: HEAD(2) }))]),
      [],
    ],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))

  test('whoever could land says for whom it waits, once', () => {
    const gateOf = (gate: PullFacts['gate']) =>
      effectsOf([makeUnjudged(1, { ...green, gate }), first(running)]).filter(
        effect => effect.do === 'gate' && effect.pull === 101,
      )
    const said = gateOf(makeGate({ id: 7, conclusion: null, key: 'w' }))
    expect(said).toMatchObject([{ check: 7, conclusion: null, title: 'Waits for #102, an emergency' }])
    expect(gateOf(makeGate({ id: 7, conclusion: null, key: 'after 102' }))).toEqual([])
  })

  test('is seen in the pull request, and in what lands', () => {
    const gate = effectsOf([first(running)]).find(effect => effect.do === 'gate')
    expect(gate?.summary).toContain('**Emergency:**')
    const land = effectsOf([first()]).find(effect => effect.do === 'land')
    expect(land?.message).toMatch(/^Emergency: alice$/m)
    expect(land?.summary).toContain('**Emergency:**')
    expect(effectsOf([one]).find(effect => effect.do === 'land')?.message).not.toContain('Emergency')
  })
})

/** Proposed, and then somebody says this, or sets that. */
function heard(over: { body?: string; by?: Actor; label?: string; record?: Partial<TaskRecord> }) {
  const { by = alice } = over
  const timeline = [
    makeLabeled('agent:codex'),
    ...(over.body === undefined ? [] : [makeComment({ body: over.body, by, at: at(50) })]),
    ...(over.label === undefined ? [] : [{ ...makeLabeled(over.label), by, at: at(50) }]),
  ]
  const names = ['agent:codex', ...(over.label === undefined ? [] : [over.label])]
  const pull = makePull({ gate: makeGate() })
  return makeProposedTask({
    issue: makeIssue({ timeline, labels: names }),
    record: makeRecord(over.record ?? {}),
    pull,
  })
}

function recorded(task: TaskFacts, standing: Standing = 'maintain') {
  const world = { standings: makeStandings({ 101: standing }) }
  const record = effectsOf([task], world).find(effect => effect.do === 'record')
  const events = record?.events.map(({ event, actor, cause }) => [event, actor, cause]) ?? []
  return { landing: [...(record?.records.values() ?? [])][0]?.landing ?? null, events }
}

describe('who says so', () => {
  test('a maintainer, by a word', () => {
    const { landing, events } = recorded(heard({ body: '/chorus merge emergency' }))
    expect(landing).toMatchObject({ is: 'emergency', by: { login: 'alice' } })
    expect(events).toContainEqual(['landing:emergency', 'alice', '@alice says that it goes first and alone'])
  })
  test('nobody less', () => {
    expect(recorded(heard({ body: '/chorus merge emergency' }), 'write').landing).toBeNull()
  })
  test('a maintainer, by a label', () => {
    const { landing, events } = recorded(heard({ label: 'emergency' }))
    expect(landing).toMatchObject({ is: 'emergency', head: null })
    expect(events.map(([event]) => event)).toContain('landing:emergency')
  })
  test('a label by anybody else says nothing', () => {
    expect(recorded(heard({ label: 'emergency' }), 'write').landing).toBeNull()
    expect(recorded(heard({ label: 'emergency', by: bob })).landing).toBeNull()
  })
  test('without the label it is none any more', () => {
    const record = effectsOf([heard({ record: order('emergency') })]).find(effect => effect.do === 'record')
    expect([...(record?.records.values() ?? [])][0]?.landing).toBeNull()
  })
})

describe('what is taken out', () => {
  const out = order('ejected', { why: 'breaks the demo' })
  const strict = { rules: makeRules({ strict: true }) }
  test('says who, why, and what brings it back', () => {
    expect(labels.judge(makeProposal({ record: makeRecord(out) }))).toEqual({
      is: 'wait',
      reason: '@alice took it out of what lands (breaks the demo)',
      ask: '`/chorus merge` lets it back in',
    })
  })
  test('leaves the train that it is in, and the others go on', () => {
    const behind = { ...green, current: false }
    const tasks = [makeUnjudged(1, behind), makeUnjudged(2, behind, out), makeUnjudged(3, behind)]
    expect(acts(tasks, { ...strict, trains: [makeTrain([1, 2, 3], running)] })).toEqual([
      'drop',
      'assemble 101+103',
    ])
  })
  test('186: is written down with who and why, and comes back by a word', () => {
    const { landing, events } = recorded(heard({ body: '/chorus eject breaks the demo' }))
    expect(landing).toMatchObject({ is: 'ejected', why: 'breaks the demo' })
    expect(events).toContainEqual([
      'landing:ejected',
      'alice',
      '@alice took it out of what lands: breaks the demo',
    ])
    expect(recorded(heard({ body: '/chorus merge', record: out })).landing).toMatchObject({ is: 'wanted' })
  })
})

test('something lands only in its window', () => {
  const window = [{ days: ['fri'], from: '09:00', to: '12:30' }]
  const config = { config: { ok: true as const, value: makeConfig({ gates: { window } }) } }
  const ready = [makeUnjudged(1, green)]
  expect(acts(ready, config)).toEqual([])
  const early = plan(makeWorld({ tasks: ready, ...config }), { ...tools, now: at(10) }).effects
  expect(early.map(effect => effect.do)).toContain('land')
})

describe('something landed whose tree is not the one that was judged', () => {
  const foreign = { pull: 101, sha: 'f'.repeat(40), at: at(59) }
  test('nothing more lands, and the ledger says why', () => {
    const effects = effectsOf([makeUnjudged(1, green)], { foreign })
    expect(effects.map(effect => effect.do)).not.toContain('land')
    const record = effects.find(effect => effect.do === 'record')
    expect(record?.controls?.frozen).toMatchObject({ by: { login: OUR_APP.login }, at: at(59) })
    expect(record?.events[0]).toMatchObject({
      event: 'freeze:all',
      cause: expect.stringContaining('#101 landed as fffffff'),
    })
  })
  test('where the ledger is not as we wrote it, nothing is written over that', () => {
    const ledger = { ...makeWorld().ledger, broken: { controls: 'foreign' as const, records: new Map() } }
    const effects = effectsOf([makeUnjudged(1, green)], { foreign, ledger })
    expect(effects.map(effect => effect.do)).not.toContain('land')
    const records = effects.flatMap(effect => (effect.do === 'record' ? [effect] : []))
    expect(records.map(({ controls }) => controls)).toEqual([null])
    expect(records.flatMap(({ events }) => events.map(({ event }) => event))).toEqual(['waiting:ledger'])
  })
  test('a person looks, and lets landings go on', () => {
    const reason = freeze.judge(makeProposal({ frozen: { by: { login: OUR_APP.login } } }))
    expect(reason).toMatchObject({ is: 'wait', reason: expect.stringContaining('/chorus unfreeze') })
  })
})

describe('labels say how one lands', () => {
  const land = (names: string[], over: Partial<World> = {}) =>
    effectsOf([makeUnjudged(1, { ...green, labels: names })], over).find(effect => effect.do === 'land')
  test.each<[string[], string | undefined]>([
    [[], 'squash'],
    [['merge:rebase'], 'rebase'],
    [['merge:merge'], 'merge'],
    [['merge:fast'], 'squash'],
    [['merge:merge', 'merge:rebase'], undefined],
  ])('%j: %s', (names, method) => expect(land(names)?.method).toBe(method))
  test('not by what the repository does not allow', () => {
    expect(land(['merge:merge'], { rules: makeRules({ strict: false, linear: true }) })).toBeUndefined()
    const verdict = labels.judge(
      makeProposal({ pull: makePull({ labels: ['merge:merge', 'merge:squash'] }) }),
    )
    expect(verdict).toMatchObject({ is: 'wait', reason: expect.stringContaining('say different things') })
  })
})
