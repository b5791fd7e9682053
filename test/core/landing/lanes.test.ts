import { describe, expect, test } from 'vitest'
import type { IntegrationFacts, LandedFacts, PromotionFacts } from '../../../core/landing/integration.ts'
import {
  isBringBack,
  parseLandedFor,
  parsePromotes,
  printBringBack,
  printPromoteBranch,
  printPromotes,
  printWithoutBranch,
} from '../../../core/landing/integration.ts'
import { joinLandings } from '../../../core/landing/landed.ts'
import { ASKED_AGAIN } from '../../../core/landing/tips.ts'
import { printPair } from '../../../core/merge/snapshot.ts'
import { plan } from '../../../core/plan.ts'
import { DAYS } from '../../../core/window.ts'
import { writePromoted } from '../../../core/words/promote.ts'
import { writeReverts } from '../../../core/words/rollback.ts'
import type { PullFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeChange,
  makeCheck,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makePull,
  makeRecord,
  makeRepo,
  makeRules,
  makeTask,
  makeWorld,
  sha,
} from '../../make.ts'
import { makeReady } from './ready.ts'

const REFUSED = { why: 'a review is required.', times: 1, again: at(70) }
const FROM = sha(0x100)
const TIP = (n: number) => sha(0x100 + n)

function makeLanded(n: number, over: Partial<LandedFacts> = {}): LandedFacts {
  return {
    sha: TIP(n),
    files: [`src/l${n}.ts`],
    message: `feat: ${n}\n\nChorus-Issue: #${n}\n`,
    back: false,
    ...over,
  }
}

function makePromotion(n: number, over: Partial<PromotionFacts> = {}): PromotionFacts {
  const tip = TIP(n)
  const branch = printPromoteBranch(tip)
  return {
    branch,
    tip,
    head: tip,
    pull: 500 + n,
    at: at(59),
    checks: [],
    judged: [],
    gate: null,
    refusal: null,
    ...over,
  }
}

const green = { checks: [makeCheck()] }
const revertOf = (n: number) => `revert\n\n${writeReverts(TIP(n))}\n`
const red = { checks: [makeCheck({ conclusion: 'failure' })] }
const redIn = (tries: number) => ({
  checks: [makeCheck({ conclusion: 'failure', job: { run: 70, tries } })],
})
const redOnce = redIn(1)
const redTwice = redIn(2)
const asked = { id: 1, conclusion: null, key: ASKED_AGAIN }
const said = { ...redTwice, gate: { id: 1, conclusion: 'failure', key: 'culprit' } }
const long = makeCheck({ status: 'in_progress', conclusion: null, startedAt: at(-15) })
const underWay = { checks: [makeCheck({ status: 'in_progress', conclusion: null })] }

/** Three have landed since the last promotion, which was at `FROM`. */
function makeIntegration(over: Partial<IntegrationFacts> = {}): IntegrationFacts {
  const landed = over.landed ?? [1, 2, 3].map(n => makeLanded(n))
  return {
    branch: 'integration',
    head: landed.at(-1)?.sha ?? FROM,
    landed,
    from: FROM,
    promoted: FROM,
    lacks: 'none',
    ahead: landed.length > 0,
    rules: makeRules(),
    promotions: [],
    without: [],
    arrived: [],
    gone: [],
    ...over,
  }
}

function makeLanes(
  tasks: readonly TaskFacts[],
  integration: IntegrationFacts,
  over: Partial<World> = {},
): World {
  const target = { branch: 'integration', head: integration.head ?? sha(1) }
  return makeWorld({
    tasks,
    integration,
    repo: makeRepo({ target }),
    config: { ok: true, value: makeConfig({ merge: { strategy: 'lanes' } }) },
    ...over,
  })
}

function acts(...given: Parameters<typeof makeLanes>): string[] {
  const world = makeLanes(...given)
  const { effects } = plan(world, { now: at(60), digest: text => text.padEnd(64, '0').slice(-64) })
  return effects.flatMap(effect => {
    switch (effect.do) {
      case 'land':
        return [`land ${effect.pull} by ${effect.method} into ${effect.into}`]
      case 'update':
        return [`update ${effect.pull}`]
      case 'integrate':
        return [`begin ${effect.branch}`]
      case 'promote':
        return [`judge ${Number.parseInt(effect.tip, 16) - 0x100}`]
      case 'bring-back':
        return [`back ${effect.own ? 'own' : 'merged'}`]
      case 'rerun':
        return [`ask again ${effect.run}`]
      case 'drop-branch':
        return [`drop ${effect.branch.slice(-1)}`]
      case 'gate':
        return effect.pull > 500 ? [`gate ${effect.pull} ${effect.conclusion}: ${effect.title}`] : []
      default:
        return []
    }
  })
}

const base = { branch: 'integration', sha: FROM }
const ready = (issue: number, path: string, over: Partial<PullFacts> = {}) =>
  makeReady(issue, { base, mergeBase: FROM, current: false, changes: [makeChange({ path })], ...over })
const landing = (...numbers: number[]) => numbers.map(number => `land ${number} by squash into integration`)
const idle = makeIntegration({ landed: [] })
const promoted = makeIntegration({ promoted: TIP(3) })

describe('landing on the integration branch', () => {
  test.each<[string, string[], string[]]>([
    [
      '136: what shares nothing lands side by side',
      acts([ready(1, 'a.ts'), ready(2, 'b.ts')], idle),
      landing(101, 102),
    ],
    [
      'R13: of two that write the same counter only one lands on what both were judged on',
      acts([ready(1, 'a.ts'), ready(2, 'a.ts')], idle),
      landing(101),
    ],
    [
      '137: who touches both waits, who touches neither does not',
      acts(
        [
          ready(1, 'a.ts'),
          ready(2, 'b.ts'),
          ready(3, 'a.ts', { changes: ['a.ts', 'b.ts'].map(path => makeChange({ path })) }),
          ready(4, 'd.ts'),
        ],
        idle,
      ),
      landing(101, 102, 104),
    ],
    [
      '138: what all depends on has to do with all',
      acts([ready(1, 'package.json'), ready(2, 'b.ts'), ready(3, 'c.ts')], idle),
      landing(101),
    ],
    [
      'what landed since its CI ran has nothing to do with it',
      acts([ready(1, 'a.ts')], promoted),
      landing(101),
    ],
    [
      'what landed since its CI ran touches it: judged anew first',
      acts([ready(1, 'src/l2.ts')], promoted),
      ['update 101'],
    ],
    [
      '139: judged on that already, it lands',
      acts([ready(1, 'src/l2.ts', { mergeBase: TIP(2) })], promoted),
      landing(101),
    ],
    [
      'judged on who knows what, it is judged anew',
      acts([ready(1, 'a.ts', { mergeBase: sha(0x99) })], promoted),
      ['update 101'],
    ],
    [
      'where GitHub cut the list of files, with all',
      acts(
        [ready(1, 'a.ts')],
        makeIntegration({ promoted: TIP(1), landed: [makeLanded(1, { files: null })] }),
      ),
      ['update 101'],
    ],
    [
      'what broke together once, counts as one place',
      acts([ready(1, 'a.ts'), ready(2, 'b.ts')], idle, coupled('a.ts', 'b.ts')),
      landing(101),
    ],
    ['what must not land does not', acts([ready(1, 'a.ts', { labels: ['hold'] })], idle), []],
    [
      'to another branch, nothing lands',
      acts([ready(1, 'a.ts', { base: { branch: 'main', sha: FROM } })], idle),
      [],
    ],
    [
      'nothing while our squash is on its way back',
      acts([ready(1, 'a.ts')], makeIntegration({ promoted: TIP(3), lacks: 'squashed', ahead: false })),
      ['back own'],
    ],
    [
      'where the branch is missing, it is begun',
      acts([], makeIntegration({ head: null, landed: [], ahead: false })),
      ['begin integration'],
    ],
  ])('%s', (_, done, wanted) => {
    expect(done).toEqual(wanted)
  })
})

const facts = (over: Partial<IntegrationFacts>) => acts([], makeIntegration(over))
const squashOnly = {
  repo: makeRepo({ methods: ['squash'], target: { branch: 'integration', head: TIP(3) } }),
}

const cancelled = { checks: [makeCheck({ conclusion: 'cancelled', startedAt: at(-1) })] }

/** Somebody changed main, and git cannot merge that. */
function clashing(over: Partial<IntegrationFacts>): string[] {
  const integration = makeIntegration({ lacks: 'foreign', ...over })
  const collisions = new Set([printPair(integration.head!, makeRepo().head)])
  return acts([], integration, { collisions })
}

const greenTip = makeIntegration({ promotions: [makePromotion(3, green)] })
const refusedTip = makeIntegration({
  promotions: [
    makePromotion(3, {
      ...green,
      refusal: REFUSED,
      gate: { id: 9, conclusion: null, key: `refused ${REFUSED.times} ${REFUSED.why}` },
    }),
  ],
})
const heldTip = makeIntegration({
  promotions: [
    makePromotion(3, {
      ...green,
      gate: {
        id: 9,
        conclusion: null,
        key: 'held nothing lands on sun, mon, tue, wed, thu, fri, sat from 00:00 to 00:00 UTC, as `gates.freeze` says',
      },
    }),
  ],
})
const heldBack = ['gate 503 null: Nothing is promoted now']
const ALWAYS = { days: [...DAYS], from: '00:00', to: '00:00' }
const NEVER = { ...ALWAYS, from: '03:00', to: '03:01' }

function gates(over: object): Partial<World> {
  return { config: { ok: true, value: makeConfig({ merge: { strategy: 'lanes' }, gates: over }) } }
}

function saidFreeze(): TaskFacts {
  const timeline = [makeLabeled('agent:codex'), makeComment({ body: '/chorus freeze', at: at(59) })]
  return makeTask({ issue: makeIssue({ timeline }), record: makeRecord() })
}

const stopped: Partial<World> = {
  ledger: {
    ...makeWorld().ledger,
    controls: { ...makeWorld().ledger.controls, stopped: { by: { login: 'ada', id: 1 }, at: at(1) } },
  },
}

const doubtful: Partial<World> = {
  ledger: { ...makeWorld().ledger, broken: { controls: 'foreign', records: new Map() } },
}

describe('148: promotion', () => {
  test.each<[string, string[], string[]]>([
    ['the newest tip is pinned and judged', facts({}), ['judge 3']],
    ['while it is judged nothing else is', facts({ promotions: [makePromotion(3, underWay)] }), []],
    [
      'as long as CI is at work on it, however long that takes',
      facts({ promotions: [makePromotion(2, { checks: [long], at: at(-20) })] }),
      [],
    ],
    [
      'green, it comes to main by a merge commit',
      facts({ promotions: [makePromotion(3, green)] }),
      ['land 503 by merge into main'],
    ],
    [
      'by a squash where nothing else is allowed',
      acts([], makeIntegration({ promotions: [makePromotion(3, green)] }), squashOnly),
      ['land 503 by squash into main'],
    ],
    [
      'and where main takes no merge commits',
      facts({ rules: makeRules({ linear: true }), promotions: [makePromotion(3, green)] }),
      ['land 503 by squash into main'],
    ],
    [
      'also where GitHub’s merge queue is on the branch that it comes from',
      acts([], makeIntegration({ promotions: [makePromotion(3, green)] }), {
        rules: makeRules({ queue: true }),
        queue: { timeout: 60 * 60_000, entries: [], removals: new Map() },
      }),
      ['land 503 by merge into main'],
    ],
    [
      'through a merge queue on main nothing is promoted, and that is said',
      facts({ rules: makeRules({ queue: true }), promotions: [makePromotion(3, green)] }),
      ['gate 503 null: Nothing is promoted now'],
    ],
    ['red, it is searched', facts({ promotions: [makePromotion(3, red)] }), ['judge 1', 'judge 2']],
    [
      'what is known is not asked again',
      facts({ promotions: [makePromotion(3, red), makePromotion(1, underWay)] }),
      ['judge 2'],
    ],
    [
      'green before it comes to main meanwhile',
      facts({ promotions: [makePromotion(3, red), makePromotion(1, green)] }),
      ['land 501 by merge into main'],
    ],
    [
      '147: red right after green: that landing, said once',
      facts({ promotions: [makePromotion(3, red), makePromotion(2, red)], promoted: TIP(1) }),
      ['gate 502 failure: Red since feat: 2'],
    ],
    [
      'O3: red once, CI is asked a second time before anything is taken back',
      facts({
        promotions: [makePromotion(2, redOnce)],
        landed: [makeLanded(1), makeLanded(2)],
        promoted: TIP(1),
      }),
      ['gate 502 null: Red once: CI is asked a second time', 'ask again 70'],
    ],
    [
      'said already, and GitHub has not heard of it',
      facts({
        promotions: [makePromotion(2, { ...redOnce, gate: asked })],
        landed: [makeLanded(1), makeLanded(2)],
        promoted: TIP(1),
      }),
      ['ask again 70'],
    ],
    [
      'while it is asked, nothing newer is judged',
      facts({ promotions: [makePromotion(2, { ...underWay, gate: asked })], promoted: TIP(1) }),
      [],
    ],
    [
      'red twice',
      facts({
        promotions: [makePromotion(2, { ...redTwice, gate: asked })],
        landed: [makeLanded(1), makeLanded(2)],
        promoted: TIP(1),
      }),
      ['gate 502 failure: Red since feat: 2'],
    ],
    [
      'taken back, and red all the same: the only one between is red as well',
      facts({
        promotions: [makePromotion(1, said), makePromotion(3, redTwice)],
        landed: [
          makeLanded(1),
          makeLanded(2),
          makeLanded(3, { message: `revert\n\n${writeReverts(TIP(1))}\n` }),
        ],
      }),
      ['gate 501 failure: Red since feat: 1'],
    ],
    [
      'nothing landed between: for a person',
      facts({
        promotions: [makePromotion(1, said), makePromotion(2, redTwice)],
        landed: [makeLanded(1), makeLanded(2, { message: `revert\n\n${writeReverts(TIP(1))}\n` })],
      }),
      ['gate 502 failure: Red, also without the culprit'],
    ],
    [
      'said already',
      facts({
        promotions: [makePromotion(2, { ...red, gate: { id: 1, conclusion: 'failure', key: 'culprit' } })],
        landed: [1, 2].map(n => makeLanded(n)),
        promoted: TIP(1),
      }),
      [],
    ],
    [
      'what was promoted is cleared away',
      facts({ promoted: TIP(3), ahead: false, promotions: [makePromotion(3, green)] }),
      ['drop 3'],
    ],
    [
      'what somebody pushed to is cleared away, and judged anew',
      facts({ promotions: [makePromotion(3, { ...green, head: sha(9) })] }),
      ['judge 3', 'drop 3'],
    ],
    [
      'what has something that was taken back since loses the green that a landing left it',
      facts({
        promotions: [makePromotion(2, { ...green, gate: { id: 1, conclusion: 'success', key: 'x' } })],
        landed: [1, 2, 3].map(n => makeLanded(n, n === 3 ? { message: revertOf(1) } : {})),
      }),
      ['gate 502 null: Something in it is taken back', 'judge 3'],
    ],
    [
      'nor does what lies below our merge of main come, where it was taken back above it',
      facts({
        promotions: [makePromotion(2, green)],
        landed: [makeLanded(1), makeLanded(2, { back: true }), makeLanded(3, { message: revertOf(1) })],
      }),
      ['gate 502 null: Something in it is taken back', 'judge 3'],
    ],
    [
      'what was promoted before that may be taken back',
      facts({
        promoted: TIP(1),
        promotions: [makePromotion(2, green)],
        landed: [makeLanded(1), makeLanded(2), makeLanded(3, { message: revertOf(1) })],
      }),
      ['land 502 by merge into main'],
    ],
    [
      'without a pull request, it is finished',
      facts({ promotions: [makePromotion(3, { pull: null })] }),
      ['judge 3'],
    ],
    [
      'refused by GitHub: a person hears of it',
      facts({ promotions: [makePromotion(3, { ...green, refusal: REFUSED })] }),
      ['gate 503 null: GitHub does not merge this promotion'],
    ],
    [
      'refused again: it says when GitHub is asked next, once for each time',
      facts({
        promotions: [
          makePromotion(3, {
            ...green,
            refusal: { ...REFUSED, times: 2 },
            gate: { id: 1, conclusion: null, key: 'refused 1 a review is required.' },
          }),
        ],
      }),
      ['gate 503 null: GitHub does not merge this promotion'],
    ],
    [
      'and newer tips wait until then: a review of it would count for none of them',
      facts({ promotions: [makePromotion(2, { ...green, refusal: REFUSED })] }),
      ['gate 502 null: GitHub does not merge this promotion'],
    ],
    ['somebody changed main: that comes back first', facts({ lacks: 'foreign' }), ['back merged']],
    [
      'but not while it is searched with which landing the branch is red: that merge would stand for all of them',
      facts({ lacks: 'foreign', promotions: [makePromotion(3, redTwice)] }),
      ['judge 1', 'judge 2'],
    ],
    [
      'nor while CI is asked a second time',
      facts({ lacks: 'foreign', promotions: [makePromotion(1, redOnce)] }),
      ['ask again 70', 'gate 501 null: Red once: CI is asked a second time'],
    ],
    [
      'what a person has to mend may have been mended on main',
      facts({ lacks: 'foreign', promotions: [makePromotion(1, redTwice)] }),
      ['back merged', 'gate 501 failure: Red since feat: 1'],
    ],
    ['which does not merge: it is not tried again, and one is shown', clashing({}), ['judge 3']],
    [
      'where a person hears of it',
      clashing({ promotions: [makePromotion(3, green)] }),
      ['gate 503 null: main does not merge into integration'],
    ],
    [
      'what was cancelled is told of, and a newer tip does not wait for it',
      facts({ promotions: [makePromotion(2, { ...cancelled, at: at(-1) })] }),
      ['judge 3', 'gate 502 null: CI has come to no end here'],
    ],
    ['not at once', facts({ promotions: [makePromotion(2, { ...cancelled, at: at(30) })] }), []],
    [
      'our squash comes back, and the tips below it with it',
      facts({
        lacks: 'none',
        landed: [makeLanded(1), makeLanded(2), makeLanded(3, { back: true, files: [] })],
        promoted: TIP(1),
      }),
      ['judge 3'],
    ],
    [
      'nothing new but what came back',
      facts({
        landed: [makeLanded(1), makeLanded(2, { back: true, files: [] })],
        promoted: TIP(1),
        ahead: false,
      }),
      [],
    ],
    ['frozen, nothing comes to main', acts([], greenTip, frozen()), heldBack],
    ['frozen in this very pass', acts([saidFreeze()], greenTip), heldBack],
    ['at times that are frozen', acts([], greenTip, gates({ freeze: [ALWAYS] })), heldBack],
    ['out of the window for landings', acts([], greenTip, gates({ window: [NEVER] })), heldBack],
    ['where all is stopped', acts([], greenTip, stopped), heldBack],
    ['there no tip is judged either', acts([], makeIntegration(), stopped), []],
    ['where nobody knows whether it is frozen', acts([], greenTip, doubtful), heldBack],
    [
      'refused by GitHub before, that stays said: both would be written in turn',
      acts([], refusedTip, gates({ freeze: [ALWAYS] })),
      [],
    ],
    ['said already, it is not said again', acts([], heldTip, gates({ freeze: [ALWAYS] })), []],
  ])('%s', (_, done, wanted) => {
    expect(done.toSorted()).toEqual(wanted.toSorted())
  })

  test('of a message only lines of their own say for which issue it landed', () => {
    const message = 'feat: as #1 asks\n\nCloses #2 perhaps.\nThis Closes #3\nChorus-Issue: #4\nCloses #5\n'
    expect(parseLandedFor(message)).toEqual([4, 5])
  })
  test('what it brings is told, and closed by it', () => {
    const world = makeLanes([], makeIntegration({ promotions: [makePromotion(2, green)] }))
    const { effects } = plan(world, { now: at(60), digest: () => '' })
    const land = effects.find(effect => effect.do === 'land')
    const { head: base } = world.repo
    expect(land).toMatchObject({ head: TIP(2), into: 'main', base, verify: true, exact: true })
    const closes = '- feat: 1\n  Closes #1\n- feat: 2\n  Closes #2\n'
    expect(land?.do === 'land' && land.message).toBe(`${closes}\nChorus-Promotes: ${TIP(2)}\n`)
  })

  test.each([
    ['what was taken back before is not closed', ['Chorus-Issue: #1', back(1)], []],
    ['what was made anew since is', ['Chorus-Issue: #1', back(1), 'Chorus-Issue: #1'], [1]],
    ['nor is the taking back that was taken back', ['Chorus-Issue: #1', back(1), back(2)], [1]],
    ['others are', ['Chorus-Issue: #1', 'Closes #2', back(1)], [2]],
  ])('%s', (_, messages, wanted) => {
    const landed = messages.map((message, i) => ({
      sha: TIP(i + 1),
      files: [],
      message: `feat: x\n\n${message}\n`,
      back: false,
    }))
    const { message } = writePromoted(makeIntegration({ landed }), TIP(landed.length))
    expect([...message.matchAll(/^ {2}Closes #(\d+)$/gm)].map(match => Number(match[1]))).toEqual(wanted)
  })
})

test('an issue stays open until its landing is promoted, and who waits for it goes on', () => {
  const merged = makeReady(1, { base, state: 'merged', mergedSha: TIP(1) })
  const waiting = makeTask({
    blockers: [{ issue: 1, repo: null, title: 'one', state: 'open', stateReason: null }],
  })
  const world = makeLanes([merged], promoted)
  const { effects } = plan(world, { now: at(60), digest: () => '' })
  expect(effects.filter(effect => effect.do === 'close')).toEqual([])
  const [, joined] = joinLandings([merged, waiting], world.repo)
  expect(joined?.blockers).toMatchObject([{ issue: 1, state: 'closed', stateReason: 'completed' }])
  expect(joinLandings([merged, waiting], makeRepo())).toEqual([merged, waiting])
  // Of another repository it is another issue, whatever its number.
  const foreign = { ...waiting, blockers: waiting.blockers.map(one => ({ ...one, repo: 'acme/lib' })) }
  expect(joinLandings([merged, foreign], world.repo)[1]).toBe(foreign)
  expect(makePull().state).toBe('open')
})

function back(n: number): string {
  return writeReverts(TIP(n))
}

function coupled(a: string, b: string): Partial<World> {
  const { ledger } = makeWorld()
  return { ledger: { ...ledger, controls: { ...ledger.controls, couplings: [[a, b]] } } }
}

function frozen(): Partial<World> {
  const { ledger } = makeWorld()
  const by = { login: 'ada', id: 1 }
  return { ledger: { ...ledger, controls: { ...ledger.controls, frozen: { by, at: at(1) } as never } } }
}

test('what was promoted is told by our own last line, not by words of agents further up', () => {
  const [forged, tip] = [sha(0xbad), TIP(1)]
  const landing = `feat: x [bd-1]\n\nDone.\n${printPromotes(forged)}\n\nCloses #1\n\nChorus-Task: bd-1\n`
  expect(parsePromotes(landing)).toBeNull()
  const promotion = `chore: promote\n\n- feat: 1\n\n${printPromotes(tip)}`
  expect(parsePromotes(promotion)).toBe(tip)
  expect(parsePromotes(`${promotion}\n\nCo-authored-by: a <a@example.com>\n`)).toBe(tip)
})

test('what brought the default branch back is told from landings that are called like it', () => {
  expect(isBringBack(`${printBringBack('main')}\n`, 'main')).toBe(true)
  expect(isBringBack('chore: bring main back [bd-1]\n\nCloses #1\n', 'main')).toBe(false)
  expect(isBringBack('chore: bring in the harvest [bd-1]', 'main')).toBe(false)
})

describe('O3: a red tip', () => {
  const failed = (n: number) => ({
    try: n,
    run: 900 + n,
    url: null,
    verdict: 'failed' as const,
    at: at(59),
    tail: null,
    refusal: null,
    usual: null,
  })
  const merge = { strategy: 'lanes', judge: 'job' }
  const config = { ok: true as const, value: makeConfig({ merge, checks: [{ name: 't', run: 'true' }] }) }
  const done = (...judged: ReturnType<typeof failed>[]) => {
    const integration = makeIntegration({ promoted: TIP(2), promotions: [makePromotion(3, { judged })] })
    const judge = { key: '0123456789ab', underWay: 0 }
    const world = makeLanes([], integration, { config, judge })
    return plan(world, { now: at(60), digest: text => text.padEnd(64, '0').slice(-64) }).effects
  }
  test('once is looked at again, and blames nobody', () => {
    expect(done(failed(1)).map(effect => effect.do)).toEqual(['judge'])
  })
  test.each<[string, Partial<IntegrationFacts>]>([
    ['what CI has found red', { promotions: [makePromotion(3, redTwice)] }],
    ['what has come to main', { ahead: false, promoted: TIP(3), promotions: [makePromotion(3)] }],
    [
      'what leaves some out, while it has no pull request',
      {
        promotions: [makePromotion(3, redTwice)],
        without: [
          {
            ...makePromotion(3),
            branch: printWithoutBranch(TIP(3), [TIP(2)]),
            head: sha(9),
            pull: null,
            left: [TIP(2)],
          },
        ],
      },
    ],
  ])('where the merge job judges, it is not asked about %s', (_, over) => {
    const integration = makeIntegration({ promoted: TIP(2), ...over })
    const judge = { key: '0123456789ab', underWay: 0 }
    const world = makeLanes([], integration, { config, judge })
    const { effects } = plan(world, { now: at(60), digest: text => text.padEnd(64, '0').slice(-64) })
    expect(effects.filter(effect => effect.do === 'judge')).toEqual([])
  })
  test('twice names the landing; where it is nobody’s task, taking it back is for a person to say', () => {
    const effects = done(failed(1), failed(2))
    expect(effects).toMatchObject([
      { do: 'record', controls: { reds: [{ sha: TIP(3) }] } },
      {
        do: 'gate',
        conclusion: 'failure',
        title: 'Red since feat: 3',
        summary: expect.stringContaining('/chorus rollback'),
      },
    ])
  })
})
