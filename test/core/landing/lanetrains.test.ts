import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JudgedFacts } from '../../../core/check.ts'
import type { IntegrationFacts } from '../../../core/landing/integration.ts'
import { parseJudgeTitle } from '../../../core/landing/judgement.ts'
import type { TrainFacts } from '../../../core/landing/trainfacts.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { printTrainBranch } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import { writeReverts } from '../../../core/words/rollback.ts'
import type { PullFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  alice,
  at,
  makeChange,
  makeCheck,
  makeConfig,
  makeGate,
  makeRecord,
  makeRepo,
  makeRules,
  makeWorld,
  sha,
} from '../../make.ts'
import { HEAD, makeReady } from './ready.ts'

const FROM = sha(0x100)
const TIP = (n: number) => sha(0x100 + n)
/** After our merge of the branch into it. */
const UPDATED = (n: number) => sha(0x3000 + n)

/** What landed, by what each changed. */
function makeIntegration(...files: string[]): IntegrationFacts {
  const landed = files.map((path, i) => ({
    sha: TIP(i + 1),
    files: [path],
    message: `feat: ${path}\n`,
    back: false,
  }))
  const head = landed.at(-1)?.sha ?? FROM
  const common = { branch: 'integration', head, landed, from: FROM, promoted: head, lacks: 'none' as const }
  return { ...common, ahead: false, rules: makeRules(), promotions: [], without: [], arrived: [], gone: [] }
}

const base = { branch: 'integration', sha: FROM }
const ready = (n: number, paths: string, over: Partial<PullFacts> = {}) =>
  makeReady(n, {
    base,
    mergeBase: FROM,
    current: false,
    changes: paths.split(' ').map(path => makeChange({ path })),
    ...over,
  })
const underWay = makeCheck({ status: 'in_progress', conclusion: null, startedAt: at(58) })
const updated = (n: number, paths: string, over: Partial<PullFacts> = {}) => {
  const one = ready(n, paths)
  const head = { ...one.pull!.head, sha: UPDATED(n) }
  const layers = [head.sha, HEAD(n)]
  return { ...one, pull: { ...one.pull!, head, layers, checks: [underWay], mergeBase: TIP(1), ...over } }
}
const emergency = (n: number, paths: string): TaskFacts => {
  const by = { id: 101, login: 'alice' }
  const landing = { is: 'emergency' as const, by, at: at(55), head: HEAD(n), why: '' }
  const one = ready(n, paths)
  return { ...one, record: makeRecord({ ...one.record, landing }) }
}
const landedAs = (n: number, tip: number, paths: string) =>
  ready(n, paths, { state: 'merged', mergedSha: TIP(tip) })

const train = (heads: readonly string[], over: Partial<TrainFacts> = {}): TrainFacts => ({
  branch: printTrainBranch('a'.repeat(16)),
  head: sha(0x2000),
  members: heads,
  base: TIP(1),
  pull: 500,
  at: at(50),
  checks: [makeCheck()],
  judged: [],
  gate: null,
  refusal: null,
  ...over,
})
const red = { checks: [makeCheck({ conclusion: 'failure' })] }
const running = { checks: [underWay] }
const late = train([HEAD(1), HEAD(2)], { base: TIP(24), checks: [makeCheck({ conclusion: 'timed_out' })] })

type Given = { merge?: object } & Partial<World>

function worldOf(
  tasks: readonly TaskFacts[],
  integration: IntegrationFacts,
  { merge = {}, ...over }: Given = {},
): World {
  const target = { branch: 'integration', head: integration.head! }
  const config = {
    ok: true as const,
    value: makeConfig({ merge: { strategy: 'lanes', ...merge }, checks: [{ name: 't', run: 'true' }] }),
  }
  return makeWorld({ tasks, integration, repo: makeRepo({ target }), config, ...over })
}

function acts(...given: Parameters<typeof worldOf>): string[] {
  const { effects } = plan(worldOf(...given), {
    now: at(60),
    digest: text => text.padEnd(64, '0').slice(-64),
  })
  return effects.flatMap(effect => {
    switch (effect.do) {
      case 'land':
        return [`land ${effect.pull}`]
      case 'update':
        return [`update ${effect.pull}`]
      case 'judge':
        return [`ask ${parseJudgeTitle(effect.title)!.sha.slice(-4)} ${effect.title.slice(-2)}`]
      case 'assemble':
        return [`judge ${effect.members.map(member => member.pull).join(' ')}`]
      case 'drop-branch':
        return effect.branch.startsWith('chorus/train/') ? [`drop ${effect.branch.slice(-1)}`] : []
      default:
        return []
    }
  })
}

const FROZEN = {
  ledger: {
    ...makeWorld().ledger,
    controls: { ...emptyControls, frozen: { by: alice, at: at(1) } },
  },
}

const CI = { rules: makeRules({ required: [{ name: 'test', appId: null }] }) }

const many = Array.from({ length: 24 }, (_, i) => i + 1)
const one = makeIntegration('a.ts')
/** Its first landing was red, and the second takes it back. */
const mended = {
  ...one,
  head: TIP(2),
  promoted: TIP(2),
  landed: [
    one.landed[0]!,
    { ...one.landed[0]!, sha: TIP(2), message: `revert\n\n${writeReverts(TIP(1))}\n` },
  ],
}
const REDS = {
  ledger: {
    ...makeWorld().ledger,
    controls: { ...emptyControls, reds: [{ sha: TIP(1), at: at(1) }] },
  },
}

describe('what is judged anew in lanes', () => {
  test.each<[string, string[], string[]]>([
    ['one is brought up to date', acts([ready(1, 'a.ts')], one), ['update 101']],
    [
      'who moved what has landed since has to do with that',
      acts([ready(1, 'b.ts', { changes: [makeChange({ path: 'b.ts', previous: 'a.ts' })] })], one),
      ['update 101'],
    ],
    [
      'an emergency alone',
      acts([ready(1, 'a.ts'), emergency(2, 'b.ts')], makeIntegration('a.ts', 'b.ts')),
      ['update 102'],
    ],
    [
      'as long as there are places, each by itself',
      acts([ready(1, 'a.ts'), ready(2, 'b.ts')], makeIntegration('a.ts', 'b.ts')),
      ['update 101', 'update 102'],
    ],
    [
      'who stands on one that is about to change waits for what that becomes',
      acts([ready(1, 'a.ts'), ready(2, 'a.ts')], one),
      ['update 101'],
    ],
    [
      'and is then judged on it, before it has landed',
      acts([updated(1, 'a.ts'), ready(2, 'a.ts'), ready(3, 'x.ts')], one),
      ['land 103'],
    ],
    [
      'whose very first CI runs is in nobody’s way',
      acts([ready(1, 'a.ts', { checks: [underWay] }), ready(2, 'a.ts', { mergeBase: TIP(1) })], one),
      ['land 102'],
    ],
    ['once nothing lands', acts([updated(1, 'a.ts'), ready(2, 'a.ts')], one), ['judge 101 102']],
    [
      'who is ahead has not left because GitHub is still thinking about it',
      acts([ready(1, 'a.ts', { mergeable: null }), ready(2, 'a.ts')], one),
      [],
    ],
    [
      'but for so long as it usually takes: some it never tells',
      acts([ready(1, 'a.ts', { mergeable: null, unsure: at(45) }), ready(2, 'a.ts')], one),
      ['update 102'],
    ],
    [
      'nor has who is at work anew',
      acts([updated(1, 'a.ts', { mergeable: null }), ready(2, 'a.ts')], one),
      ['judge 101 102'],
    ],
    [
      'nor has whose CI may begin at any moment',
      acts([updated(1, 'a.ts', { checks: [], gate: makeGate({ at: at(50) }) }), ready(2, 'a.ts')], one, CI),
      ['judge 101 102'],
    ],
    [
      'which it does soon or never',
      acts([updated(1, 'a.ts', { checks: [], gate: makeGate({ at: at(40) }) }), ready(2, 'a.ts')], one, CI),
      ['update 102'],
    ],
    [
      'on whom was red as the branch was nobody stands: he is brought up to date',
      acts([updated(1, 'a.ts', { ...red, gate: makeGate({ at: at(58) }) }), ready(2, 'a.ts')], mended, REDS),
      ['update 101', 'update 102'],
    ],
    [
      'who was red once nobody stands on',
      acts(
        [
          updated(1, 'a.ts', {
            checks: [
              makeCheck({
                status: 'in_progress',
                conclusion: null,
                startedAt: at(58),
                job: { run: 7, tries: 2 },
              }),
            ],
          }),
          ready(2, 'a.ts'),
        ],
        one,
      ),
      ['update 102'],
    ],
    [
      'nor who was red with others',
      acts([updated(1, 'a.ts'), ready(2, 'a.ts'), landedAs(3, 1, 'a.ts')], one, {
        trains: [train([HEAD(3), HEAD(1)], { ...red, base: FROM })],
      }),
      ['update 102'],
    ],
    [
      'more than there are places for: several by one run',
      acts(
        many.map(n => ready(n, `f${n}.ts`)),
        makeIntegration(...many.map(n => `f${n}.ts`)),
      ),
      [1, 3, 5, 7, 9, 11, 13, 15, 17, 19].map(n => `judge ${100 + n} ${101 + n}`),
    ],
    [
      'unless the configuration says one by one',
      acts(
        many.map(n => ready(n, `f${n}.ts`)),
        makeIntegration(...many.map(n => `f${n}.ts`)),
        { merge: { together: 1 } },
      ),
      many.slice(0, 10).map(n => `update ${100 + n}`),
    ],
    ['or GitHub does not let us', acts([updated(1, 'a.ts'), ready(2, 'a.ts')], one, { combines: false }), []],
    ...[
      ['however many wait: each by himself', { combines: false }],
      ['nor, after one that ran out of time, is anybody left waiting', { trains: [late] }],
    ].map(([what, over]): [string, string[], string[]] => [
      String(what),
      acts(
        many.map(n => ready(n, `f${n}.ts`)),
        makeIntegration(...many.map(n => `f${n}.ts`)),
        over as Partial<World>,
      ),
      many.slice(0, 10).map(n => `update ${100 + n}`),
    ]),
    [
      'or one has come to no end',
      acts([updated(1, 'a.ts'), ready(2, 'a.ts'), ready(3, 'y.ts'), ready(4, 'y.ts')], one, {
        trains: [
          train([HEAD(3), HEAD(4)], {
            at: at(-9),
            checks: [makeCheck({ conclusion: 'cancelled', startedAt: at(-9) })],
          }),
        ],
      }),
      ['land 103'],
    ],
  ])('%s', (_, done, wanted) => {
    expect(done).toEqual(wanted)
  })
})

describe('what was judged together in lanes', () => {
  const near = [ready(1, 'a.ts'), ready(2, 'a.ts')]
  const apart = [ready(1, 'a.ts'), ready(2, 'b.ts')]
  const both = [HEAD(1), HEAD(2)]
  const two = makeIntegration('a.ts', 'b.ts')
  const on2 = { base: TIP(2) }
  test.each<[string, string[], string[]]>([
    [
      'green, each lands by its own',
      acts(apart, two, { trains: [train(both, on2)] }),
      ['land 101', 'land 102'],
    ],
    ['of two that touch the same the first', acts(near, one, { trains: [train(both)] }), ['land 101']],
    [
      'and the other when that is there: no other run is needed',
      acts([landedAs(1, 2, 'a.ts'), near[1]!], makeIntegration('a.ts', 'a.ts'), { trains: [train(both)] }),
      ['land 102'],
    ],
    [
      'a person pushed what they touch between verdict and landing: judged anew',
      acts([landedAs(1, 2, 'a.ts'), near[1]!], makeIntegration('a.ts', 'a.ts', 'a.ts'), {
        trains: [train(both)],
      }),
      ['update 102', 'drop a'],
    ],
    [
      'what has nothing to do with it voids nothing',
      acts([landedAs(1, 2, 'a.ts'), near[1]!], makeIntegration('a.ts', 'a.ts', 'x.ts'), {
        trains: [train(both)],
      }),
      ['land 102'],
    ],
    [
      'a member that changed makes it worthless',
      acts([near[0]!, ready(2, 'a.ts', { head: { ...near[1]!.pull!.head, sha: sha(0x77) } })], one, {
        trains: [train(both)],
      }),
      ['update 101', 'drop a'],
    ],
    ['while it runs they wait', acts(apart, two, { trains: [train(both, { ...on2, ...running })] }), []],
    [
      'not so who may land by itself',
      acts([...apart, ready(3, 'z.ts')], two, { trains: [train(both, { ...on2, ...running })] }),
      ['land 103'],
    ],
    [
      'red, each is looked at by itself',
      acts(apart, two, { trains: [train(both, { ...on2, ...red })] }),
      ['update 101', 'update 102'],
    ],
    [
      'red when the first has landed: the other, by its own CI',
      acts([landedAs(1, 2, 'a.ts'), near[1]!], makeIntegration('a.ts', 'a.ts'), {
        trains: [train(both, red)],
      }),
      ['update 102'],
    ],
    [
      'red of eight: its beginnings',
      acts(
        many.slice(0, 8).map(n => ready(n, 'a.ts')),
        one,
        { trains: [train(many.slice(0, 8).map(HEAD), red)] },
      ),
      ['update 101'],
    ],
    [
      'green before its member’s own CI has ended: that is awaited',
      acts([updated(1, 'a.ts'), ready(2, 'a.ts')], one, { trains: [train([UPDATED(1), HEAD(2)])] }),
      [],
    ],
    [
      'also where its members have nothing to do with one another',
      acts([updated(1, 'a.ts'), ready(2, 'b.ts')], two, { trains: [train([UPDATED(1), HEAD(2)], on2)] }),
      [],
    ],
    [
      'which keeps nobody else waiting',
      acts([updated(1, 'a.ts'), ready(2, 'a.ts'), ready(3, 'b.ts')], two, {
        trains: [train([UPDATED(1), HEAD(2)], on2)],
      }),
      ['update 103'],
    ],
    [
      'a member that is held for a moment has not left',
      acts([ready(1, 'a.ts', { labels: ['hold'] }), near[1]!], one, { trains: [train(both)] }),
      ['update 102'],
    ],
    [
      'for longer: nothing is left open for it',
      acts([ready(1, 'a.ts', { labels: ['hold'] }), near[1]!], one, { trains: [train(both, { at: at(0) })] }),
      ['update 102', 'drop a'],
    ],
    [
      'red, it is known for as long as one of them is there',
      acts([ready(1, 'a.ts', { labels: ['hold'] }), near[1]!], one, {
        trains: [train(both, { ...red, at: at(0) })],
      }),
      ['update 102'],
    ],
    [
      'but for a freeze, however long: nobody has left',
      acts(near, one, { trains: [train(both, { at: at(-400) })], ...FROZEN }),
      [],
    ],
    [
      'which CI is still at work on',
      acts([ready(1, 'a.ts', { labels: ['hold'] }), near[1]!], one, {
        trains: [train(both, { at: at(0), ...running })],
      }),
      ['update 102'],
    ],
    ['all have landed', acts([landedAs(1, 2, 'a.ts')], one, { trains: [train([HEAD(1)])] }), ['drop a']],
    [
      'it stands on nobody knows what',
      acts(near, one, { trains: [train(both, { members: null, base: null })] }),
      ['update 101', 'drop a'],
    ],
  ])('%s', (_, done, wanted) => {
    expect(done).toEqual(wanted)
  })

  test.each<[string, Partial<TrainFacts>, string[]]>([
    ['says once that it only judges', {}, ['500 failure Only judged, never merged']],
    ['not again', { gate: { id: 1, conclusion: 'failure', key: 'only judges' } }, []],
    ['not while it has no pull request', { pull: null }, []],
    ['nor where it goes', { members: null, base: null }, []],
  ])('a combination %s', (_, over, wanted) => {
    const world = worldOf(near, one, { trains: [train(both, { ...running, ...over })] })
    const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
    const said = effects.flatMap(effect =>
      effect.do === 'gate' && effect.task === null
        ? `${effect.pull} ${effect.conclusion} ${effect.title}`
        : [],
    )
    expect(said).toEqual(wanted)
  })

  test('red as the branch is, it says nothing, and nothing else is judged together meanwhile', () => {
    const integration = makeIntegration('a.ts')
    const promotion = {
      branch: `chorus/promote/${TIP(1)}`,
      tip: TIP(1),
      head: TIP(1),
      pull: 600,
      at: at(40),
      ...red,
      judged: [],
      gate: { id: 1, conclusion: 'failure', key: 'culprit' },
      refusal: null,
    }
    const isRed = { ...integration, promoted: FROM, ahead: true, promotions: [promotion] }
    expect(
      acts([updated(1, 'a.ts'), ready(2, 'a.ts')], isRed, { trains: [train([UPDATED(1), HEAD(2)], red)] }),
    ).toEqual(['drop a'])
  })
})

const PATHS = ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'package.json']
const paths = fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 2 })
const state = fc.constantFrom('green', 'red', 'running')
const situations = fc.record({
  landed: fc.array(fc.constantFrom(...PATHS), { maxLength: 4 }),
  pulls: fc.array(fc.record({ paths, stands: fc.nat({ max: 4 }), runs: fc.boolean() }), { maxLength: 9 }),
  trains: fc.array(
    fc.record({
      members: fc.uniqueArray(fc.nat({ max: 8 }), { minLength: 2, maxLength: 5 }),
      base: fc.nat({ max: 4 }),
      state,
    }),
    { maxLength: 4 },
  ),
})

const touch = (a: readonly string[], b: readonly string[]) =>
  [a, b].some(one => one.includes('package.json')) || a.some(path => b.includes(path))

test('whatever was judged and landed: nothing lands that was not judged with all that it touches', () => {
  fc.assert(
    fc.property(situations, ({ landed, pulls, trains }) => {
      const place = (n: number) => Math.min(n, landed.length)
      const on = (n: number) => (place(n) === 0 ? FROM : TIP(place(n)))
      const tasks = pulls.map(({ paths, stands, runs }, i) =>
        (runs ? updated : ready)(i + 1, paths.join(' '), { mergeBase: on(stands) }),
      )
      const facts = trains.map(({ members, base: n, state: is }, i) =>
        train(
          members.flatMap(k => tasks[k]?.pull?.head.sha ?? sha(0x9000 + k)),
          {
            branch: printTrainBranch(String(i).repeat(16)),
            base: on(n),
            ...(is === 'green' ? {} : is === 'red' ? red : running),
          },
        ),
      )
      const done = acts(tasks, makeIntegration(...landed), { trains: facts })
      const numbers = (what: string) =>
        done.filter(act => act.startsWith(what)).map(act => Number(act.split(' ')[1]) - 101)
      const lands = numbers('land')
      for (const i of lands) {
        const { paths: own, stands, runs } = pulls[i]!
        expect(runs).toBe(false)
        const since = (n: number) => landed.slice(place(n)).some(path => touch([path], own))
        const together = trains.some(
          ({ members, base: n, state: is }) => is === 'green' && members.includes(i) && !since(n),
        )
        expect(together || !since(stands)).toBe(true)
        for (const other of lands) if (other !== i) expect(touch(own, pulls[other]!.paths)).toBe(false)
      }
      // Who is at work is not sent back to the start, and nobody both lands and changes.
      for (const i of numbers('update')) expect(lands.includes(i) || pulls[i]!.runs).toBe(false)
    }),
    { seed: 6, numRuns: 300 },
  )
})

describe('where the merge job judges in lanes', () => {
  const asked = (number: number, over: Partial<JudgedFacts> = {}): JudgedFacts => ({
    ...{ try: number, run: 70 + number, url: null, verdict: 'passed', at: at(55), tail: null },
    ...{ refusal: null, usual: null },
    ...over,
  })
  const job = (tasks: readonly TaskFacts[], integration: IntegrationFacts, underWay = 0) =>
    acts(tasks, integration, {
      merge: { judge: 'job' },
      judge: { key: '0123456789ab', underWay },
    })
  const green = { judged: [asked(1)] }
  const parallel = makeConfig({}).limits.parallel
  const due = { checks: [makeCheck()], judged: [] }
  test.each<[string, string[], string[]]>([
    ['what is new is judged as it is', job([ready(1, 'b.ts')], one), ['ask 1001 #1']],
    ['green, it lands', job([ready(1, 'b.ts', green)], one), ['land 101']],
    [
      'red once, it is asked again',
      job([ready(1, 'b.ts', { judged: [asked(1, { verdict: 'failed' })] })], one),
      ['ask 1001 #2'],
    ],
    [
      'brought up to date and red once, nobody stands on it',
      job(
        [
          updated(1, 'a.ts', {
            ...due,
            judged: [asked(1, { verdict: 'failed' }), asked(2, { verdict: null, at: at(58) })],
          }),
          ready(2, 'a.ts', green),
        ],
        one,
      ),
      ['update 102'],
    ],
    [
      'in an emergency nobody asks about what makes room for it',
      acts([emergency(1, 'b.ts'), ready(2, 'a.ts', green), ready(3, 'a.ts', green)], one, {
        merge: { judge: 'job' },
        judge: { key: '0123456789ab', underWay: 0 },
        trains: [train([HEAD(2), HEAD(3)])],
      }),
      ['ask 1001 #1', 'drop a'],
    ],
    ['brought up to date, it is asked', job([updated(1, 'a.ts', due)], one), ['ask 3001 #1']],
    [
      'who is asked for the first time keeps nobody from being brought up to date, also where no place is free',
      job([ready(1, 'b.ts'), ready(2, 'a.ts', green)], one, parallel),
      ['update 102'],
    ],
    [
      'as long as the job judges what was brought up to date nobody overtakes it',
      job(
        [
          updated(1, 'a.ts', {
            ...due,
            judged: [asked(1, { verdict: null, at: at(20) })],
            gate: makeGate({ at: at(10) }),
          }),
          ready(2, 'a.ts', green),
        ],
        one,
      ),
      ['judge 101 102'],
    ],
  ])('%s', (_, done, wanted) => {
    expect(done).toEqual(wanted)
  })
})
