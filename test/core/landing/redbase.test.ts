import { describe, expect, test } from 'vitest'
import { type GuestFacts, LAND_LABEL } from '../../../core/landing/guest.ts'
import {
  type IntegrationFacts,
  type PromotionFacts,
  printPromoteBranch,
} from '../../../core/landing/integration.ts'
import { inheritsRed } from '../../../core/landing/redbase.ts'
import { ASKED_AGAIN } from '../../../core/landing/tips.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { plan } from '../../../core/plan.ts'
import { writeReverts } from '../../../core/words/rollback.ts'
import type { PullFacts, TaskFacts } from '../../../core/world.ts'
import {
  alice,
  at,
  bob,
  makeChange,
  makeCheck,
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

const FROM = sha(0x100)
const TIP = (n: number) => sha(0x100 + n)

/** `.` plain, `r` takes the second back. */
function makeLanded(letters: string): IntegrationFacts['landed'] {
  return [...letters].map((letter, i) => {
    const message = letter === 'r' ? `revert: 2\n\n${writeReverts(TIP(2))}\n` : `feat: ${i + 1}\n`
    return { sha: TIP(i + 1), files: [`src/l${i + 1}.ts`], message, back: false }
  })
}

const SAID = {
  g: makeCheck(),
  '1': makeCheck({ conclusion: 'failure', job: { run: 70, tries: 1 } }),
  '2': makeCheck({ conclusion: 'failure', job: { run: 70, tries: 2 } }),
  a: makeCheck({ status: 'in_progress', conclusion: null, startedAt: at(80), job: { run: 70, tries: 2 } }),
}

/** By tip: `g` green, `1` red once, `a` being asked again, `2` red twice. */
function makePromotions(said: Readonly<Record<number, keyof typeof SAID>>): PromotionFacts[] {
  return Object.entries(said).map(([n, word]) => {
    const tip = TIP(Number(n))
    const gate = word === 'a' ? { id: 1, conclusion: null, key: ASKED_AGAIN } : null
    const rest = { judged: [], gate, refusal: null, at: at(59), pull: 500 + Number(n) }
    return { branch: printPromoteBranch(tip), tip, head: tip, checks: [SAID[word]], ...rest }
  })
}

type Given = {
  tasks: readonly TaskFacts[]
  landed?: string
  said?: Parameters<typeof makePromotions>[0]
  promoted?: number
  /** Known from before. */
  reds?: readonly number[]
  exact?: boolean
  guests?: readonly GuestFacts[]
}

const effectsOf = (given: Given) => planOf(given).effects

function planOf(given: Given) {
  return planned(given).made
}

function planned({ tasks, guests = [], ...given }: Given) {
  const { landed = '...', said = {}, promoted = 0, reds = [], exact = false } = given
  const all = makeLanded(landed)
  const head = all.at(-1)!.sha
  const integration: IntegrationFacts = {
    branch: 'integration',
    head,
    landed: all,
    from: FROM,
    promoted: promoted === 0 ? FROM : TIP(promoted),
    lacks: 'none',
    ahead: promoted < all.length,
    rules: makeRules(),
    promotions: makePromotions(said),
    without: [],
    arrived: [],
    gone: [],
  }
  const known = reds.map(n => ({ sha: TIP(n), at: at(1) }))
  const world = makeWorld({
    tasks,
    guests,
    integration,
    repo: makeRepo({ target: { branch: 'integration', head } }),
    config: { ok: true, value: makeConfig({ merge: { strategy: 'lanes', exact } }) },
    ledger: {
      ...makeWorld().ledger,
      controls: { ...emptyControls, reds: known },
      records: new Map(tasks.map(one => [one.id, one.record!])),
    },
  })
  const made = plan(world, { now: at(90), digest: text => text.padEnd(64, '0').slice(-64) })
  return { world, made }
}

const base = { branch: 'integration', sha: FROM }
const failed = [makeCheck({ conclusion: 'failure', job: { run: 71, tries: 1 }, tail: 'boom' })]
const proposal = (over: Partial<PullFacts>, record = {}) =>
  makeReady(
    1,
    { base, mergeBase: FROM, current: false, changes: [makeChange({ path: 'src/one.ts' })], ...over },
    record,
  )

const mendedBy = (issue: number) => ({ by: { id: 1, login: 'ada' }, at: at(1), issue })
/** The landing at that place, for which somebody said `/chorus hotfix` with that issue. */
const badWith = (issue: number, place = 2) =>
  makeReady(2, { base, state: 'merged', mergedSha: TIP(place) }, { hotfix: mendedBy(issue) })

/** What becomes of it: sent back to its agent, updated, or asked again; and what its gate says. */
function fateOf(given: Given) {
  const effects = effectsOf(given)
  const gate = effects.find(effect => effect.do === 'gate' && effect.pull === 101)
  const records = effects.flatMap(effect => (effect.do === 'record' ? [...effect.records.values()] : []))
  const done = [
    ...(records.some(one => one.revisions.some(({ why }) => why === 'ci')) ? ['sent back'] : []),
    ...effects.flatMap(effect =>
      effect.do === 'update'
        ? ['updated']
        : effect.do === 'rerun' && effect.pull === 101
          ? ['asked again']
          : effect.do === 'land' && effect.pull === 101
            ? ['landed']
            : [],
    ),
  ]
  return { done, title: gate?.do === 'gate' ? gate.title : null }
}

test('a red branch reddens nothing that goes to another one', () => {
  const { world } = planned({ tasks: [], said: { 1: 'g', 2: '2' }, reds: [2] })
  const judged = { mergeBase: FROM, layers: [sha(0x9)] }
  const inherits = (branch: string) => inheritsRed({ ...judged, base: { branch } }, world, at(90))
  expect([inherits('integration'), inherits('release')]).toEqual(['red', null])
})

test('a red is nobody else’s where it is not known on what it was judged, or that the branch was mended since', () => {
  const given = { tasks: [], landed: '...r', reds: [2] }
  const inherits = (mergeBase: string, more: Partial<Given> = {}) => {
    const { world } = planned({ ...given, ...more })
    return inheritsRed({ mergeBase, layers: [sha(0x9)], base: { branch: 'integration' } }, world, at(90))
  }
  expect([inherits(FROM), inherits(sha(0x99))]).toEqual(['mended', null])
  const pushed = { landed: '....' }
  expect([inherits(FROM, { ...pushed, promoted: 3 }), inherits(FROM, { ...pushed, promoted: 1 })]).toEqual([
    'mended',
    null,
  ])
})

describe('O3, 147: a red that is the branch’s is not its pull requests’', () => {
  const red = proposal({ checks: failed })
  const updated = { layers: [sha(0x9), sha(0x1001)], head: { ...red.pull!.head, sha: sha(0x9) } }
  test.each<[string, Given, string[]]>([
    ['the branch is green: its agent looks at once', { tasks: [red] }, ['sent back']],
    ['the branch may be red', { tasks: [red], said: { 2: '1' } }, []],
    ['also while CI is asked about that a second time', { tasks: [red], said: { 2: 'a' } }, []],
    ['the branch is red', { tasks: [red], said: { 1: 'g', 2: '2' }, reds: [2] }, []],
    [
      'also brought up to date: CI is not asked again, as it would be red again',
      { tasks: [proposal({ checks: failed, ...updated })], said: { 1: 'g', 2: '2' }, reds: [2] },
      [],
    ],
    [
      'it is taken back: judged again on top of that',
      { tasks: [red], landed: '...r', reds: [2] },
      ['updated'],
    ],
    [
      'it is taken back, and red all the same',
      { tasks: [red], landed: '...r', said: { 1: 'g', 2: '2', 4: '2' }, reds: [2] },
      [],
    ],
    [
      'judged on top of what mended it, it is its own',
      { tasks: [proposal({ checks: failed, mergeBase: TIP(4) })], landed: '...r.', reds: [2] },
      ['sent back'],
    ],
    [
      'a person mended it: judged again',
      { tasks: [red], landed: '....', promoted: 3, reds: [2] },
      ['updated'],
    ],
    [
      'a person mended it: once, and then as any other',
      {
        tasks: [proposal({ checks: failed, mergeBase: TIP(1), ...updated })],
        landed: '....',
        promoted: 3,
        reds: [2],
      },
      ['asked again'],
    ],
    [
      'it never stood below a red landing',
      { tasks: [proposal({ checks: failed, mergeBase: TIP(3) })], landed: '....', promoted: 3, reds: [2] },
      ['sent back'],
    ],
    [
      'what is there to mend it says for itself',
      { tasks: [red, badWith(1)], said: { 1: 'g', 2: '2' }, reds: [2] },
      ['sent back'],
    ],
    ['another is there to mend it', { tasks: [red, badWith(9)], said: { 1: 'g', 2: '2' }, reds: [2] }, []],
    [
      'it is there to mend what landed before, where the branch was green',
      { tasks: [red, badWith(1, 1)], said: { 1: 'g', 2: '2' }, reds: [2] },
      [],
    ],
    [
      'who was taken for bad himself, and is to be mended by another, mends nothing',
      {
        tasks: [proposal({ checks: failed }, { hotfix: mendedBy(9) })],
        said: { 1: 'g', 2: '2' },
        reds: [2],
      },
      [],
    ],
    ['with lanes closed as well', { tasks: [red], landed: '...r', reds: [2], exact: true }, ['updated']],
    [
      'not while something else has to change first',
      {
        tasks: [
          proposal({
            checks: failed,
            draft: true,
            changes: [makeChange({ path: '.github/workflows/ci.yml' })],
          }),
        ],
        landed: '...r',
        reds: [2],
      },
      [],
    ],
    [
      'what is green lands as ever',
      { tasks: [proposal({})], said: { 1: 'g', 2: '2' }, reds: [2] },
      ['landed'],
    ],
  ])('%s', (_, given, wanted) => {
    expect(fateOf(given).done).toEqual(wanted)
  })

  test('its gate says so', () => {
    const { title } = fateOf({ tasks: [red], said: { 1: 'g', 2: '2' }, reds: [2] })
    expect(title).toMatch(/^checks: the check "test" failed; but integration itself is red now/)
    expect(fateOf({ tasks: [red], landed: '...r', reds: [2] }).title).toMatch(
      /was red then: it is brought up to date/,
    )
    // Sent back it has other words: a person's own commit on top is not.
    const his = proposal({ checks: failed, layers: [sha(0x9)], head: { ...red.pull!.head, sha: sha(0x9) } })
    const own = fateOf({ tasks: [his, badWith(1)], said: { 1: 'g', 2: '2' }, reds: [2] }).title
    expect(own).toMatch(/^checks: .+integration itself is red, too, but this is there to mend that/)
  })
})

describe('O3: while the branch is red nothing is built on it but what may mend it', () => {
  const ready = (issue: number, over: Partial<PullFacts> = {}) =>
    makeReady(issue, {
      base,
      mergeBase: FROM,
      current: false,
      changes: [makeChange({ path: `src/${issue}.ts` })],
      ...over,
    })
  const built = (given: Omit<Given, 'said'>, isRed = true) =>
    effectsOf({ ...given, said: isRed ? { 1: 'g', 2: '2' } : { 3: 'g' } }).flatMap(effect => {
      if (effect.do === 'assemble') return [`train ${effect.members.map(({ pull }) => pull).join('+')}`]
      if (effect.do === 'update') return [`update ${effect.pull}`]
      return effect.do === 'land' && effect.pull < 500 ? [`land ${effect.pull}`] : []
    })
  const two = [ready(1), ready(3)]
  const theirs: GuestFacts = {
    pull: makePull({
      number: 40,
      base,
      mergeBase: FROM,
      current: false,
      ours: false,
      labels: [LAND_LABEL],
      checks: [makeCheck()],
    }),
    author: alice,
    here: true,
    timeline: [makeLabeled(LAND_LABEL, bob)],
  }
  // Shares a file with what has landed since its CI ran.
  const near = ready(1, { changes: [makeChange({ path: 'src/l3.ts' })] })
  test.each<[string, string[], string[]]>([
    ['green, two go together', built({ tasks: two, exact: true }, false), ['train 101+103']],
    ['red, nobody does', built({ tasks: two, exact: true }), []],
    ['nor is a single one brought up to date', built({ tasks: [ready(1)], exact: true }), []],
    [
      'which it is where the branch is green',
      built({ tasks: [ready(1)], exact: true }, false),
      ['update 101'],
    ],
    ['what is to mend it is, by itself', built({ tasks: [...two, badWith(3)], exact: true }), ['update 103']],
    [
      'what was judged green on just that lands',
      built({ tasks: [ready(1, { current: true, mergeBase: TIP(3) })], exact: true }),
      ['land 101'],
    ],
    [
      'what people ask to land of their own is, as it may mend it',
      built({ tasks: two, guests: [theirs], exact: true }),
      ['update 40'],
    ],
    ['in open lanes nobody is brought up to date, either', built({ tasks: [near, ready(3)] }), ['land 103']],
    ['green, he is', built({ tasks: [near] }, false), ['update 101']],
    ['what is to mend it is', built({ tasks: [near, badWith(1)] }), ['update 101']],
  ])('%s', (_, did, wanted) => {
    expect(did).toEqual(wanted)
  })

  test('its gate says why it waits', () => {
    const { title } = fateOf({ tasks: [ready(1)], said: { 1: 'g', 2: '2' }, exact: true })
    expect(title).toMatch(/integration has moved on and is red now, so whatever is built on it/)
  })
})

describe('O3: work begins where the branch was green', () => {
  const wanted = (over: Partial<TaskFacts> = {}) => {
    const issue = makeIssue({ number: 8, timeline: [makeLabeled('agent:codex')] })
    return makeTask({ issue, record: makeRecord({ issue: 8 }), ...over })
  }
  const needs = (issue: number) => [
    { issue, repo: null, title: 'it', state: 'closed' as const, stateReason: 'completed' },
  ]
  const merged = (n: number) => makeReady(n, { base, state: 'merged', mergedSha: TIP(n) })
  const claimed = (given: Given) => {
    const effects = effectsOf(given)
    const claim = effects.find(effect => effect.do === 'claim')
    return claim?.do === 'claim' ? claim.ticket.base : null
  }
  const colliding = proposal({ mergeable: false })
  test.each<[string, Given, string | null]>([
    ['green: on the newest', { tasks: [wanted()] }, TIP(3)],
    ['red: on the newest green one', { tasks: [wanted()], said: { 1: 'g', 3: '1' } }, TIP(1)],
    ['red, and none above was green: on what was promoted', { tasks: [wanted()], said: { 1: '2' } }, FROM],
    [
      'red, and it is there to mend that: on the newest, with what it mends',
      {
        tasks: [
          wanted(),
          makeReady(2, { base, state: 'merged', mergedSha: TIP(3) }, { hotfix: mendedBy(8) }),
        ],
        said: { 1: 'g', 3: '1' },
      },
      TIP(3),
    ],
    ['taken back: on the newest', { tasks: [wanted()], landed: '...r', said: { 2: '2' } }, TIP(4)],
    [
      'what it builds on landed where it is green',
      { tasks: [wanted({ blockers: needs(1) }), merged(1)], said: { 1: 'g', 3: '1' } },
      TIP(1),
    ],
    [
      'what it builds on landed where it is red: not yet',
      { tasks: [wanted({ blockers: needs(2) }), merged(2)], said: { 1: 'g', 3: '1' } },
      null,
    ],
    [
      'what it builds on is of another repository, whatever its number',
      {
        tasks: [wanted({ blockers: needs(2).map(one => ({ ...one, repo: 'acme/other' })) }), merged(2)],
        said: { 1: 'g', 3: '1' },
      },
      TIP(1),
    ],
    ['it does not merge any more: again on the newest', { tasks: [colliding] }, TIP(3)],
    [
      'red, and it does not merge with something there: not where that is not, in vain',
      { tasks: [colliding], said: { 1: 'g', 3: '1' } },
      null,
    ],
    [
      'red, and it is there to mend that, and does not merge: on the newest',
      { tasks: [colliding, badWith(1, 3)], said: { 1: 'g', 3: '1' } },
      TIP(3),
    ],
  ])('%s', (_, given, base) => {
    expect(claimed(given)).toBe(base)
  })

  test('and so is why what does not merge does not begin again', () => {
    const { states } = planOf({ tasks: [colliding], said: { 1: 'g', 3: '1' } })
    const why =
      'waits until integration is green again: CI is red there, and this does not merge with what stands there'
    expect([...states.values()]).toContainEqual({ is: 'waiting', on: 'blockers', why })
  })

  test('and why it does not begin is told', () => {
    const { states } = planOf({
      tasks: [wanted({ blockers: needs(2) }), merged(2)],
      said: { 1: 'g', 3: '1' },
    })
    const why =
      'waits until integration is green again: CI is red there, and what #2 landed for this stands only above that'
    expect([...states.values()]).toContainEqual({ is: 'waiting', on: 'blockers', why })
  })
})
