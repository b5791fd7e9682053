import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../core/config/config.ts'
import { diagnose } from '../../../core/doctor/doctor.ts'
import type { Finding } from '../../../core/doctor/finding.ts'
import type { Probe } from '../../../core/doctor/probe.ts'
import { printTaskId } from '../../../core/names.ts'
import { PERMISSIONS } from '../../../core/permissions.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  CI_APP,
  makeClaim,
  makeConfig,
  makeIssue,
  makePull,
  makeReport,
  makeRules,
  makeRun,
  makeTask,
  makeWorld,
  OUR_APP,
  sha,
} from '../../make.ts'

const EVENTS = ['issues', 'push']
const GATE = { name: 'chorus/gate', appId: OUR_APP.id }

function makeProbe(overrides: Partial<Probe> = {}): Probe {
  return {
    permissions: Object.fromEntries(Object.entries(PERMISSIONS).map(([name, { level }]) => [name, level])),
    events: EVENTS,
    secrets: { is: 'read', value: ['OPENAI_API_KEY'] },
    workflow: { is: 'read', value: 'active' },
    rulesets: { is: 'read', value: [{ id: 5, name: 'main', target: 'branch', bypass: false }] },
    prompts: { is: 'read', value: [] },
    refs: { works: true },
    ...overrides,
  }
}

/** A task of which a run has already shown that runs work. */
function makeSeen(overrides: Partial<TaskFacts> = {}): TaskFacts {
  const reports = new Map([[1, { sha: sha(9), report: { ok: true as const, value: makeReport() } }]])
  return makeTask({ runs: [makeRun()], reports, ...overrides })
}

/** Everything is right. */
function makeHealthy(overrides: Partial<World> = {}): World {
  return makeWorld({
    tasks: [makeSeen()],
    rules: makeRules({ required: [GATE], strict: true }),
    ...overrides,
  })
}

function findingsOf(world: World, probe: Probe): Finding[] {
  return diagnose(world, probe, EVENTS).filter(finding => finding.level !== 'ok')
}

test('a healthy repository has nothing to complain about', () => {
  expect(findingsOf(makeHealthy(), makeProbe())).toEqual([])
})

const hidden = { is: 'hidden', why: 'the app is not granted secrets=read' } as const
const config = (value: unknown) => ({ config: { ok: true as const, value: makeConfig(value) } })

const lanes: NonNullable<World['integration']> = {
  branch: 'integration',
  head: sha(1),
  landed: [],
  from: sha(1),
  promoted: null,
  lacks: 'none',
  ahead: false,
  rules: makeRules({ required: [GATE] }),
  promotions: [],
  without: [],
  arrived: [],
  gone: [],
}

test('with lanes the gate is asked for where promotions go', () => {
  const world = { ...config({ merge: { strategy: 'lanes' } }), rules: makeRules(), integration: lanes }
  expect(findingsOf(makeHealthy(world), makeProbe()).map(({ what }) => what)).not.toContain(
    'the gate is required',
  )
})

test.each<[string, Partial<World>, RegExp]>([
  [
    'up-to-date branches',
    { rules: makeRules({ required: [GATE], strict: true }) },
    /^train: exact: CI has judged.+at most: as many as `merge.together` for each run of CI$/,
  ],
  [
    'nothing special',
    { rules: makeRules({ required: [GATE] }) },
    /^direct: as tested on its own base.+at most: as fast as CI passes/,
  ],
  [
    'lanes',
    { ...config({ merge: { strategy: 'lanes' } }), rules: makeRules(), integration: lanes },
    /^lanes: lanes: what shares no file.+at most: as fast as CI passes/,
  ],
  [
    'a person lands',
    config({ merge: { strategy: 'pr' } }),
    /^person: .+at most: as fast as people press it$/,
  ],
])('how pull requests land is told, with what that promises and how fast it can be: %s', (_, world, said) => {
  const found = diagnose(makeHealthy(world), makeProbe(), EVENTS).find(
    ({ what }) => what === 'how pull requests land',
  )
  expect(found).toMatchObject({ level: 'ok', why: expect.stringMatching(said) })
})

describe('what is wrong is found, alone, and told with a fix', () => {
  const situations: [string, 'warn' | 'bad', RegExp, Partial<World>, Partial<Probe>][] = [
    ['nothing requires the gate', 'bad', /nothing on main requires/, { rules: makeRules() }, {}],
    ['1: no rule at all', 'bad', /nothing on main requires/, { rules: makeRules({ required: [] }) }, {}],
    [
      'any app may report the gate',
      'warn',
      /any app/,
      { rules: makeRules({ required: [{ name: 'chorus/gate', appId: null }] }) },
      {},
    ],
    [
      'the gate is pinned to another app',
      'bad',
      /nothing can land/,
      { rules: makeRules({ required: [{ name: 'chorus/gate', appId: CI_APP }] }) },
      {},
    ],
    [
      'a pool that cannot be used',
      'bad',
      /no such/,
      { pool: { name: 'p', is: 'closed', why: 'no such' } },
      {},
    ],
    ['no caller file', 'bad', /is not on main/, { caller: { is: 'missing' } }, {}],
    ['an old caller file', 'bad', /version 0/, { caller: { is: 'outdated', version: 0 } }, {}],
    [
      'a disabled workflow',
      'bad',
      /disabled_manually/,
      {},
      { workflow: { is: 'read', value: 'disabled_manually' } },
    ],
    [
      'P7: a permission that was never accepted',
      'bad',
      /checks: write/,
      {},
      { permissions: { ...makeProbe().permissions, checks: 'read' } },
    ],
    ['an event that is not subscribed', 'warn', /push/, {}, { events: ['issues'] }],
    ['a missing secret', 'warn', /OPENAI_API_KEY/, {}, { secrets: { is: 'read', value: [] } }],
    ['secrets that cannot be seen', 'warn', /unproven here/, {}, { secrets: hidden }],
    [
      'a secret under a name that does not travel',
      'bad',
      /MY_KEY/,
      config({ agents: { codex: { cli: 'codex', secrets: ['MY_KEY'] } } }),
      { secrets: { is: 'read', value: ['MY_KEY'] } },
    ],
    ['refs that cannot be made', 'bad', /no way/, {}, { refs: { works: false, why: 'no way' } }],
    [
      'P5: an app on a bypass list, which would pass by rules by the direct call and not by the queue',
      'bad',
      /skip required checks/,
      {},
      { rulesets: { is: 'read', value: [{ id: 5, name: 'main', target: 'branch', bypass: true }] } },
    ],
    [
      'lanes, and a merge queue on the default branch',
      'bad',
      /no promotion can go through one/,
      {
        integration: {
          branch: 'integration',
          head: null,
          landed: [],
          from: sha(1),
          promoted: null,
          lacks: 'none',
          ahead: false,
          rules: makeRules({ required: [GATE], queue: true }),
          promotions: [],
          without: [],
          arrived: [],
          gone: [],
        },
      },
      {},
    ],
    [
      'lanes, and somebody moved the branch away from a landing',
      'bad',
      /moved integration away from what landed for #7 \(0000009\)/,
      {
        ...config({ merge: { strategy: 'lanes' } }),
        integration: { ...lanes, gone: [`0000009${'0'.repeat(33)}`] },
        tasks: [makeSeen({ pull: makePull({ state: 'merged', mergedSha: `0000009${'0'.repeat(33)}` }) })],
      },
      {},
    ],
    [
      'lanes, and a default branch that takes only rebases',
      'bad',
      /neither merge commits nor squashes/,
      {
        ...config({ merge: { strategy: 'lanes' } }),
        integration: { ...lanes, rules: makeRules({ required: [GATE], methods: ['rebase'] }) },
      },
      {},
    ],
    [
      'lanes, and a linear history before the default branch',
      'warn',
      /integration asks for a linear history: what people bring to main has to be merged back there and/,
      {
        ...config({ merge: { strategy: 'lanes' } }),
        rules: makeRules({ required: [GATE], linear: true }),
        integration: lanes,
      },
      {},
    ],
    [
      'and a default branch that takes only squashes',
      'bad',
      /and so is each promotion, as it is a squash/,
      {
        ...config({ merge: { strategy: 'lanes' } }),
        rules: makeRules({ required: [GATE], linear: true }),
        integration: { ...lanes, rules: makeRules({ required: [GATE], linear: true }) },
      },
      {},
    ],
    [
      'merges where history must be linear',
      'warn',
      /does not take/,
      { ...config({ merge: { method: 'merge' } }), rules: makeRules({ required: [GATE], linear: true }) },
      {},
    ],
    [
      'with lanes, nothing on the default branch requires the gate',
      'bad',
      /nothing on main requires/,
      { ...config({ merge: { strategy: 'lanes' } }), integration: { ...lanes, rules: makeRules() } },
      {},
    ],
    [
      'a merge queue that GitHub does not show',
      'bad',
      /queue/,
      { rules: makeRules({ required: [GATE], queue: true }) },
      {},
    ],
    [
      'a claim that somebody else made',
      'warn',
      /without this app’s seal: bd-/,
      { tasks: [makeSeen({ claims: [makeClaim({ sealed: false })] })] },
      {},
    ],
    [
      'a branch that nobody needs any more',
      'warn',
      /agent\/codex\//,
      {
        tasks: [
          makeSeen({
            issue: makeIssue({ state: 'closed' }),
            pull: null,
            branches: new Map([['agent/codex/bd-1234', sha(9)]]),
          }),
        ],
      },
      {},
    ],
    [
      'what an issue left that was moved away',
      'warn',
      /issues that are here no longer: refs\/chorus\/claims\/bd-1234\/1$/,
      {
        orphans: [
          { task: 'bd-1234', refs: ['refs/chorus/claims/bd-1234/1'], sure: true, runs: [], until: 0 },
        ],
      },
      {},
    ],
    [
      'a label for an agent that does not exist',
      'warn',
      /#7 \(agent:ghost\)/,
      { tasks: [makeSeen({ issue: makeIssue({ labels: ['agent:ghost'] }) })] },
      {},
    ],
  ]
  test.each(situations)('%s', (_situation, level, why, world, probe) => {
    const found = findingsOf(makeHealthy(world), makeProbe(probe))
    expect(found.map(finding => finding.level)).toEqual([level])
    expect(found[0]!.why).toMatch(why)
    expect(found[0]!.fix).not.toBe('')
  })
})

describe('what agents learn grows with what lands', () => {
  const landed = (count: number, closedAt: number) =>
    Array.from({ length: count }, (_, i) =>
      makeSeen({
        id: printTaskId(100 + i),
        issue: makeIssue({ number: 100 + i, state: 'closed', closedAt }),
        pull: makePull({ state: 'merged' }),
      }),
    )
  const learned = (at: number) => ({
    text: 'Run it.',
    task: 'bd-1',
    agent: 'codex',
    at,
    type: 'feat',
    paths: [],
  })
  const find = (tasks: TaskFacts[], at: readonly number[]) => {
    const { ledger } = makeWorld()
    const controls = { ...ledger.controls, learnings: at.map(learned) }
    const world = makeHealthy({ tasks: [makeSeen(), ...tasks], ledger: { ...ledger, controls } })
    return diagnose(world, makeProbe(), EVENTS).find(({ what }) => what === 'learnings grow')
  }
  test.each<[string, TaskFacts[], number[], 'ok' | 'warn', string]>([
    ['nothing has landed', [], [], 'ok', 'none so far; 0 landed since then'],
    ['some have, and taught nothing', landed(9, at(5)), [], 'ok', 'none so far; 9 landed since then'],
    ['many have, and taught nothing', landed(10, at(5)), [], 'warn', '10 tasks have landed since then'],
    ['many have, and one taught', landed(12, at(5)), [at(1), at(5)], 'ok', '2 known, the newest of 20'],
    ['it was long ago', landed(12, at(5)), [at(1)], 'warn', '1 known, the newest of 20'],
  ])('%s', (_, tasks, known, level, why) =>
    expect(find(tasks, known)).toMatchObject({ level, why: expect.stringContaining(why) }),
  )
})

test('every problem of the configuration is a finding with its path', () => {
  const broken = parseConfig({ limits: { attempts: 0 }, merge: { method: 'fast' } })
  const found = findingsOf(makeHealthy({ config: broken }), makeProbe())
  expect(found.map(finding => finding.why.split(':')[0])).toEqual(['limits.attempts', 'merge.method'])
})

test('before the first run, what only a run can show is said to be unproven', () => {
  const world = makeHealthy({ tasks: [makeTask({ reports: new Map(), runs: [] })] })
  const found = findingsOf(world, makeProbe())
  expect(found.map(finding => finding.level)).toEqual(['warn', 'warn'])
  for (const finding of found) expect(finding.why).toMatch(/unproven here/)
})

test('a ledger that somebody wrote on is said file by file, with what puts it right', () => {
  const { ledger } = makeWorld()
  const records = new Map([['bd-rdhc', 'foreign' as const]])
  const world = makeHealthy({ ledger: { ...ledger, broken: { controls: 'missing', records } } })
  const found = findingsOf(world, makeProbe())
  expect(found.map(({ level, why }) => [level, why.split(' ')[0]])).toEqual([
    ['bad', 'controls.json'],
    ['bad', 'tasks/bd-rdhc.json'],
  ])
  expect(found[0]?.fix).toContain('revert the commit')
})

describe('a repository’s own words for agents', () => {
  const own = (name: string, text: string) =>
    findingsOf(makeHealthy(), makeProbe({ prompts: { is: 'read', value: [{ name, text }] } }))
  const whole = '<!-- chorus-prompt: review 1 -->\n{{file}} {{task}} {{checks}} {{diff}} {{problems}}'
  test.each<[string, string, string, object[]]>([
    ['right', 'review', whole, []],
    [
      'without something that agents have to know',
      'review',
      whole.replace('{{diff}}', ''),
      [
        {
          level: 'bad',
          what: '.github/chorus/prompts/review.md',
          why: expect.stringMatching(/^\{\{diff\}\}: is missing/),
        },
      ],
    ],
    [
      'with a slip',
      'review',
      `${whole} {{dif}}`,
      [{ level: 'bad', why: expect.stringContaining('did you mean {{diff}}?') }],
    ],
    [
      'hidden where agents do not see it',
      'review',
      whole.replace('{{diff}}', '<!-- {{diff}} -->'),
      [{ level: 'bad', why: expect.stringContaining('is missing') }],
    ],
    [
      'after another version',
      'review',
      whole.replace('review 1', 'review 99'),
      [
        {
          level: 'warn',
          why: expect.stringContaining('after version 99 of the prompt, and this release has version 1'),
        },
      ],
    ],
    [
      'without a version',
      'review',
      whole.replace(/<.*>/, ''),
      [{ level: 'warn', why: expect.stringContaining('begin it with `<!-- chorus-prompt: review 1 -->`') }],
    ],
    [
      'under a name that nobody reads',
      'reveiw',
      whole,
      [{ level: 'warn', why: expect.stringContaining('there are: work, plan-spec') }],
    ],
  ])('%s', (_, name, text, expected) => expect(own(name, text)).toMatchObject(expected))
})
