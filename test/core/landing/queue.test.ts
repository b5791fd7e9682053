import { describe, expect, test } from 'vitest'
import type { EntryFacts, QueueFacts } from '../../../core/landing/queuefacts.ts'
import { GATE_CHECK } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { PullFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeConfig,
  makeGate,
  makeIssue,
  makeReview,
  makeRules,
  makeWorld,
  OUR_APP,
  sha,
} from '../../make.ts'
import { HEAD, makeReady } from './ready.ts'

const GROUP = (issue: number) => sha(0x2000 + issue)

const gate = (key: string, conclusion: 'success' | null = 'success', title = '') =>
  makeGate({ key, conclusion, title, status: conclusion === null ? 'in_progress' : 'completed' })
const added = (issue: number, over: Partial<PullFacts> = {}) =>
  makeReady(issue, { gate: gate('queue 1 at 1 AWAITING_CHECKS'), ...over })

function makeEntry(issue: number, over: Partial<EntryFacts> = {}): EntryFacts {
  const group = { head: GROUP(issue), at: at(59), reports: 1, gate: null }
  return { pull: issue + 100, head: null, state: 'AWAITING_CHECKS', expected: null, group, ...over }
}

const required = [{ name: GATE_CHECK, appId: OUR_APP.id }]

function acts(
  tasks: readonly TaskFacts[],
  queue: Partial<QueueFacts> | null,
  over: Partial<World> = {},
  now: number = at(60),
): string[] {
  const facts = queue === null ? null : { timeout: 60 * 60_000, entries: [], removals: new Map(), ...queue }
  const rules = makeRules({ queue: true, required })
  const world = makeWorld({ tasks, rules, queue: facts, ...over })
  return plan(world, { now, digest: text => text.padEnd(64, '0').slice(-64) }).effects.flatMap(effect => {
    switch (effect.do) {
      case 'enqueue':
        return [`add ${effect.pull} at ${effect.head.slice(-4)} (${effect.key})`]
      case 'dequeue':
        return [`remove ${effect.pull}`]
      case 'gate':
        return effect.key === 'group'
          ? [`group ${effect.head.slice(-4)}`]
          : [`gate ${effect.pull} ${effect.conclusion}: ${effect.title}`]
      case 'land':
      case 'update':
      case 'assemble':
        return [effect.do]
      default:
        return []
    }
  })
}

function redTwice(
  over: Partial<PullFacts>,
  asked: Partial<World['rules']> = {},
  why = 'failed_checks',
): string[] {
  const one = added(1, { gate: gate('queue 2 at 1'), reviews: [makeReview({ sha: HEAD(1) })], ...over })
  const rules = makeRules({ queue: true, required, ...asked })
  return acts([one], { removals: new Map([[101, why]]) }, { rules })
}

const urgent = {
  landing: { is: 'emergency' as const, by: { id: 101, login: 'alice' }, at: at(55), head: HEAD(2), why: '' },
}
const stuck = { reports: 0, gate: null }
const before = makeEntry(1, { group: { head: GROUP(1), at: at(0), ...stuck } })
const passed = makeEntry(1, { group: { head: GROUP(1), at: at(59), reports: 1, gate: gate('group') } })

describe('where GitHub’s merge queue is on', () => {
  test.each<[string, string[], string[]]>([
    [
      'what passes is added, once',
      acts([makeReady(1), makeReady(2)], {}),
      ['add 101 at 1001 (queue 1 in)', 'add 102 at 1002 (queue 1 in)'],
    ],
    [
      'also where branches have to be up to date, and it is not',
      acts(
        [makeReady(1, { current: false })],
        {},
        { rules: makeRules({ queue: true, strict: true, required }) },
      ),
      ['add 101 at 1001 (queue 1 in)'],
    ],
    [
      'added, its gate tells where it stands, and the group has the gate',
      acts([added(1, { gate: gate('queue 1 in') })], { entries: [makeEntry(1)] }),
      ['gate 101 success: In GitHub’s merge queue, position 1 of 1', 'group 2001'],
    ],
    ['told, nothing is written again', acts([added(1)], { entries: [passed] }), []],
    [
      'far behind it is not told place by place',
      acts([added(1, { gate: gate('queue 1 at 10 or more') })], {
        entries: [
          ...Array.from({ length: 14 }, (_, i) => makeEntry(50 + i, { group: null })),
          makeEntry(1, { group: null }),
        ],
      }),
      [],
    ],
    [
      'where the gate is not required, no group needs it',
      acts([added(1)], { entries: [makeEntry(1)] }, { rules: makeRules({ queue: true }) }),
      [],
    ],
    [
      'nor one where GitHub does not tell who is in it',
      acts([], { entries: [{ ...makeEntry(7), pull: 0 }, makeEntry(7)] }),
      [],
    ],
    ['a group of others alone has it', acts([], { entries: [makeEntry(7)] }), ['group 2007']],
    [
      'what must not land any more leaves, and no group with it in is green',
      acts([added(1, { labels: ['hold'] }), added(2)], { entries: [makeEntry(1), makeEntry(2)] }),
      [
        'remove 101',
        'gate 101 null: labels: the pull request carries hold',
        'gate 102 success: In GitHub’s merge queue, position 2 of 2',
      ],
    ],
    [
      'while GitHub thinks about whether it merges, it stays',
      acts([added(1, { mergeable: null })], { entries: [passed] }),
      [],
    ],
    [
      'while an emergency goes first, too: what is not green would be taken out',
      acts([added(1), makeReady(2, {}, urgent)], { entries: [passed] }),
      ['add 102 at 1002 (queue 1 in)'],
    ],
    [
      'Q7: gone without a word, it is added once more',
      acts([added(1)], {}),
      ['add 101 at 1001 (queue 2 in)'],
    ],
    [
      'O2: told and perhaps never put in, as who told it died: that was no try',
      acts([added(1, { gate: gate('queue 2 in') })], {}),
      ['add 101 at 1001 (queue 2 in)'],
    ],
    [
      'O2: taken out before anybody looked, that was one',
      acts([added(1, { gate: gate('queue 2 in') })], { removals: new Map([[101, null]]) }),
      ['gate 101 null: GitHub’s merge queue did not merge it, twice'],
    ],
    [
      'gone twice, a person hears of it',
      acts([added(1, { gate: gate('queue 2 at 1') })], { removals: new Map([[101, 'failed_checks']]) }),
      ['gate 101 null: GitHub’s merge queue did not merge it, twice'],
    ],
    [
      'red twice on top of what landed, its own CI is to tell of it',
      redTwice({ current: false }),
      ['update'],
    ],
    [
      'so it is where people’s reviews outlive that',
      redTwice({ current: false }, { approvals: 1 }),
      ['update'],
    ],
    [
      'but where they would have to review it anew a person hears of it',
      redTwice({ current: false }, { approvals: 1, dismissStale: true }),
      ['gate 101 null: GitHub’s merge queue did not merge it, twice'],
    ],
    [
      'also where only the newest commit has to be reviewed by another',
      redTwice({ current: false }, { approvals: 1, lastPush: true }),
      ['gate 101 null: GitHub’s merge queue did not merge it, twice'],
    ],
    [
      'and of what was brought up to date before',
      redTwice({ current: false, layers: [HEAD(1), sha(0x99)] }),
      ['gate 101 null: GitHub’s merge queue did not merge it, twice'],
    ],
    [
      'and of what a person took out',
      redTwice({ current: false }, {}, 'manual'),
      ['gate 101 null: GitHub’s merge queue did not merge it, twice'],
    ],
    ['and that is said once', acts([added(1, { gate: gate('queue 2 left', null) })], {}), []],
    [
      'Q6: pushed to meanwhile: taken out, as no group has that',
      acts([added(1)], { entries: [makeEntry(1, { head: HEAD(9) })] }),
      ['remove 101'],
    ],
    [
      'put in by somebody else at who knows which commit',
      acts([makeReady(1)], { entries: [makeEntry(1)] }),
      ['remove 101'],
    ],
    [
      'put in by this process a moment ago, whatever lists show',
      acts([makeReady(1)], { entries: [makeEntry(1, { head: HEAD(1), group: null })] }),
      ['gate 101 success: In GitHub’s merge queue, position 1 of 1'],
    ],
    ['Q3: no check has begun in twelve minutes', acts([added(1)], { entries: [before] }), ['remove 101']],
    [
      'Q3: a group that any run reports to is never poked',
      acts(
        [added(1)],
        {
          entries: [makeEntry(1, { group: { head: GROUP(1), at: at(0), reports: 1, gate: gate('group') } })],
        },
        {},
        at(50),
      ),
      [],
    ],
    [
      'Q3: not judged, and not taken out in time either',
      acts(
        [added(1)],
        {
          entries: [makeEntry(1, { group: { head: GROUP(1), at: at(0), reports: 1, gate: gate('group') } })],
        },
        {},
        at(66),
      ),
      ['remove 101'],
    ],
    [
      'unmergeable behind others heals by itself',
      acts([added(1)], {
        entries: [makeEntry(7, { group: null }), makeEntry(1, { state: 'UNMERGEABLE', group: null })],
      }),
      ['gate 101 success: In GitHub’s merge queue, position 2 of 2'],
    ],
    [
      'unmergeable at the front does not',
      acts([added(1)], { entries: [makeEntry(1, { state: 'UNMERGEABLE', group: null })] }),
      ['remove 101'],
    ],
    [
      'nobody stands on what does not merge: who is behind it has the gate, though that one has to leave',
      acts([added(1, { labels: ['hold'] })], {
        entries: [
          makeEntry(7, { group: null }),
          makeEntry(1, { state: 'UNMERGEABLE', group: null }),
          makeEntry(8),
        ],
      }),
      ['remove 101', 'gate 101 null: labels: the pull request carries hold', 'group 2008'],
    ],
    [
      'Q8: where GitHub shows none, that is said',
      acts([makeReady(1)], null),
      ['gate 101 null: GitHub shows no merge queue'],
    ],
    [
      'where a person lands, it is not added',
      acts([makeReady(1, { gate: null })], {}, byHand()),
      ['gate 101 success: Every gate passes'],
    ],
    [
      'but the group of what a person added has the gate',
      acts([makeReady(1, { gate: gate('x') })], { entries: [makeEntry(1)] }, byHand()),
      expect.arrayContaining(['group 2001']) as never,
    ],
  ])('%s', (_, done, wanted) => {
    expect(done).toEqual(wanted)
  })
})

function byHand(): Partial<World> {
  return { config: { ok: true, value: makeConfig({ merge: { strategy: 'pr' } }) } }
}

describe('what the queue gave back twice', () => {
  const title = 'GitHub’s merge queue did not merge it, twice'
  const left = added(1, { gate: gate('queue 2 left', null, title) })
  const rules = makeRules({ queue: true, required })
  const queue = { timeout: 60 * 60_000, entries: [], removals: new Map() }
  const tell = (task: TaskFacts, now: number) =>
    plan(makeWorld({ tasks: [task], rules, queue }), { now, digest: () => 'd'.repeat(64) }).effects

  test('is told on its issue, where nothing was said yet, with what helps; and once', () => {
    const [said, ...more] = tell(left, at(60)).filter(effect => effect.do === 'say')
    expect([said?.comment, more]).toEqual([null, []])
    expect(said?.body).toContain('`/chorus hold` and then `/chorus merge` tries the queue again')
    const shown = { ...left, statusComment: { id: 5, body: said!.body, at: at(60) } }
    expect(tell(shown, at(61)).filter(effect => effect.do === 'say')).toEqual([])
    // On its way there is nothing to say.
    const ahead = { ...queue, entries: [makeEntry(1)] }
    const { effects } = plan(makeWorld({ tasks: [added(1)], rules, queue: ahead }), {
      now: at(60),
      digest: () => 'd'.repeat(64),
    })
    expect(effects.filter(effect => effect.do === 'say')).toEqual([])
  })

  test('counts among what waits for people, and who asked for it is told again', () => {
    const [called] = tell(left, at(60 + 48 * 60)).filter(effect => effect.do === 'call')
    expect(called).toMatchObject({ pull: 101 })
    expect(called?.body).toContain('GitHub’s merge queue did not merge it, twice')
  })
})

test('what is only added to the queue is not shown as landed', () => {
  const issue = makeIssue({ number: 1, labels: ['agent:codex', 'phase:pr_created'] })
  const done = (queue: QueueFacts | null, rules: World['rules']) =>
    plan(makeWorld({ tasks: [{ ...makeReady(1), issue }], queue, rules }), {
      now: at(60),
      digest: () => 'd'.repeat(64),
    }).effects.flatMap(effect =>
      effect.do === 'label' ? effect.add : effect.do === 'land' || effect.do === 'enqueue' ? effect.do : [],
    )
  const queue: QueueFacts = { timeout: 60 * 60_000, entries: [], removals: new Map() }
  expect(done(null, makeRules({ required }))).toEqual(['land', 'phase:merged'])
  expect(done(queue, makeRules({ queue: true, required }))).toEqual(['enqueue'])
})

test('a group tells who is in it: not who does not merge', () => {
  const entries = [makeEntry(7, { state: 'UNMERGEABLE', group: null }), makeEntry(8), makeEntry(9)]
  const queue: QueueFacts = { timeout: 60 * 60_000, entries, removals: new Map() }
  const world = makeWorld({ rules: makeRules({ queue: true, required }), queue })
  const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
  const told = effects.flatMap(effect =>
    effect.do === 'gate' ? (/^In this group: (.*?)\./.exec(effect.summary)?.[1] ?? []) : [],
  )
  expect(told).toEqual(['#108', '#108, #109'])
})

test('P6: nothing is merged by the direct call, whatever asks for it: the host is not relied upon to refuse that', () => {
  const emergency = {
    landing: {
      is: 'emergency' as const,
      by: { id: 101, login: 'alice' },
      at: at(55),
      head: HEAD(1),
      why: '',
    },
  }
  const wanted = { landing: { ...emergency.landing, is: 'wanted' as const } }
  const variants = [makeReady(1), makeReady(1, {}, emergency), makeReady(1, {}, wanted), added(1)]
  for (const task of variants) {
    for (const entries of [[], [makeEntry(1)], [passed]]) {
      for (const over of [{}, byHand(), { trains: [] }]) {
        expect(acts([task, makeReady(2)], { entries }, over)).not.toContain('land')
      }
    }
  }
})
