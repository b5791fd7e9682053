import { describe, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import type { TrainFacts } from '../../core/landing/trainfacts.ts'
import { printPair } from '../../core/merge/snapshot.ts'
import {
  parseTrainBranch,
  printBranch,
  printPullMarker,
  printTaskId,
  printTrainBranch,
} from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import type { PullFacts, TaskFacts, World } from '../../core/world.ts'
import {
  alice,
  at,
  makeChange,
  makeCheck,
  makeClaim,
  makeConfig,
  makeGate,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeRules,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../make.ts'

const HEAD = (issue: number) => sha(0x1000 + issue)

/** Ready, and behind the base unless it says otherwise. */
function makeReady(issue: number, over: Partial<PullFacts> = {}): TaskFacts {
  const task = printTaskId(issue)
  const head = { sha: HEAD(issue), branch: printBranch({ agent: 'codex', task }) }
  const body = printPullMarker({ task, attempt: 1 })
  const changes = [makeChange({ path: `src/f${issue}.ts` })]
  const pull = makePull({
    number: issue + 100,
    head,
    body,
    changes,
    current: false,
    title: `feat: ${issue}`,
    ...over,
  })
  const receipt = { attempt: head.sha, report: sha(0x301) }
  return makeProposedTask({
    issue: makeIssue({ number: issue }),
    record: makeRecord({ issue }),
    claims: [makeClaim({ ticket: { ok: true, value: makeTicket({ task, issue }) } })],
    attempts: new Map([[1, head.sha]]),
    reports: new Map([
      [1, { sha: receipt.report, report: { ok: true, value: makeReport({ task, head: head.sha }) } }],
    ]),
    runs: [makeRun({ receipt })],
    branches: new Map([[head.branch, head.sha]]),
    pull,
  })
}

/** Its second attempt is what is proposed. */
function makeAgain(issue: number): TaskFacts {
  const task = printTaskId(issue)
  const [attempt, report] = [sha(0x9000 + issue), sha(0x302)]
  const first = makeReady(issue)
  const said = { ok: true as const, value: makeReport({ task, attempt: 2, head: attempt }) }
  const ticket = makeTicket({ task, issue, attempt: 2 })
  const second = makeRun({ attempt: 2, receipt: { attempt, report } })
  const body = printPullMarker({ task, attempt: 2 })
  return {
    ...first,
    claims: [...first.claims, makeClaim({ attempt: 2, ticket: { ok: true, value: ticket } })],
    attempts: new Map([...first.attempts, [2, attempt]]),
    reports: new Map([...first.reports, [2, { sha: report, report: said }]]),
    runs: [...first.runs, second],
    branches: new Map([[first.pull!.head.branch, attempt]]),
    pull: { ...first.pull!, body, head: { ...first.pull!.head, sha: attempt }, layers: [attempt] },
  }
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

function makeTrain(n: number, issues: readonly number[], over: Partial<TrainFacts> = {}): TrainFacts {
  return {
    branch: printTrainBranch(KEYS[n]!.repeat(16)),
    head: sha(0x2000 + n),
    members: issues.map(HEAD),
    base: sha(1),
    pull: 500 + n,
    at: at(50),
    checks: [],
    judged: [],
    gate: null,
    refusal: null,
    ...over,
  }
}

const GREEN = { id: 9, conclusion: 'success', key: 'landing' }

const hours = (n: number) => at(60 + n * 60)

const green = { checks: [makeCheck()] }
const red = { checks: [makeCheck({ conclusion: 'failure' })] }

function planFor(
  tasks: readonly TaskFacts[],
  over: Partial<World> = {},
  now: number = at(60),
): readonly Effect[] {
  const world = makeWorld({ tasks, rules: makeRules({ strict: true }), ...over })
  return plan(world, {
    now,
    digest: text => Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64),
  }).effects
}

const acts = (tasks: readonly TaskFacts[], over: Partial<World> = {}, now?: number) =>
  planFor(tasks, over, now).flatMap(effect => {
    switch (effect.do) {
      case 'assemble':
        return [`judge ${effect.members.map(member => member.pull).join('+')}`]
      case 'land':
        return [`land ${effect.pull}`]
      case 'update':
        return [`update ${effect.pull}`]
      case 'drop-branch':
        return [`drop ${effect.branch.slice(-1)}`]
      default:
        return []
    }
  })

const [one, two, three] = [makeReady(1), makeReady(2), makeReady(3)]
const all = [one, two, three]
const gone = makeTask({ issue: makeIssue({ number: 1, state: 'closed' }), record: makeRecord({ issue: 1 }) })
const REFUSAL = { why: 'no', times: 1, again: 0 }
/** Red after it had been brought up to date: it is being mended. */
const returned = makeTask({
  record: makeRecord({
    issue: 9,
    revisions: [
      { attempt: 2, why: 'ci', by: null, at: at(30), text: '', told: true, from: 'head', cause: 'ci:0' },
    ],
  }),
})

describe('where branches have to be up to date and merge commits may land', () => {
  test.each<[string, string[], string[]]>([
    ['one alone is updated itself', acts([one]), ['update 101']],
    ['one alone that is up to date lands itself', acts([makeReady(1, { current: true })]), ['land 101']],
    ['several are judged together', acts(all), ['judge 101+102+103']],
    ['who is up to date lands first, without CI', acts([one, makeReady(2, { current: true })]), ['land 102']],
    ['97: as many as the configuration says', acts(all, config({ together: 2 })), ['judge 101+102']],
    [
      'also where only the configuration asks for it',
      acts(all, { ...rules({ strict: false }), ...config({ exact: true }) }),
      ['judge 101+102+103'],
    ],
    [
      'and half as many after one of them went back to its agent',
      acts([...all, returned], config({ together: 4 })),
      ['judge 101+102'],
    ],
    ['one by one if it says so', acts(all, config({ together: 1 })), ['update 101']],
    [
      'switched off, those under way are cleared away',
      acts(all, { ...config({ together: 1 }), ...trains(makeTrain(0, [1, 2, 3])) }),
      ['update 101', 'drop a'],
    ],
    [
      'not while the configuration cannot be read',
      acts(all, { config: { ok: false, problems: [] }, ...trains(makeTrain(0, [1, 2, 3])) }),
      [],
    ],
    ['not while linear history is asked for', acts(all, rules({ linear: true })), ['update 101']],
    ['not where reviews are asked for', acts(all, rules({ approvals: 1 })), []],
    ['nothing is built twice', acts(all, trains(makeTrain(0, [1, 2, 3]))), []],
    [
      '113: two that are ready do not wait for more, though eight may go together',
      acts([one, two], config({ together: 8 })),
      ['judge 101+102'],
    ],
    [
      '185: who was taken out and comes back stands behind those that went on without him',
      acts(all, trains(makeTrain(0, [2, 3]))),
      ['judge 102+103+101'],
    ],
    [
      '184: another attempt of the same pull request keeps its place',
      acts([two, makeAgain(1)]),
      ['judge 101+102'],
    ],
    ['who comes later is judged on top', acts(all, trains(makeTrain(0, [1, 2]))), ['judge 101+102+103']],
    [
      '10: a draft that became ready meanwhile is judged on top of the others',
      acts(all, trains(makeTrain(0, [2, 3]))),
      ['judge 102+103+101'],
    ],
    [
      '10: while it is a draft it is not',
      acts([makeReady(1, { draft: true }), two, three]),
      ['judge 102+103'],
    ],
    [
      '76: of what conflicts with a base that has moved, the others are freed and judged anew',
      acts([makeReady(1, { mergeable: false }), two, three], trains(makeTrain(0, [], { members: null }))),
      ['drop a', 'judge 102+103'],
    ],
    [
      '81: one of them was landed by hand: the others are judged anew, without it',
      acts(
        [makeReady(1, { state: 'merged', mergedSha: sha(3) }), two, three],
        trains(makeTrain(0, [], { members: null })),
      ),
      // Its own branch goes, too.
      ['drop a', 'drop i', 'judge 102+103'],
    ],
    ['green, it lands', acts(all, trains(makeTrain(0, [1, 2, 3], green))), ['land 500']],
    [
      '111: a longer one is awaited, as the landing would throw it away',
      acts(all, trains(makeTrain(0, [1, 2], green), makeTrain(1, [1, 2, 3]))),
      [],
    ],
    [
      'half built, it is finished',
      acts(all, trains(makeTrain(0, [1, 2], { pull: null }))),
      ['judge 101+102+103'],
    ],
    [
      'on another base it is cleared away',
      acts([one], trains(makeTrain(0, [], { members: null }))),
      ['update 101', 'drop a'],
    ],
    [
      'with somebody who has changed it is cleared away',
      acts([one, two], trains(makeTrain(0, [1, 9]))),
      ['judge 101+102', 'drop a'],
    ],
    [
      'with somebody about whom GitHub is still thinking it stays',
      acts([one, makeReady(2, { mergeable: null })], trains(makeTrain(0, [1, 2]))),
      ['update 101'],
    ],
    ['where GitHub lets none be made, they go one by one', acts(all, { combines: false }), ['update 101']],
    [
      '109: refused by GitHub, nothing of it lands, and they go one by one',
      acts(all, trains(makeTrain(0, [1, 2, 3], { ...green, refusal: REFUSAL }))),
      ['update 101'],
    ],
    [
      '109: on another base it still says so',
      acts(all, trains(makeTrain(0, [], { members: null, refusal: REFUSAL }))),
      ['update 101'],
    ],
    [
      '109: and goes when nobody is left whom another one could take along',
      acts([gone], trains(makeTrain(0, [], { members: null, refusal: REFUSAL }))),
      ['drop a'],
    ],
    [
      'where GitHub lets none be made, one from before goes with its base',
      acts(all, { combines: false, ...trains(makeTrain(0, [], { members: null }), makeTrain(1, [1, 2])) }),
      ['update 101', 'drop a'],
    ],
    [
      '102: two that are red together: the last is tried with either',
      acts(all, trains(makeTrain(0, [1, 2], red))),
      ['judge 101', 'judge 101+103', 'judge 102+103'],
    ],
    [
      'red by itself, it is updated and judged where its agent sees it',
      acts(all, trains(makeTrain(0, [1], red))),
      ['update 101', 'judge 102+103'],
    ],
  ])('%s', (_, done, wanted) => {
    expect(done.toSorted()).toEqual(wanted.toSorted())
  })

  test.each<[string, readonly TaskFacts[], Partial<World>, string[]]>([
    ['it lands, if all is as it was', all, {}, ['land 500']],
    ['99: not when one has to wait since', [makeReady(1, { labels: ['hold'] }), two, three], {}, BACK],
    ['10: not when one was made a draft again', [makeReady(1, { draft: true }), two, three], {}, BACK],
    ['not when no trains run any more', all, rules({ linear: true }), [...BACK, 'drop a']],
    ['not when nothing may land', all, frozen(), BACK],
    ['R10: not when something else has landed than was judged', all, { foreign: FOREIGN }, BACK],
    ['98: not when somebody has left: that is said first', [one, two], {}, [...BACK, 'drop a']],
    ['not when it no longer says what is in it', all, noMembers(), ['drop a']],
    ['not when its pull request goes elsewhere', all, noPull(), ['drop a']],
    ['not when it says nothing and no trains run', all, { ...noMembers(), ...frozen() }, ['drop a']],
  ])('left green by a process that ended, %s', (_, tasks, over, wanted) => {
    const train = makeTrain(0, [1, 2, 3], { ...green, gate: GREEN })
    const done = planFor(tasks, { ...trains(train), ...over }).flatMap(effect => {
      if (effect.do === 'gate' && effect.head === train.head) return [`gate ${effect.conclusion}`]
      if (effect.do === 'drop-branch') return [`drop ${effect.branch.slice(-1)}`]
      return effect.do === 'land' ? [`land ${effect.pull}`] : []
    })
    expect(done).toEqual(wanted)
  })
  test('while one lands, nobody asks the merge job about what its landing makes worthless', () => {
    const merge = makeConfig({ merge: { judge: 'job' }, checks: [{ name: 't', run: 'true' }] })
    const passed = { try: 1, run: 70, url: null, verdict: 'passed' as const, at: at(55), tail: null }
    const judged = [{ ...passed, refusal: null, usual: null }]
    const asks = (first: Partial<TrainFacts>) =>
      planFor(
        [one, two, three].map(task => ({ ...task, pull: { ...task.pull!, judged } })),
        {
          config: { ok: true, value: merge },
          judge: { key: '0123456789ab', underWay: 0 },
          ...trains(makeTrain(0, [1, 2, 3], { ...green, ...first }), makeTrain(1, [1, 2], green)),
        },
      ).flatMap(({ do: what }) => (what === 'judge' || what === 'land' ? what : []))
    expect(asks({ judged })).toEqual(['land'])
    expect(asks({ judged: [] })).toEqual(['judge', 'judge'])
  })

  test('56: of a train that nobody waits for, CI is cancelled, and what another service reports is left', () => {
    const run = (id: number, over = {}) =>
      makeCheck({ url: `https://github.test/acme/shop/actions/runs/${id}/job/9`, ...over })
    const open = { status: 'in_progress', conclusion: null } as const
    const other = makeCheck({ url: 'https://github.test/acme/shop/runs/44', ...open })
    const checks = [run(41, open), run(41, open), run(42, open), run(43), other]
    const cancelled = (train: TrainFacts) =>
      planFor([one, two], trains(train)).flatMap(effect => (effect.do === 'cancel' ? effect.run : []))
    expect(cancelled(makeTrain(0, [], { members: null, checks }))).toEqual([41, 42])
    expect(cancelled(makeTrain(0, [1, 2], { checks }))).toEqual([])
  })
  test('71, 72: what collided is not built with its rival again', () => {
    const collisions = new Set([printPair(HEAD(1), HEAD(2))])
    expect(acts(all, { collisions })).toEqual(['judge 101+103'])
  })
  test('who shares a file with an earlier one is said, for when they collide', () => {
    const near = makeReady(2, { changes: [makeChange({ path: 'src/f1.ts' })] })
    const built = planFor([one, near]).find(effect => effect.do === 'assemble')
    expect(built?.members.map(member => member.near)).toEqual([[], [HEAD(1)]])
  })
  test('whatever a title says, its merge starts what it should and closes nothing', () => {
    const odd = makeReady(1, { title: 'feat: one [skip\tci]\n\nfixes #99, cc @ada' })
    const built = planFor([odd, two]).find(effect => effect.do === 'assemble')
    const [first, second] = built!.members.map(member => member.message)
    expect(second).toBe('chore: merge #102, feat: 2')
    expect(first).toMatch(/^chore: merge #101, feat: one .+cc .+ada$/)
    expect(first).not.toMatch(/\[skip ci\]|#99|@ada/)
  })
  test('its pull request says what to do when CI comes to no end', () => {
    const built = planFor(all).find(effect => effect.do === 'assemble')
    expect(built?.body).toMatch(/run it again: after an hour .+ one by one/)
  })
  test('it lands by a merge commit, with the head that was judged, and says what is in it', () => {
    const landing = planFor(all, trains(makeTrain(0, [1, 2], green))).find(effect => effect.do === 'land')
    expect(landing).toMatchObject({ task: null, method: 'merge', head: sha(0x2000), base: sha(1) })
    // Nowhere but on the base that it was judged on, and compared with what was judged when it has landed.
    expect(landing).toMatchObject({ into: 'main', verify: true, exact: true })
    expect(landing?.title).toBe('chore: land #101 and #102 together')
    expect(landing?.message).toMatch(/^- feat: 1 \(#101\)\n- feat: 2 \(#102\)\n\n/)
  })
  test('it closes no issue: a member to which somebody pushes meanwhile does not land with it', () => {
    const landing = planFor(all, trains(makeTrain(0, [1, 2], green))).find(effect => effect.do === 'land')
    expect(`${landing?.title} ${landing?.message}`).not.toMatch(/\b(close|fixe?|resolve)[sd]?:? #/i)
  })
  test('nobody in it is shown as landed by himself', () => {
    const current = [1, 2].map(issue => makeReady(issue, { current: true }))
    const shown = planFor(current)
      .filter(effect => effect.do === 'label')
      .map(effect => effect.issue)
    expect(acts(current)).toEqual(['land 101'])
    expect(shown).toEqual([1])
  })
})

describe('a train whose CI comes to no end', () => {
  const cancelled = { checks: [makeCheck({ conclusion: 'cancelled' })] }
  const outOfTime = { conclusion: 'timed_out' }
  const late = { checks: [makeCheck(outOfTime)] }
  const both = [makeCheck(), makeCheck({ name: 'slow' })]
  const begun = (minute: number) => ({
    checks: [makeCheck({ status: 'in_progress', startedAt: at(minute) })],
  })
  const hung = makeTrain(0, [1, 2])
  const current = [makeReady(1, { current: true }), two, three]
  test.each<[string, string[], string[]]>([
    ['is given time to report', acts([one, two], trains(hung), at(60)), []],
    ['that never reports is not waited for', acts([one, two], trains(hung), hours(1)), ['update 101']],
    [
      'as it was cancelled is not waited for',
      acts([one, two], trains(makeTrain(0, [1, 2], cancelled)), hours(1)),
      ['update 101'],
    ],
    [
      '106, O6: that ran out of time is not split, however often: each goes by itself',
      acts(all, trains(makeTrain(0, [1, 2, 3], late))),
      ['update 101'],
    ],
    [
      '106: beside another red it is red',
      acts(
        [1, 2, 3].map(n => makeReady(n, { checks: both })),
        {
          ...trains(
            makeTrain(0, [1, 2, 3], { checks: [...red.checks, makeCheck({ ...outOfTime, name: 'slow' })] }),
          ),
          rules: makeRules({ strict: true, required: ['test', 'slow'].map(name => ({ name, appId: null })) }),
        },
      ),
      ['judge 101', 'judge 101+102'],
    ],
    [
      'that waits for a person is not waited for',
      acts(
        all,
        trains(makeTrain(0, [1, 2], { checks: [makeCheck({ conclusion: 'action_required' })] })),
        hours(1),
      ),
      ['update 101'],
    ],
    [
      'is waited for while a job runs',
      acts([one, two], trains(makeTrain(0, [1, 2], begun(60))), hours(5)),
      [],
    ],
    [
      'and for no longer than any job runs',
      acts([one, two], trains(makeTrain(0, [1, 2], begun(60))), hours(6)),
      ['update 101'],
    ],
    [
      'between two jobs is waited for',
      acts(
        [one, two],
        trains(makeTrain(0, [1, 2], { checks: [makeCheck({ name: 'build', startedAt: hours(2) })] })),
        hours(2),
      ),
      [],
    ],
    ['keeps nobody who is up to date from landing', acts(current, trains(hung), hours(1)), ['land 101']],
    [
      'keeps no shorter one from landing that is green',
      acts(all, trains(makeTrain(0, [1, 2], green), makeTrain(1, [1, 2, 3])), hours(1)),
      ['land 500'],
    ],
    [
      'spoils none that is still being judged, and no other is built',
      acts([...all, makeReady(4)], trains(hung, makeTrain(1, [1, 2, 3], begun(60))), hours(1)),
      [],
    ],
    [
      'is not kept when nobody is left whom another one could take along',
      acts([gone], trains(hung), hours(1)),
      ['drop a'],
    ],
    [
      'on a base that has moved is forgotten',
      acts(all, trains({ ...hung, members: null }), hours(1)),
      ['judge 101+102+103', 'drop a'],
    ],
  ])('%s', (_, done, wanted) => {
    expect(done.toSorted()).toEqual(wanted.toSorted())
  })
})

test('66, 70: GitHub’s thinking after a move of the base writes no gate anew', () => {
  const gateOf = (over: Partial<PullFacts>) =>
    planFor([makeReady(1, over)]).find(effect => effect.do === 'gate')
  const wrote = (over: Partial<PullFacts>) => gateOf(over) !== undefined
  const thinking = { mergeable: null }
  expect(wrote({ ...thinking, gate: makeGate({ key: 'said before' }) })).toBe(false)
  expect(wrote({ ...thinking, gate: null })).toBe(true)
  // Nor does what GitHub has found out while CI runs.
  const running = { checks: [makeCheck({ status: 'in_progress', conclusion: null })] }
  const gate = gateOf({ ...thinking, ...running, gate: null })
  expect(gate).toMatchObject({
    conclusion: null,
    title: expect.stringContaining('has not reported a result'),
  })
  expect(wrote({ ...running, gate: makeGate({ key: gate!.key }) })).toBe(false)
  expect(wrote({ checks: [], gate: makeGate({ key: gate!.key, at: at(59) }) })).toBe(false)
  expect(wrote({ ...running, gate: makeGate({ key: 'said before' }) })).toBe(true)
  // A green that may no longer hold is taken back at once.
  expect(wrote({ ...thinking, gate: makeGate({ status: 'completed', conclusion: 'success' }) })).toBe(true)
})

test('66, 70: nor the status comment', () => {
  const isSaid = (over: Partial<PullFacts>) => {
    const task = { ...makeReady(1, over), statusComment: { id: 5, body: 'said before' } }
    return planFor([task]).some(effect => effect.do === 'say')
  }
  expect(isSaid({ mergeable: null })).toBe(false)
  expect(isSaid({ checks: [makeCheck({ status: 'in_progress', conclusion: null })] })).toBe(true)
})

test('the key of a gate is cut between characters, and comes back as it was', () => {
  const said = (name: string, gate: PullFacts['gate'] = null) => {
    const required = rules({ strict: true, required: [{ name, appId: null }] })
    const effects = planFor([makeReady(1, { checks: [], gate })], required)
    return effects.flatMap(effect => (effect.do === 'gate' ? [effect] : []))
  }
  for (const name of ['🦜'.repeat(200), `x${'🦜'.repeat(200)}`]) {
    const [first] = said(name)
    expect(first!.key).toHaveLength(250)
    // What is no character comes back from GitHub as another one.
    const key = Buffer.from(first!.key).toString()
    expect(said(name, makeGate({ status: 'completed', conclusion: first!.conclusion, key }))).toEqual([])
  }
})

test('names of trains lead back to their keys, and other branches to none', () => {
  expect(parseTrainBranch(printTrainBranch('0123456789abcdef'))).toBe('0123456789abcdef')
  for (const other of ['chorus/ledger', 'chorus/train/x', 'chorus/train/0123456789abcdef/x']) {
    expect(parseTrainBranch(other)).toBeNull()
  }
})

const BACK = ['gate null']
const FOREIGN = { pull: 12, sha: sha(9), at: at(59) }
const noMembers = () => trains(makeTrain(0, [], { members: null, gate: GREEN }))
const noPull = () => trains(makeTrain(0, [1, 2, 3], { ...green, gate: GREEN, pull: null }))

function frozen(): Partial<World> {
  const { ledger } = makeWorld()
  return { ledger: { ...ledger, controls: { ...ledger.controls, frozen: { by: alice, at: at(1) } } } }
}

function trains(...list: TrainFacts[]): Partial<World> {
  return { trains: list }
}

function config(merge: Record<string, unknown>): Partial<World> {
  return { config: { ok: true, value: makeConfig({ merge }) } }
}

function rules(over: Parameters<typeof makeRules>[0]): Partial<World> {
  return { rules: makeRules({ strict: true, ...over }) }
}
