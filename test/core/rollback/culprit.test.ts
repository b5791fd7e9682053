import { describe, expect, test } from 'vitest'
import type { Effect } from '../../../core/effect.ts'
import {
  type IntegrationFacts,
  type LandedFacts,
  type PromotionFacts,
  printPromoteBranch,
  printWithoutBranch,
  type WithoutFacts,
} from '../../../core/landing/integration.ts'
import { emptyControls, type TaskRecord } from '../../../core/ledger.ts'
import { printRevertBranch, printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { PullFacts, RevertFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  alice,
  at,
  makeCheck,
  makeConfig,
  makeIssue,
  makePull,
  makeRepo,
  makeRules,
  makeWorld,
  sha,
} from '../../make.ts'
import { makeReady } from '../landing/ready.ts'

const NOW = at(90)
const TIP = (n: number) => sha(0x100 + n)

/** The second of three, whose pull request is #102, is red right after a green one. */
const LANDED = [1, 2, 3].map(
  (n): LandedFacts => ({ sha: TIP(n), files: [`src/l${n}.ts`], message: `feat: ${n}`, back: false }),
)

function makePromotion(n: number, tries: number): PromotionFacts {
  const failed = makeCheck({ conclusion: 'failure', job: { run: 70, tries }, tail: 'boom' })
  const rest = { judged: [], gate: null, refusal: null, at: at(59) }
  return {
    branch: printPromoteBranch(TIP(n)),
    tip: TIP(n),
    head: TIP(n),
    pull: 500 + n,
    checks: [failed],
    ...rest,
  }
}

function makeIntegration(over: Partial<IntegrationFacts> = {}): IntegrationFacts {
  return {
    branch: 'integration',
    head: TIP(3),
    landed: LANDED,
    from: sha(0x100),
    promoted: TIP(1),
    lacks: 'none',
    ahead: true,
    rules: makeRules(),
    promotions: [makePromotion(2, 2)],
    without: [],
    arrived: [],
    gone: [],
    ...over,
  }
}

const base = { branch: 'integration', sha: TIP(3) }
const app = makeWorld().app
const bot = { id: app.botId, login: app.login }
const rollback = {
  by: bot,
  at: at(80),
  pulls: [{ issue: 2, pull: 102 }],
  confirmed: { by: bot, at: at(80) },
}

const landing = (record: Partial<TaskRecord> = {}, revert: TaskFacts['revert'] = null): TaskFacts => ({
  ...makeReady(2, { state: 'merged', mergedSha: TIP(2), base }, record),
  revert,
})

function makeRevert(state: 'open' | 'merged'): RevertFacts {
  const checks = [makeCheck()]
  const pull = makePull({ number: 110, state, base, checks, layers: [sha(0x110)] })
  return { own: true, at: at(85), takes: [TIP(2)], pull }
}

type Given = {
  tasks?: readonly TaskFacts[]
  integration?: IntegrationFacts
  ledger?: Partial<World['ledger']>
}

const effectsOf = ({ tasks = [landing()], integration = makeIntegration(), ledger = {} }: Given = {}) =>
  worldOf({ tasks, integration, ledger })

function worldOf({
  tasks = [],
  integration = null,
  ledger,
  ...more
}: Omit<Partial<World>, 'ledger'> & { ledger: Partial<World['ledger']> }) {
  const world = makeWorld({
    tasks,
    integration,
    ...more,
    repo: makeRepo({ target: { branch: 'integration', head: TIP(3) } }),
    config: { ok: true, value: makeConfig({ merge: { strategy: 'lanes' } }) },
    // What is said of a task is read from the ledger, as the world is.
    ledger: { ...makeWorld().ledger, records: new Map(tasks.map(one => [one.id, one.record!])), ...ledger },
  })
  return plan(world, { now: NOW, digest: () => 'd'.repeat(64) }).effects
}

const isRecord = (effect: Effect): effect is Extract<Effect, { do: 'record' }> => effect.do === 'record'
const recorded = (given?: Given) => effectsOf(given).find(isRecord)
const known = (reds: { sha: string; at: number }[]): Partial<World['ledger']> => ({
  controls: { ...emptyControls, reds },
})

describe('147, O3: a landing with which the integration branch is red twice, and green without', () => {
  test('is taken back by itself, counted, and kept apart from what landed before it', () => {
    const record = recorded()
    const { rollback } = record!.records.get(printTaskId(2))!
    expect(rollback).toEqual({ ...rollbackAt(NOW), pulls: [{ issue: 2, pull: 102 }] })
    expect(record!.controls).toMatchObject({
      reds: [{ sha: TIP(2), at: NOW }],
      couplings: [['src/l2.ts', 'src/l1.ts']],
    })
    expect(record!.events).toContainEqual(
      expect.objectContaining({ event: 'red', evidence: { landed: TIP(2) } }),
    )
  })

  test.each<[string, Given, boolean]>([
    ['waits until then', { tasks: [landing({ rollback }, makeRevert('open'))] }, false],
    ['comes back where git cannot take it back', { tasks: [landing({ rollback }, 'clash')] }, true],
    [
      'comes back where nobody knows what the record of the landing said: a person takes it back',
      { tasks: [{ ...landing(), distrust: 'foreign' }] },
      true,
    ],
    ['comes back where a person has to mend it, who may have done so there', { tasks: [] }, true],
  ])('what somebody brought to main %s', (_, given, comes) => {
    const effects = effectsOf({ ...given, integration: makeIntegration({ lacks: 'foreign' }) })
    expect(effects.some(effect => effect.do === 'bring-back')).toBe(comes)
  })

  const onTop = {
    ...makeReady(3, { state: 'merged', mergedSha: TIP(3), base }),
    blockers: [{ issue: 2, repo: null, title: 'two', state: 'open' as const, stateReason: null }],
  }
  const twice = makeReady(4, { state: 'merged', mergedSha: TIP(2), base })
  test.each<[string, Given, number]>([
    [
      'not while it may be a flake',
      { integration: makeIntegration({ promotions: [makePromotion(2, 1)] }) },
      0,
    ],
    ['not a second time: somebody ended that', { ledger: known([{ sha: TIP(2), at: at(1) }]) }, 1],
    [
      'not where nobody knows what was said',
      { ledger: { broken: { controls: 'foreign', records: new Map() } } },
      0,
    ],
    ['where a person pushed it, it is only counted', { tasks: [] }, 1],
    ['where others that build on it landed, a person decides', { tasks: [landing(), onTop] }, 1],
    ['where several landed as one, too', { tasks: [landing(), twice] }, 1],
    [
      'where so much has landed since the last promotion that nobody knows what was green',
      { integration: makeIntegration({ promoted: null, landed: LANDED.slice(1) }) },
      0,
    ],
  ])('%s', (_, given, counted) => {
    const record = recorded(given)
    expect(record?.records.get(printTaskId(2))?.rollback ?? null).toBeNull()
    expect(record?.controls?.reds.length ?? 0).toBe(counted)
  })

  test('its pull request is made, though nobody confirmed it', () => {
    const made = effectsOf({
      tasks: [landing({ rollback })],
      ledger: {
        ...known([{ sha: TIP(2), at: at(80) }]),
        records: new Map([[printTaskId(2), landing({ rollback }).record!]]),
      },
    }).find(effect => effect.do === 'revert')
    expect(made).toMatchObject({ into: 'integration', landed: [{ pull: 102 }] })
    expect(made?.body).toMatch(/with it CI is red, and green without it/)
  })

  test('and lands, though nobody who may push asked for it', () => {
    const effects = effectsOf({ tasks: [landing({ rollback }, makeRevert('open'))] })
    expect(effects.filter(effect => effect.do === 'land')).toMatchObject([{ pull: 110, into: 'integration' }])
  })

  test.each(['frozen', 'stopped'] as const)('nothing of it lands while everything is %s', brake => {
    const controls = { ...emptyControls, [brake]: { by: { id: alice.id, login: alice.login }, at: at(1) } }
    const held = (given: Given) => effectsOf({ ...given, ledger: { controls } }).map(effect => effect.do)
    expect(held({ tasks: [landing({ rollback }, makeRevert('open'))] })).not.toContain('land')
  })

  test('mended meanwhile, it stays', () => {
    const integration = makeIntegration({ promoted: TIP(3), ahead: false, promotions: [] })
    const given = { tasks: [landing({ rollback })], integration }
    expect(recorded(given)?.records.get(printTaskId(2))?.rollback).toBeNull()
    // Out of sight below a hundred others is not promoted.
    const deep = makeIntegration({ promoted: null, landed: LANDED.slice(2), promotions: [] })
    expect(recorded({ ...given, integration: deep })?.records.get(printTaskId(2))?.rollback).not.toBeNull()
    // What a person confirmed is not ended by a green tip.
    const hers = { ...rollback, confirmed: { by: { id: alice.id, login: alice.login }, at: at(80) } }
    const kept = recorded({ ...given, tasks: [landing({ rollback: hers })] })?.records.get(printTaskId(2))
    expect((kept ?? { rollback: hers }).rollback).toEqual(hers)
  })

  test('what was promoted as a squash before it comes back on top of it: it is as red as before', () => {
    const back: LandedFacts = { sha: TIP(4), files: [], message: 'chore: bring main back', back: true }
    const integration = makeIntegration({ head: TIP(4), landed: [...LANDED, back], promotions: [] })
    const ongoing = { tasks: [landing({ rollback }, makeRevert('open'))], integration, ledger: {} }
    const effects = worldOf({ ...ongoing, reverts: new Map([[102, sha(0x110)]]) })
    expect(effects.filter(effect => effect.do === 'land')).toMatchObject([{ pull: 110, into: 'integration' }])
    expect(effects.filter(effect => effect.do === 'drop-branch')).toEqual([])
    const begun = recorded({ tasks: [landing({ rollback })], integration })
    expect((begun?.records.get(printTaskId(2)) ?? { rollback }).rollback).toEqual(rollback)
  })

  test('mended meanwhile, the pull request that would take it back is closed, and forgotten only then', () => {
    const integration = makeIntegration({ promoted: TIP(3), ahead: false, promotions: [] })
    const given = (revert: RevertFacts | null) => {
      const reverts = new Map(revert === null ? [] : [[102, sha(0x110)]])
      return { tasks: [landing({ rollback }, revert)], integration, reverts, ledger: {} }
    }
    const recordedOf = (revert: RevertFacts | null) =>
      worldOf(given(revert)).find(isRecord)?.records.get(printTaskId(2))
    const effects = worldOf(given(makeRevert('open')))
    const names = effects.map(effect => effect.do)
    expect(names).not.toContain('land')
    expect(effects).toContainEqual(
      expect.objectContaining({ do: 'drop-branch', branch: printRevertBranch(102), sha: sha(0x110) }),
    )
    expect((recordedOf(makeRevert('open')) ?? { rollback }).rollback).toEqual(rollback)
    const closed = { ...makeRevert('open'), pull: makePull({ number: 110, state: 'closed', base }) }
    expect(recordedOf(closed)?.rollback).toBeNull()
    // Landed by another controller in that very moment, it is known to be gone.
    expect(recordedOf(makeRevert('merged'))?.undone).toMatchObject({ pull: 102 })
  })

  test('its gate tells who takes it back, and when somebody ended that, that a person has to', () => {
    const textOf = (given: Given) =>
      effectsOf(given).find(effect => effect.do === 'gate' && effect.pull === 502)
    const taking = textOf({})
    expect(taking).toMatchObject({
      conclusion: 'failure',
      summary: expect.stringContaining('Chorus takes it back'),
    })
    expect(taking).toMatchObject({ summary: expect.stringContaining('Red with this landing, twice,') })
    const gate = { id: 1, conclusion: 'failure', key: taking?.do === 'gate' ? taking.key : '' }
    const shown = makeIntegration({ promotions: [{ ...makePromotion(2, 2), gate }] })
    const reds = known([{ sha: TIP(2), at: at(80) }])
    expect(textOf({ integration: shown, tasks: [landing({ rollback })], ledger: reds })).toBeUndefined()
    const ended = textOf({ integration: shown, ledger: reds })
    expect(ended).toMatchObject({ summary: expect.stringMatching(/Mend it with a new pull request/) })
    expect(ended).not.toMatchObject({ summary: expect.stringContaining('Chorus takes it back') })
  })

  test('what cannot be asked a second time is not said to be red twice', () => {
    const elsewhere = makeCheck({ conclusion: 'failure', job: null })
    const integration = makeIntegration({ promotions: [{ ...makePromotion(2, 1), checks: [elsewhere] }] })
    const gate = effectsOf({ integration }).find(effect => effect.do === 'gate' && effect.pull === 502)
    expect(gate).toMatchObject({
      summary: expect.stringMatching(
        /Red with this landing and green without it.+could not be asked a second time/,
      ),
    })
    expect(JSON.stringify(gate)).not.toContain('twice')
  })

  test('taken back, it goes back to its agent once, with what CI said; then a person decides', () => {
    const record = recorded({ tasks: [landing({ rollback }, makeRevert('merged'))] })!.records.get(
      printTaskId(2),
    )!
    expect(record).toMatchObject({ undone: { pull: 102 }, stopped: null, voidThrough: 1 })
    expect(record.revisions).toMatchObject([
      { attempt: 2, why: 'ci', by: null, from: 'base', cause: `red:${TIP(2)}` },
    ])
    expect(record.revisions[0]!.text).toMatch(
      /passed alone and landed on integration[\s\S]+"test" failed\.\nboom/,
    )
    const again = landing({ rollback, revisions: record.revisions }, makeRevert('merged'))
    expect(recorded({ tasks: [again] })!.records.get(printTaskId(2))).toMatchObject({ stopped: { by: bot } })
  })
})

describe('147: two landings that are red by themselves', () => {
  const FOUR = [
    ...LANDED,
    { ...LANDED[2]!, sha: TIP(4), files: ['src/l2.ts', 'src/l4.ts'], message: 'feat: 4' },
  ]
  const redPull = { checks: [makeCheck({ conclusion: 'failure', job: { run: 71, tries: 2 } })] }
  const revertOf = (takes: string[], over: Partial<PullFacts> = {}): RevertFacts => {
    const made = makeRevert('open')
    const branch = printRevertBranch(takes[0] === TIP(4) ? 104 : 102)
    const head = { ...made.pull.head, branch }
    return { ...made, takes, pull: { ...made.pull, head, ours: true, ...over } }
  }
  /** Judged without the second: the third is green then, the fourth is not. */
  const without = (n: number, tries: number): WithoutFacts => {
    const promotion = makePromotion(n, tries)
    const checks = tries === 0 ? [makeCheck()] : promotion.checks
    const branch = printWithoutBranch(TIP(n), [TIP(2)])
    return { ...promotion, branch, head: sha(0x900 + n), left: [TIP(2)], checks }
  }
  const landed = (n: number, record: Partial<TaskRecord> = {}, revert: TaskFacts['revert'] = null) => ({
    ...makeReady(n, { state: 'merged', mergedSha: TIP(n), base }, record),
    revert,
  })
  const reds = (...numbers: number[]) => numbers.map(n => ({ sha: TIP(n), at: at(80) }))
  const four = (over: Partial<IntegrationFacts> = {}) =>
    makeIntegration({ landed: FOUR, head: TIP(4), ...over })
  /** What takes the second back is red, too. */
  const stuck = (over: Partial<IntegrationFacts> = {}, known = reds(2)) =>
    worldOf({
      tasks: [landed(2, { rollback }, revertOf([TIP(2)], redPull)), landed(4)],
      integration: four(over),
      ledger: { controls: { ...emptyControls, reds: known } },
    })
  const both = {
    ...rollback,
    pulls: [
      { issue: 2, pull: 102 },
      { issue: 4, pull: 104 },
    ],
  }
  const records = (effects: readonly Effect[]) => effects.find(isRecord)!.records
  const does = (effects: readonly Effect[], what: Effect['do']) =>
    effects.filter(effect => effect.do === what)

  test('what takes the first back is red once: CI is asked a second time', () => {
    const once = makeCheck({ conclusion: 'failure', job: { run: 71, tries: 1 } })
    const tasks = [landed(2, { rollback }, revertOf([TIP(2)], { checks: [once] })), landed(4)]
    const effects = effectsOf({ tasks, integration: four(), ledger: known(reds(2)) })
    expect(does(effects, 'rerun')).toMatchObject([{ pull: 110, run: 71 }])
    expect(does(effects, 'leave-out')).toEqual([])
  })

  test('red twice: the newest is judged without the first, though the branch never was so', () => {
    const [made, ...more] = does(stuck(), 'leave-out')
    expect(more).toEqual([])
    expect(made).toMatchObject({
      tip: TIP(4),
      into: 'main',
      branch: printWithoutBranch(TIP(4), [TIP(2)]),
      landed: [{ pull: 102, sha: TIP(2) }],
      message: expect.stringContaining(`This reverts commit ${TIP(2)}.`),
    })
  })

  test('red as well, it is searched, asked again, and kept from being merged', () => {
    const once = stuck({ promotions: [makePromotion(2, 2)], without: [without(3, 0), without(4, 1)] })
    expect(does(once, 'rerun')).toMatchObject([{ pull: 504, run: 70 }])
    expect(does(once, 'gate')).toContainEqual(
      expect.objectContaining({ pull: 503, head: sha(0x903), conclusion: 'failure' }),
    )
  })

  test('a branch that was only begun, or that somebody pushed to, says nothing and goes', () => {
    const begun = { ...without(4, 0), left: [], pull: null }
    const effects = stuck({ without: [begun] })
    const { branch, head } = begun
    expect(does(effects, 'drop-branch')).toContainEqual({ do: 'drop-branch', task: null, branch, sha: head })
    expect(does(effects, 'leave-out')).toMatchObject([{ tip: TIP(4) }])
  })

  const found = { without: [without(3, 0), without(4, 2)] }

  test('found, it is counted, and from now on both are taken back by one pull request', () => {
    const effects = stuck(found)
    const all = records(effects)
    expect(all.get(printTaskId(2))!.rollback).toBeNull()
    expect(all.get(printTaskId(4))!.rollback).toMatchObject({ pulls: both.pulls, confirmed: { by: bot } })
    expect(effects.find(isRecord)!.controls!.reds.map(one => one.sha)).toEqual([TIP(2), TIP(4)])
  })

  const together = (revert: TaskFacts['revert'], was: TaskFacts['revert'] = null) =>
    worldOf({
      tasks: [landed(2, {}, was), landed(4, { rollback: both }, revert)],
      integration: four(found),
      ledger: { controls: { ...emptyControls, reds: reds(2, 4) } },
      reverts: new Map([
        [102, sha(0x777)],
        [104, sha(0x778)],
      ]),
    })

  test('the pull request of the first one goes, the one of both is made, and each of them is told', () => {
    const effects = together(null, revertOf([TIP(2)], redPull))
    expect(does(effects, 'revert')).toMatchObject([
      { landed: [{ pull: 104 }, { pull: 102 }], branch: printRevertBranch(104) },
    ])
    // What CI said of the second stays until it goes back to its agent.
    const dropped = does(effects, 'drop-branch').map(effect => effect.do === 'drop-branch' && effect.branch)
    expect(dropped).toEqual([printRevertBranch(102), printWithoutBranch(TIP(3), [TIP(2)])])
    const told = does(effects, 'say').find(effect => effect.do === 'say' && effect.issue === 2)
    expect(JSON.stringify(told)).toContain('takes it along')
    expect(JSON.stringify(does(effects, 'gate'))).toContain('Red by itself as well')
  })

  test('landed, both go back to their agents with what CI said of each', () => {
    const merged = revertOf([TIP(4), TIP(2)], { state: 'merged', mergedSha: sha(0x5) })
    const all = records(together(merged))
    for (const n of [2, 4]) {
      const record = all.get(printTaskId(n))!
      expect(record).toMatchObject({ undone: { pull: 100 + n, because: 4 }, stopped: null, voidThrough: 1 })
      expect(record.revisions).toMatchObject([{ attempt: 2, why: 'ci', cause: `red:${TIP(n)}` }])
      expect(record.revisions[0]!.text).toContain('boom')
    }
  })

  test('the issue of one that another controller promoted in that moment is opened again, and not twice', () => {
    const merged = revertOf([TIP(4), TIP(2)], { state: 'merged', mergedSha: sha(0x5) })
    const record = records(together(merged)).get(printTaskId(2))!
    const closed = (when: number) => ({
      ...landed(2, record),
      issue: makeIssue({ number: 2, state: 'closed', closedAt: at(when) }),
      pull: null,
    })
    const opened = (when: number) => does(effectsOf({ tasks: [closed(when)], integration: four() }), 'reopen')
    // It was confirmed at 80, and is seen to be gone at 90.
    expect([opened(70), opened(85), opened(95)].map(effects => effects.length)).toEqual([1, 1, 0])
  })

  test('what landed without the first says nothing of it', () => {
    const merged = revertOf([TIP(4)], { state: 'merged', mergedSha: sha(0x5) })
    expect(records(together(merged)).get(printTaskId(2))?.undone ?? null).toBeNull()
  })

  test('too many were red within a day: a person hears which landings and files it may be', () => {
    const many = [...reds(2), ...Array.from({ length: 5 }, () => reds(9)).flat()]
    const gates = does(stuck({}, many), 'gate')
    expect(gates).toMatchObject([{ pull: 110 }, { pull: 502, title: 'Red, also without the culprit' }])
    expect(JSON.stringify(gates[1])).toMatch(/feat: 2.+`src\/l2.ts`.+feat: 3.+feat: 4.+`src\/l4.ts`/)
  })

  test('git cannot take them back: a person hears what changed the same files since', () => {
    const tasks = [landed(2, { rollback }, 'clash'), landed(4)]
    const effects = effectsOf({ tasks, integration: four(), ledger: known(reds(2)) })
    expect(JSON.stringify(does(effects, 'say'))).toMatch(
      /git cannot take #102 out.+These changed the same files since: feat: 4, 0000000 \(src\/l2\.ts\)/,
    )
  })
})

function rollbackAt(when: number) {
  return { by: bot, at: when, pulls: [], confirmed: { by: bot, at: when } }
}
