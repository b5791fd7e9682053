import { describe, expect, test } from 'vitest'
import type { Effect } from '../../../core/effect.ts'
import type { GateName } from '../../../core/gates/gate.ts'
import { judge } from '../../../core/gates/registry.ts'
import { findInvitation, type GuestFacts, LAND_LABEL } from '../../../core/landing/guest.ts'
import { plan } from '../../../core/plan.ts'
import type { Actor, PullFacts, TimelineFact, World } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  chorus,
  makeChange,
  makeCheck,
  makeComment,
  makeConfig,
  makeGate,
  makeLabeled,
  makeProposal,
  makePull,
  makeReview,
  makeRules,
  makeStandings,
  makeWorld,
  sha,
  tim,
} from '../../make.ts'
import { makeReady } from './ready.ts'

/** alice's own pull request; bob asked for it to land. */
function makeGuest(over: Partial<PullFacts> = {}, more: Partial<GuestFacts> = {}): GuestFacts {
  const pull = makePull({
    number: 40,
    title: 'Mend the door, fixes @sam',
    body: 'As it is',
    head: { sha: sha(0x400), branch: 'a-fix' },
    ours: false,
    labels: [LAND_LABEL],
    gate: makeGate({ status: 'completed', conclusion: 'success', key: 'stranger' }),
    ...over,
  })
  return { pull, author: alice, here: true, timeline: [makeLabeled(LAND_LABEL, bob)], ...more }
}

const off = (by: Actor, when = at(5)): TimelineFact => ({ is: 'unlabeled', label: LAND_LABEL, by, at: when })
const says = (body: string, by = bob, more = {}) => makeComment({ body, by, at: at(4), ...more })

const tools = { now: at(60), digest: (text: string) => text.slice(-64).padStart(64, '0') }
const effectsOf = (guest: GuestFacts, over: Partial<World> = {}) =>
  plan(makeWorld({ guests: [guest], ...over }), tools).effects
const does = (effects: readonly Effect[]) =>
  effects.map(effect => {
    if (effect.do === 'gate') return `gate ${effect.pull} ${effect.conclusion}: ${effect.title}`
    if (effect.do === 'assemble') return `judge ${effect.members.map(({ pull }) => pull).join('+')}`
    return effect.do === 'land' ? `land ${effect.pull}` : effect.do
  })

describe('who asks for a person’s own pull request to land', () => {
  const standings = makeStandings()
  const asked = (timeline: TimelineFact[], labels: string[] = [LAND_LABEL]) =>
    findInvitation({ pull: makePull({ labels }), timeline }, by => standings.get(by.id) ?? 'none')?.by.login
  const label = makeLabeled(LAND_LABEL, bob)
  test.each<[string, string | undefined, string | undefined]>([
    ['by the label', asked([label]), 'bob'],
    ['by a word', asked([says('/chorus merge')], []), 'bob'],
    ['not by somebody who may not push', asked([makeLabeled(LAND_LABEL, tim)]), undefined],
    ['nor by their word', asked([says('/chorus merge', tim)], []), undefined],
    ['nor by an app', asked([makeLabeled(LAND_LABEL, chorus)]), undefined],
    [
      'nor by a word that was put in later',
      asked([says('/chorus merge', bob, { edited: true })], []),
      undefined,
    ],
    ['nor by one that is quoted', asked([says('> /chorus merge')], []), undefined],
    ['not any more without the label', asked([label, off(tim)], []), undefined],
    ['taking it off takes back a word, too', asked([label, says('/chorus merge'), off(tim)], []), undefined],
    ['nor where it is gone and the list of events lags', asked([label], []), undefined],
    [
      'not any more after another word',
      asked([says('/chorus merge'), says('/chorus hold', alice)], []),
      undefined,
    ],
    ['again', asked([label, off(tim), makeLabeled(LAND_LABEL, alice, at(6))]), 'alice'],
    ['by nobody', asked([], []), undefined],
    ['by a label that nobody is known to have set', asked([]), undefined],
  ])('%s', (_, who, wanted) => expect(who).toBe(wanted))
})

describe('the gates of a person’s own pull request', () => {
  const guest = { by: { id: bob.id, login: 'bob' }, emergency: null, refused: null }
  const judgeIt = (over: Partial<PullFacts> = {}, more: Parameters<typeof makeProposal>[0] = {}) => {
    const { pull } = makeGuest(over)
    return judge(
      makeProposal({ guest, pull, spec: null, claim: null, attempt: null, voucher: 'unknown', ...more }),
    )
  }
  const closed = (over: Partial<PullFacts> = {}, more: Parameters<typeof makeProposal>[0] = {}) =>
    judgeIt(over, more).all.flatMap(({ gate, verdict }) =>
      verdict.is === 'pass' ? [] : [`${gate} ${verdict.is}`],
    )
  const workflow = { changes: [makeChange({ path: '.github/workflows/ci.yml' })] }
  const large = { changes: [makeChange({ added: 4000 })] }
  const byBob = { reviews: [makeReview({ by: bob, sha: sha(0x400) })] }
  const byAlice = { reviews: [makeReview({ by: alice, sha: sha(0x400) })] }
  test.each<[string, string[], string[]]>([
    ['an ordinary one passes', closed(), []],
    ['red CI', closed({ checks: [makeCheck({ conclusion: 'failure' })] }), ['checks refuse']],
    ['one that is large', closed(large), ['size wait']],
    ['and that a second person approved', closed({ ...large, ...byBob }), []],
    ['and that only its author approves', closed({ ...large, ...byAlice }), ['size wait']],
    [
      'people may change what agents may not, and a second one looks at it',
      closed(workflow),
      ['protected wait'],
    ],
    ['and did', closed({ ...workflow, ...byBob }), []],
    ['a link, which agents may not make', closed({ changes: [makeChange({ mode: '120000' })] }), []],
    ['a key', closed({ changes: [makeChange({ path: 'a.pem' })] }), ['secrets refuse']],
    ['hold', closed({ labels: ['hold'] }), ['labels wait']],
    ['a conflict', closed({ mergeable: false }), ['conflict refuse']],
    ['reviews that the branch asks for', closed({}, { rules: makeRules({ approvals: 1 }) }), ['review wait']],
    [
      'one by a bot, of which nobody has approved this very commit',
      closed({}, { requester: chorus }),
      ['requester wait'],
    ],
    ['and somebody has', closed(byBob, { requester: chorus }), []],
    ['one by somebody who may not push', closed({}, { requester: tim }), ['requester wait']],
  ])('%s', (_, lines, wanted) => expect(lines).toEqual(wanted))
  test('a review is asked for, and no command that a task would hear', () => {
    const { blocking } = judgeIt(large)
    expect(blocking?.ask).toMatch(/can approve it by a review$/)
  })
  test('what asks after a task is not asked', () => {
    const quiet: GateName[] = ['spec', 'plan', 'scope', 'reviewer', 'needs']
    for (const { gate, verdict } of judgeIt().all) {
      if (quiet.includes(gate))
        expect(verdict).toMatchObject({ note: 'not asked of a person’s own pull request' })
    }
  })
})

describe('38, 39: a person’s own pull request', () => {
  const strict = { rules: makeRules({ strict: true }) }
  const config = (merge: object) => ({ config: { ok: true as const, value: makeConfig({ merge }) } })
  const waiting = { checks: [makeCheck({ status: 'in_progress', conclusion: null })] }
  test('lands when somebody asked for it, whatever the strategy leaves to people elsewhere', () => {
    expect(does(effectsOf(makeGuest()))).toEqual(['land 40'])
    expect(does(effectsOf(makeGuest(), config({ strategy: 'pr' })))).toEqual(['land 40'])
    expect(does(effectsOf(makeGuest(), config({ strategy: 'dry' })))).toEqual([
      'gate 40 null: Every gate passes',
    ])
  })
  test('the merge job is asked about it, but not while what the branch requires is red', () => {
    const checks = [{ name: 't', run: 'true' }]
    const value = makeConfig({ merge: { judge: 'job' }, checks })
    const job = { config: { ok: true as const, value }, judge: { key: '0123456789ab', underWay: 0 } }
    const asked = (over: Partial<PullFacts>) =>
      effectsOf(makeGuest(over), job).filter(({ do: what }) => what === 'judge').length
    expect(asked({})).toBe(1)
    expect(asked({ checks: [makeCheck({ conclusion: 'failure' })] })).toBe(0)
  })
  test('says in its commit what it is and who asked, and calls nobody', () => {
    expect(effectsOf(makeGuest()).find(effect => effect.do === 'land')).toMatchObject({
      title: expect.stringMatching(/^Mend the door, fixes @\u200bsam \(#40\)$/),
      message: 'Pull-Request: #40\nAsked-For: bob\nChecks: test\n',
      head: sha(0x400),
    })
    expect(effectsOf(makeGuest()).find(effect => effect.do === 'land')?.title).not.toMatch(/@sam/)
  })
  test('is held to the gates until they pass, though it was let through before', () => {
    expect(does(effectsOf(makeGuest(waiting)))).toEqual([
      'gate 40 null: checks: the required check "test" has not reported a result on this commit',
    ])
    expect(effectsOf(makeGuest(waiting))[0]).toMatchObject({ check: null })
  })
  test.each<[string, GuestFacts, RegExp]>([
    [
      'from a fork',
      makeGuest({}, { here: false }),
      /comes from a fork, and what runs for it there has no keys/,
    ],
    [
      'that somebody without write access labelled',
      makeGuest({}, { timeline: [makeLabeled(LAND_LABEL, tim)] }),
      /nobody who may push has asked/,
    ],
    [
      'to another branch',
      makeGuest({ base: { branch: 'release', sha: sha(1) } }),
      /goes to release, and Chorus lands only on main/,
    ],
  ])('%s stays theirs, and green', (_, guest, why) => {
    const [said, ...more] = effectsOf(guest)
    expect(more).toEqual([])
    expect(said).toMatchObject({ do: 'gate', conclusion: 'success', summary: expect.stringMatching(why) })
    const { key } = said as Extract<Effect, { do: 'gate' }>
    const told = { ...guest, pull: { ...guest.pull, gate: makeGate({ conclusion: 'success', key }) } }
    expect(effectsOf(told)).toEqual([])
  })
  test('does not land while everything is stopped', () => {
    const { ledger } = makeWorld()
    const stopped = { ...ledger, controls: { ...ledger.controls, stopped: { by: bob, at: at(1) } } }
    expect(does(effectsOf(makeGuest(), { ledger: stopped }))).toEqual([
      expect.stringMatching(/^gate 40 null: On hold/),
    ])
    const broken = { ...ledger, broken: { ...ledger.broken, controls: 'foreign' as const } }
    expect(does(effectsOf(makeGuest(), { ledger: broken }))).toEqual([
      expect.stringMatching(/^gate 40 null: On hold/),
    ])
  })
  test('nor while landings are frozen', () => {
    const { ledger } = makeWorld()
    const frozen = { ...ledger, controls: { ...ledger.controls, frozen: { by: bob, at: at(1) } } }
    expect(does(effectsOf(makeGuest(), { ledger: frozen }))).toEqual([
      expect.stringMatching(/^gate 40 null: freeze/),
    ])
  })
  const behind = { current: false, changes: [makeChange({ path: 'a.txt' })] }
  const task = makeReady(1, { current: false, changes: [makeChange({ path: 'b.txt' })] })
  test('goes in trains with what agents made, and its own branch is left alone', () => {
    const effects = effectsOf(makeGuest(behind), { ...strict, tasks: [task] })
    expect(does(effects).filter(line => !line.startsWith('gate'))).toEqual(
      expect.arrayContaining(['judge 40+101']),
    )
    expect(does(effects)).not.toContain('update')
  })
  test('in a train that lands it is named like the others', () => {
    const train = {
      branch: `chorus/train/${'a'.repeat(16)}`,
      head: sha(0x2000),
      members: [sha(0x400), task.pull!.head.sha],
      base: sha(1),
      pull: 500,
      at: at(50),
      checks: [makeCheck()],
      judged: [],
      gate: null,
      refusal: null,
    }
    const effects = effectsOf(makeGuest(behind), { ...strict, tasks: [task], trains: [train] })
    const landing = effects.find(effect => effect.do === 'land')
    expect(landing?.pull).toBe(500)
    expect(landing?.message).toMatch(/^- Mend the door.+\(#40\)\n- .+\(#101\)\n/)
  })
  test('in GitHub’s merge queue it is put in, too', () => {
    const queue = { timeout: 60_000, entries: [], removals: new Map() }
    const effects = effectsOf(makeGuest(), { rules: makeRules({ queue: true }), queue })
    expect(effects.map(effect => effect.do)).toEqual(['enqueue'])
  })
  test.each<[string, GuestFacts]>([
    [
      'whose label is off again',
      makeGuest({ labels: [] }, { timeline: [makeLabeled(LAND_LABEL, bob), off(tim)] }),
    ],
    [
      'that somebody holds',
      makeGuest({}, { timeline: [makeLabeled(LAND_LABEL, bob), says('/chorus hold')] }),
    ],
  ])('%s is taken out of it, once; what a person put in there stays', (_, guest) => {
    const entry = { pull: 40, head: sha(0x400), state: 'QUEUED' as const, expected: null, group: null }
    const queue = { timeout: 60_000, entries: [entry], removals: new Map() }
    const seen = (key: string, entries = [entry]) => {
      const gate = makeGate({ status: 'completed', conclusion: 'success', key })
      const world = { rules: makeRules({ queue: true }), queue: { ...queue, entries } }
      return effectsOf({ ...guest, pull: { ...guest.pull, gate } }, world).map(effect => effect.do)
    }
    expect(seen('queue 1 at 1 QUEUED')).toEqual(['dequeue'])
    expect(seen('queue 1 at 1 QUEUED', [])).toEqual(['gate'])
    expect(seen('stranger')).toEqual(['gate'])
  })
  test('C6: voices that do not come are called for there, once, by our own words', () => {
    const voices = [
      { name: 'security', paths: ['src/**'], needed: 2, of: ['@bob', '@carol'], escalate: '@dave' },
    ]
    const day = at(20 + 24 * 60)
    const guest = makeGuest({ gate: makeGate({ at: at(20) }), changes: [makeChange({ path: 'src/a.ts' })] })
    const told = (comments: PullFacts['comments'], now = day) => {
      const world = makeWorld({
        guests: [{ ...guest, pull: { ...guest.pull, comments } }],
        config: { ok: true, value: makeConfig({ gates: { voices } }) },
      })
      const { effects } = plan(world, { ...tools, now })
      const gate = effects.find(effect => effect.do === 'gate')
      const calls = effects.flatMap(effect => (effect.do === 'call' ? [effect] : []))
      return { calls, summary: gate?.do === 'gate' ? gate.summary : '' }
    }
    expect(told([], day - 1).calls).toEqual([])
    const [call, ...more] = told([]).calls
    expect(more).toEqual([])
    expect(call).toMatchObject({
      pull: 40,
      body: expect.stringMatching(/^@dave: the decision "security" still/),
    })
    const ours = makeComment({ by: chorus, body: call!.body, at: day })
    expect(told([ours], day + 60_000).calls).toEqual([])
    expect(told([ours], day + 60_000).summary).toMatch(/none is given; @.?dave was told/)
    // Words of others are not ours.
    expect(told([{ ...ours, by: alice }]).calls).toHaveLength(1)
  })
  describe('as an emergency', () => {
    const maintained = { standings: makeStandings({ [bob.id]: 'maintain' }) }
    const other = makeReady(1, { changes: [makeChange({ path: 'b.txt' })] })
    const said = (by = bob) => makeGuest({}, { timeline: [says('/chorus merge emergency', by)] })
    const labelled = makeGuest(
      { labels: [LAND_LABEL, 'emergency'] },
      { timeline: [makeLabeled(LAND_LABEL, bob), makeLabeled('emergency', bob)] },
    )
    const done = (guest: GuestFacts, over: Partial<World> = maintained) =>
      does(effectsOf(guest, { ...strict, tasks: [other], ...over })).filter(
        line => line.startsWith('land') || line.includes('emergency'),
      )
    test.each<[string, string[], string[]]>([
      [
        'by a word it goes first and alone',
        done(said()),
        ['land 40', 'gate 101 null: Waits for #40, an emergency'],
      ],
      [
        'red it holds nobody up',
        done(makeGuest({ checks: [makeCheck({ conclusion: 'failure' })] }, { timeline: said().timeline })),
        ['land 101'],
      ],
      ['by the label, too', done(labelled), ['land 40', 'gate 101 null: Waits for #40, an emergency']],
      ['not for who only may push: it takes its turn', done(said(), {}), ['land 40']],
      ['nor by their label', done(labelled, {}), ['land 40']],
      [
        'not any more once somebody says so',
        done(makeGuest({}, { timeline: [says('/chorus merge emergency'), says('/chorus merge')] })),
        ['land 40'],
      ],
      [
        'nor held',
        done(
          makeGuest({ labels: [] }, { timeline: [says('/chorus merge emergency'), says('/chorus hold')] }),
        ),
        ['land 101'],
      ],
      [
        'nor when somebody else asks for it after it was held',
        done(
          makeGuest(
            {},
            {
              timeline: [
                says('/chorus merge emergency'),
                says('/chorus hold'),
                makeLabeled(LAND_LABEL, bob, at(6)),
              ],
            },
          ),
        ),
        ['land 40'],
      ],
    ])('%s', (_, lines, wanted) => expect(lines).toEqual(wanted))
    test('its commit and its gate name who said so, and who was refused', () => {
      const land = effectsOf(said(), maintained).find(effect => effect.do === 'land')
      expect(land?.message).toContain('Asked-For: bob\nEmergency: bob\n')
      expect(land?.summary).toMatch(/\*\*Emergency:\*\*.+bob.+said that this lands first and alone/)
      const pull = makePull({ ...makeGuest(waiting).pull })
      const [gate] = effectsOf({ ...said(), pull })
      expect(gate).toMatchObject({
        summary: expect.stringMatching(
          /\*\*No emergency:\*\*.+bob.+needs the maintain role or more; theirs is write/,
        ),
      })
    })
  })
  test('is looked at again while it waits', () => {
    const { lookAgain } = plan(makeWorld({ guests: [makeGuest(waiting)] }), tools)
    expect(lookAgain).toBe(at(61))
  })
})
