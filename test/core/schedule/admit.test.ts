import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { emptyControls } from '../../../core/ledger.ts'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { Book } from '../../../core/schedule/pool.ts'
import { createScheduler } from '../../../core/schedule/scheduler.ts'
import type { IssueFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeApproval,
  makeClaim,
  makeConfig,
  makeIssue,
  makePull,
  makeRecord,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../../make.ts'

const tools = {
  now: at(60),
  digest: (text: string) => createHash('sha256').update(text).digest('hex'),
}

type Shape = {
  labels?: readonly string[]
  scope?: string
  text?: string
  after?: readonly number[]
  parent?: number
  is?: 'ready' | 'running' | 'proposed'
  over?: Partial<TaskFacts>
}

function task(number: number, shape: Shape = {}): TaskFacts {
  const { labels = [], scope, text = 'Say hello.', after = [], parent = null, is = 'ready', over } = shape
  const body = `### Goal\n\n${text}\n${scope === undefined ? '' : `\n### Scope\n\n${scope}\n`}`
  const issue: IssueFacts = makeIssue({
    number,
    body,
    parent,
    labels: ['agent:codex', ...labels],
    createdAt: at(0) + number,
  })
  const ticket = makeTicket({ issue: number })
  const claims = [makeClaim({ at: at(50), ticket: { ok: true, value: ticket } })]
  const under = { status: 'in_progress', conclusion: null, receipt: null } as const
  const runs = [makeRun({ createdAt: at(50), ...(is === 'proposed' ? {} : under) })]
  return makeTask({
    issue,
    record: makeRecord({ issue: number, approval: makeApproval({ issue }) }),
    blockers: after.map(one => ({
      issue: one,
      repo: null,
      title: `task ${one}`,
      state: 'open',
      stateReason: null,
    })),
    ...(is === 'ready' ? {} : { claims, runs }),
    ...over,
  })
}

/** A parent of sub-issues. */
function epic(number: number, labels: readonly string[], parent: number | null = null): TaskFacts {
  const issue = makeIssue({ number, labels, parent, container: true })
  return makeTask({ issue, record: makeRecord({ issue: number }) })
}

function open(tasks: readonly TaskFacts[], limits: object = {}, more: Partial<World> = {}): World {
  return makeWorld({ tasks, config: { ok: true, value: makeConfig({ limits }) }, ...more })
}

/** Issue numbers of the tasks that are claimed. */
function starts(world: World): number[] {
  const { effects } = plan(world, tools)
  return effects.flatMap(effect => (effect.do === 'claim' ? effect.ticket.issue : []))
}

function whyNot(world: World, number: number): string {
  const { states } = plan(world, tools)
  const state = states.get(world.tasks.find(one => one.issue.number === number)!.id)
  return state?.is === 'waiting' ? `${state.on}: ${state.why}` : `is ${state?.is}`
}

describe('who goes first', () => {
  const cases: [string, TaskFacts[], number][] = [
    ['the older of equals', [task(1), task(2)], 1],
    ['the one that more work waits for', [task(1), task(2), task(3, { after: [2] })], 2],
    [
      'the one with the longer way behind it, not the one with more waiting',
      [
        task(1),
        task(2),
        task(3, { after: [1] }),
        task(4, { after: [1] }),
        task(5, { after: [1] }),
        task(6, { after: [2] }),
        task(7, { after: [6] }),
      ],
      2,
    ],
    ['the one that takes longer', [task(1, { labels: ['size:s'] }), task(2, { labels: ['size:L'] })], 2],
    ['priority 0', [task(1), task(2, { labels: ['priority:0'] })], 2],
    [
      'what something of priority 0 waits for',
      [task(1), task(2), task(3, { labels: ['priority:0'], after: [2] })],
      2,
    ],
    ['a part of an epic of priority 0', [task(1), epic(9, ['priority:0']), task(2, { parent: 9 })], 2],
    [
      'the one that says so itself, not a part of such an epic that says another',
      [
        task(1, { labels: ['priority:1'] }),
        epic(9, ['priority:0']),
        task(2, { parent: 9, labels: ['priority:3'] }),
      ],
      1,
    ],
    [
      'a part of a part, by the nearest epic that says one',
      [
        task(1, { labels: ['priority:1'] }),
        epic(7, ['priority:0']),
        epic(8, [], 7),
        task(2, { parent: 8 }),
        epic(9, ['priority:4'], 7),
        task(3, { parent: 9, labels: ['size:xl'] }),
      ],
      2,
    ],
    [
      'a long way behind weighs more than a priority',
      [
        task(1, { labels: ['priority:1'] }),
        task(2),
        ...[3, 4, 5, 6, 7].map(number => task(number, { after: [number - 1] })),
      ],
      2,
    ],
    [
      'a priority weighs more than a short way behind',
      [task(1, { labels: ['priority:1'] }), task(2), task(3, { after: [2] })],
      1,
    ],
  ]
  test.each(cases)('%s', (_, tasks, first) => expect(starts(open(tasks, { parallel: 1 }))).toEqual([first]))
})

test('a priority that is said on an epic becomes its label, though nobody works on it', () => {
  const asked = makeRecord({ issue: 9, priority: { at: at(50), level: 0 } })
  const { effects } = plan(open([{ ...epic(9, []), record: asked }, task(2, { parent: 9 })]), tools)
  expect(effects.filter(effect => effect.do === 'label' && effect.issue === 9)).toMatchObject([
    { add: ['priority:0'], remove: [] },
  ])
})

describe('who has to wait, and why', () => {
  const running = task(1, { is: 'running' })
  const cases: [string, World, number, string][] = [
    [
      'all places are taken',
      open([running, task(2)], { parallel: 1 }),
      2,
      'capacity: waits for a free place: 1 attempts run at once at most (limits.parallel)',
    ],
    [
      'its agent has as much as it may',
      makeWorld({
        tasks: [running, task(2)],
        config: {
          ok: true,
          value: makeConfig({ agents: { codex: { cli: 'codex', max_parallel: 1 } } }),
        },
      }),
      2,
      'capacity: waits for codex: 1 of its attempts run at once at most (agents.codex.max_parallel)',
    ],
    [
      'its epic has as much as it may',
      open([task(1, { is: 'running', parent: 9 }), task(2, { parent: 9 })], { per_epic: 1 }),
      2,
      'capacity: waits for a free place in its epic #9: 1 attempts run there at once at most (limits.per_epic)',
    ],
    [
      'another epic does not count',
      open([task(1, { is: 'running', parent: 8 }), task(2, { parent: 9 })], { per_epic: 1 }),
      2,
      'is ready',
    ],
    [
      'somebody at work may write the same files',
      open([task(1, { is: 'running', scope: 'src/**' }), task(2, { scope: '**/cart.ts' })]),
      2,
      'scope: waits until #1 has landed, which may write the same files (**/cart.ts and src/**)',
    ],
    [
      'the same file is named in both texts',
      open([
        task(1, { is: 'running', text: 'Round prices in `src/cart/price.ts`.' }),
        task(2, { text: 'Show the tax, see src/cart/price.ts.' }),
      ]),
      2,
      'scope: waits until #1 has landed, which may write the same files (src/cart/price.ts)',
    ],
    [
      'paths in output and examples do not count',
      open([
        task(1, { is: 'running', text: 'It fails:\n\n```\nat src/cart/price.ts:10\n```' }),
        task(2, { text: 'Show the tax, see src/cart/price.ts.' }),
      ]),
      2,
      'is ready',
    ],
    [
      'two that are ready, and only one may begin',
      open([task(1, { scope: 'src/a.ts' }), task(2, { scope: 'src/a.ts\nsrc/b.ts' })]),
      2,
      'scope: waits until #1 has landed, which may write the same files (src/a.ts)',
    ],
    [
      'experience says that both write the same',
      open(
        [task(1, { is: 'running', scope: 'src/cart/**' }), task(2, { scope: 'src/tax/**' })],
        {},
        {
          ledger: {
            ...makeWorld().ledger,
            controls: { ...emptyControls, couplings: [['src/cart/price.ts', 'src/tax/rate.ts']] },
          },
        },
      ),
      2,
      'scope: waits until #1 has landed, which may write the same files (src/tax/** and src/tax/rate.ts)',
    ],
    [
      'scopes that cannot meet',
      open([task(1, { is: 'running', scope: 'src/a*.ts' }), task(2, { scope: 'src/b*.ts' })]),
      2,
      'is ready',
    ],
    ['nobody can tell what it writes', open([running, task(2, { scope: '**' })]), 2, 'is ready'],
  ]
  test.each(cases)('%s', (_, world, number, why) => expect(whyNot(world, number)).toBe(why))
})

describe('one that writes many files, while small ones come and go', () => {
  const world = open([
    task(1, { scope: 'src/**' }),
    task(2, { is: 'running', scope: 'src/f2/**' }),
    task(3, { scope: 'src/f3/**' }),
    task(4, { scope: 'docs/**' }),
  ])
  const startsAt = (now: number, of = world) =>
    plan(of, { ...tools, now }).effects.flatMap(effect => (effect.do === 'claim' ? effect.ticket.issue : []))
  const asked = Math.max(...world.tasks.map(one => one.record!.approval!.at))
  const DAY = 86_400_000

  test('waits for a day, and then nothing begins in its way', () => {
    const young = {
      ...world,
      tasks: world.tasks.map(one => (one.issue.number === 1 ? one : askedLater(one))),
    }
    expect(startsAt(asked + DAY - 1, young).toSorted()).toEqual([3, 4])
    expect(startsAt(asked + DAY, young)).toEqual([4])
  })

  test('begins when those at work have landed', () => {
    const alone = {
      ...world,
      tasks: world.tasks.filter(one => one.issue.number !== 2 && one.issue.number !== 3),
    }
    expect(startsAt(asked + DAY, alone).toSorted()).toEqual([1, 4])
  })

  /** And what runs shows signs of life. */
  function askedLater(one: TaskFacts): TaskFacts {
    const approval = { ...one.record!.approval!, at: asked + 3_600_000 }
    const runs = one.runs.map(run => ({ ...run, updatedAt: asked + DAY }))
    return { ...one, runs, record: { ...one.record!, approval } }
  }
})

describe('with pull requests', () => {
  const change = {
    path: 'src/tax/rate.ts',
    previous: null,
    status: 'modified',
    mode: '100644',
    previousMode: '100644',
    added: 1,
    removed: 0,
    addedLines: ['x'],
    bytes: 10,
  } as const

  /** Its pull request is of the first attempt; it is too large to land without a person. */
  function proposed(number: number, shape: Shape = {}, files = 9): TaskFacts {
    const one = task(number, { ...shape, is: 'proposed' })
    const changes = Array.from({ length: files }, (_, i) =>
      i === 0 ? change : { ...change, path: `src/tax/${number}-${i}.ts` },
    )
    const body = `Closes #${number}\n\n<!-- chorus:pull ${one.id} #1 -->`
    return { ...one, pull: makePull({ number: 100 + number, body, changes }) }
  }

  test('what it has written is held, beyond what it was to write', () => {
    const world = open([proposed(1, { scope: 'src/cart/**' }), task(2, { scope: 'src/tax/**' })])
    expect(whyNot(world, 2)).toContain('waits until #1 has landed')
  })

  test('nobody waits for one that cannot land before others have', () => {
    const world = open([proposed(1, { scope: 'src/**', after: [2] }), task(2, { scope: 'src/**' })])
    expect(starts(world)).toEqual([2])
  })

  test('nor for one whose epic waits for others', () => {
    const waits = task(9, { after: [2] })
    const epic = { ...waits, issue: { ...waits.issue, container: true } }
    const world = open([proposed(1, { scope: 'src/**', parent: 9 }), task(2, { scope: 'src/**' }), epic])
    expect(starts(world)).toEqual([2])
  })

  test('a breach of what another task holds is remembered once, and keeps such tasks apart from then on', () => {
    const breaching = proposed(1, { scope: 'src/cart/**' }, 1)
    const world = open([breaching, task(2, { is: 'running', scope: 'src/tax/**' })])
    const learned = plan(world, tools).effects.find(effect => effect.do === 'record')
    expect(learned?.controls?.couplings).toEqual([['src/cart/**', 'src/tax/rate.ts']])

    const ledger = { ...world.ledger, controls: learned!.controls! }
    const again = plan({ ...world, ledger }, tools).effects.filter(effect => effect.do === 'record')
    expect(again.map(effect => effect.controls)).toEqual(again.map(() => null))
    const later = open(
      [task(3, { is: 'running', scope: 'src/cart/a.ts' }), task(4, { scope: 'src/tax/rate.ts' })],
      {},
      { ledger },
    )
    expect(whyNot(later, 4)).toContain('waits until #3 has landed')
  })

  test('what nobody else was to write is no breach', () => {
    const world = open([
      proposed(1, { scope: 'src/cart/**' }, 1),
      task(2, { is: 'running', scope: 'src/other/**' }),
    ])
    expect(plan(world, tools).effects.find(effect => effect.do === 'record')?.controls ?? null).toBe(null)
  })

  test('as long as people have enough to review, nothing new begins', () => {
    const world = open([proposed(1), proposed(2), task(3)], { reviews: 2 })
    expect(whyNot(world, 3)).toBe(
      'capacity: waits until people have caught up: 2 pull requests wait for them (limits.reviews)',
    )
    expect(starts(open([proposed(1), proposed(2), task(3)], { reviews: 3 }))).toEqual([3])
  })

  test('what people want changed goes on all the same', () => {
    const first = proposed(1, { scope: 'src/**' })
    const record = {
      ...first.record!,
      revisions: [
        {
          attempt: 2,
          why: 'command',
          by: { id: 101, login: 'alice' },
          at: at(55),
          text: 'shorter',
          told: true,
          from: 'head',
          cause: 'comment:1',
        } as const,
      ],
    }
    const world = open([{ ...first, record }, proposed(2, { scope: 'src/**' })], { reviews: 1 })
    expect(starts(world)).toEqual([1])
  })
})

describe('a look ahead', () => {
  test('what runs may have been linked in a circle since', () => {
    const tasks = [
      task(1, { is: 'running', after: [2] }),
      task(2, { is: 'running', after: [1] }),
      task(3, { after: [] }),
      task(4),
      task(5, { after: [1, 3] }),
    ]
    expect(starts(open(tasks, { parallel: 3 }))).toEqual([3])
  })

  test('the same facts always give the same beginning, in whatever order they are told', () => {
    const tasks = Array.from({ length: 30 }, (_, i) =>
      task(i + 1, {
        labels: [`size:${['xs', 's', 'm', 'l'][i % 4]}`],
        scope: `src/${i % 7}/**`,
        after: i > 15 ? [i - 14] : [],
      }),
    )
    const first = starts(open(tasks, { parallel: 4 }))
    expect(first).toHaveLength(4)
    expect(starts(open(tasks, { parallel: 4 }))).toEqual(first)
  })

  test('three equal tasks of two places: the two that must not meet are not both kept for last', () => {
    const tasks = [
      task(1, { labels: ['size:l'], scope: 'a.ts' }),
      task(2, { labels: ['size:l'], scope: 'a.ts' }),
      task(3, { labels: ['size:xl'], scope: 'b.ts' }),
      task(4, { labels: ['size:m'], scope: 'c.ts' }),
    ]
    expect(starts(open(tasks, { parallel: 2 }))).toEqual([1, 3])
  })
})

test('what a scheduler remembers changes nothing', () => {
  const scheduler = createScheduler()
  const tasks = [task(1), task(2, { after: [1] }), task(3, { scope: 'src/**' })]
  scheduler.graph.take(tasks)
  const other = createScheduler()
  other.graph.take([tasks[0]!])
  other.urgency()
  other.graph.take(tasks)
  const told = ({ graph, urgency }: typeof scheduler) =>
    graph.take(tasks).map(node => [node.number, urgency().of(node)])
  expect(told(other)).toEqual(told(scheduler))
})

describe('a pool', () => {
  const { repo } = open([])
  const shared = (tasks: readonly TaskFacts[], book: Book = {}, limits: object = {}) =>
    open(tasks, limits, {
      pool: { name: 'builders', is: 'open', size: 4, weight: 1, head: sha(4), book, isOutdated: false },
    })
  const line = (holds: readonly string[], wants = 0) => ({ weight: 1, holds, wants, used: 0, at: tools.now })
  const place = (number: number, attempt = 1) => `${printTaskId(number)}/${attempt}`
  const busy = (n: number, wants = 0) =>
    line(
      Array.from({ length: n }, (_, i) => `bd-0001/${i + 1}`),
      wants,
    )
  const shareOf = (world: World) => plan(world, tools).effects.find(effect => effect.do === 'share')

  test('a place is taken in its books first, by compare-and-swap', () => {
    const world = shared([task(1)])
    expect(starts(world)).toEqual([])
    expect(shareOf(world)).toMatchObject({
      head: sha(4),
      book: { [repo.id]: { holds: [place(1)], wants: 0 } },
      takes: [place(1)],
    })
    expect(whyNot(world, 1)).toBe('capacity: takes a place in pool builders')
  })

  test('whoever has one is claimed, and nothing is written', () => {
    const world = shared([task(1)], { [repo.id]: line([place(1)]) })
    expect(starts(world)).toEqual([1])
    expect(shareOf(world)).toBeUndefined()
  })

  test('where none is free, it is said how it stands', () => {
    const book = { 77: busy(3, 2), [repo.id]: line([place(1)]) }
    const world = shared([task(1, { is: 'running' }), task(2)], book)
    expect(starts(world)).toEqual([])
    expect(whyNot(world, 2)).toBe(
      'capacity: waits for a place in pool builders: 4 of 4 used, share of this repository 1 of 2',
    )
    expect(shareOf(world)).toMatchObject({ book: { [repo.id]: { holds: [place(1)], wants: 1 } }, takes: [] })
  })

  test('what this repository itself does not allow is no wish for a place', () => {
    const world = shared(
      [task(1, { is: 'running' }), task(2)],
      { [repo.id]: line([place(1)]) },
      { parallel: 1 },
    )
    expect(whyNot(world, 2)).toContain('limits.parallel')
    expect(shareOf(world)).toBeUndefined()
  })

  test('it is given back when the attempt is over', () => {
    const over = task(1, { is: 'proposed', over: { pull: makePull() } })
    expect(
      shareOf(shared([over], { [repo.id]: { ...line([place(1)]), at: tools.now - 1000 } })),
    ).toMatchObject({
      book: { [repo.id]: { holds: [], wants: 0 } },
    })
  })

  test('a claim that is not seen yet keeps its place for a moment', () => {
    const gone = task(1, { over: { issue: { ...task(1).issue, labels: [] } } })
    const at = (ago: number) =>
      shareOf(shared([gone], { [repo.id]: { ...line([place(1)]), at: tools.now - ago } }))
    expect(at(5_000)).toBeUndefined()
    expect(at(15_000)).toMatchObject({ book: { [repo.id]: { holds: [] } } })
  })

  test('what was at work before there was a pool counts, and nothing starts before there is room', () => {
    const world = shared([task(1, { is: 'running' }), task(2)], { 77: busy(4, 1) })
    expect(shareOf(world)).toMatchObject({ book: { [repo.id]: { holds: [place(1)], wants: 1 } } })
    expect(whyNot(world, 2)).toContain('5 of 4 used')
  })

  test('where it cannot be used nothing starts, and why is said', () => {
    const world = open([task(1)], {}, { pool: { name: 'builders', is: 'closed', why: '…' } })
    expect(whyNot(world, 1)).toBe('capacity: waits for pool builders: …')
    expect(plan(world, tools).effects.filter(({ do: name }) => name === 'share' || name === 'claim')).toEqual(
      [],
    )
  })
})
