import { describe, expect, test } from 'vitest'
import { type Backlog, parseBacklog } from '../../../core/backlog/contract.ts'
import { printImportMarker, printPlanSource } from '../../../core/names.ts'
import { approvedText } from '../../../core/people/approval.ts'
import { plan } from '../../../core/plan.ts'
import { joinPlans } from '../../../core/planning/join.ts'
import { findLeft } from '../../../core/planning/left.ts'
import { chooseLive, LIVE, printPlanned } from '../../../core/planning/roadmap.ts'
import { readTask } from '../../../core/task.ts'
import { writeLeft } from '../../../core/words/left.ts'
import type { IssueFacts, TaskFacts, World } from '../../../core/world.ts'
import {
  alice,
  at,
  makeClaim,
  makeIssue,
  makePlanClaim,
  makePull,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
  OUR_APP,
} from '../../make.ts'
import { makeBacklog } from '../backlog/make.ts'

function backlogOf(...tasks: [string, ...string[]][]): Backlog {
  const parsed = parseBacklog(makeBacklog(...tasks))
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed.value
}

const many = backlogOf(
  ...Array.from({ length: 40 }, (_, i): [string, ...string[]] => [`t${i}`, ...(i > 0 ? [`t${i - 1}`] : [])]),
)
const issueOf = (key: string, open = true) => ({ key, open })

describe('how many tasks are issues at a time', () => {
  test('the first ones at once, what others wait for before those', () => {
    expect(chooseLive(many, []).map(task => task.id)).toEqual(
      many.tasks.slice(0, LIVE.most).map(task => task.id),
    )
  })
  test('none more while enough are open', () => {
    const open = many.tasks.slice(0, LIVE.fewest).map(task => issueOf(task.id))
    expect(chooseLive(many, open)).toHaveLength(LIVE.fewest)
  })
  test('more when few are open; those that are done do not count', () => {
    const issues = many.tasks.slice(0, 12).map((task, i) => issueOf(task.id, i >= 8))
    expect(chooseLive(many, issues)).toHaveLength(12 + LIVE.most - 4)
  })
  test('what has the longest way behind it comes before what stands first in the file', () => {
    const alone = Array.from({ length: LIVE.most }, (_, i): [string] => [`alone${i}`])
    const backlog = backlogOf(...alone, ['first'], ['second', 'first'], ['third', 'second'])
    const chosen = chooseLive(backlog, []).map(task => task.id)
    expect(chosen).toHaveLength(LIVE.most)
    // The last of a chain has nothing behind it: it is as good as any that stands alone.
    expect(chosen).toEqual(expect.arrayContaining(['first', 'second']))
    expect(chosen).not.toContain('third')
  })
})

const backlog = backlogOf(['words'], ['voice', 'words'])
const ours = { id: OUR_APP.botId, login: OUR_APP.login, kind: 'app' as const }
const record = makeRecord()

function epic(change: Partial<TaskFacts> = {}): TaskFacts {
  return makeTask({
    record: { ...record, approval: { ...record.approval!, kind: 'plan', via: 'comment' } },
    claims: [makePlanClaim()],
    pull: makePull({ state: 'merged', mergedSha: 'a'.repeat(40) }),
    plan: {
      path: 'specs/dark-mode/BACKLOG.yaml',
      backlog: { ok: true, value: backlog },
      lines: [],
      text: '',
      below: [],
    },
    ...change,
  })
}

function child(
  key: string,
  number: number,
  change: Partial<IssueFacts> = {},
  more: Partial<TaskFacts> = {},
): TaskFacts {
  const text = printPlanned('dark-mode', backlog.tasks.find(task => task.id === key)!)
  const issue = makeIssue({ number, ...text, author: ours, labels: [], timeline: [], parent: 7, ...change })
  return makeTask({ issue, ...more })
}

const blockedBy = (issue: number) => ({
  blockers: [{ issue, repo: null, title: '', state: 'open' as const, stateReason: null }],
})

/** An issue of the same number, in another repository. */
const blockedElsewhere = (issue: number) => ({
  blockers: blockedBy(issue).blockers.map(one => ({ ...one, repo: 'acme/lib' })),
})

const stepsOf = (...tasks: TaskFacts[]) => stepsIn({}, ...tasks)

function stepsIn(rest: Partial<World>, ...tasks: TaskFacts[]): string[] {
  const world = makeWorld({ tasks: joinPlans(tasks, OUR_APP), ...rest })
  const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
  return effects.flatMap(effect =>
    effect.do === 'step' ? `${effect.step.do} ${'key' in effect.step ? effect.step.key : ''}`.trim() : [],
  )
}

describe('an approved plan becomes issues', () => {
  test('all at first', () => expect(stepsOf(epic())).toEqual(['create words', 'create voice']))
  test('then links', () =>
    expect(
      stepsOf(epic(), child('words', 21, { parent: null }), child('voice', 22, { parent: null })),
    ).toEqual(['nest', 'nest', 'block']))
  test('what was cut off goes on', () =>
    expect(stepsOf(epic(), child('words', 21))).toEqual(['create voice']))
  test('nothing twice', () =>
    expect(stepsOf(epic(), child('words', 21), child('voice', 22, {}, blockedBy(21)))).toEqual([]))
  test('a link to an issue of that number elsewhere is none to that one', () =>
    expect(stepsOf(epic(), child('words', 21), child('voice', 22, {}, blockedElsewhere(21)))).toEqual([
      'block',
    ]))
  test('a second issue of one task is given up', () =>
    expect(
      stepsOf(epic(), child('words', 21), child('words', 23), child('voice', 22, {}, blockedBy(21))),
    ).toEqual(['discard']))
  test('an issue that somebody else made with the same mark is none', () =>
    expect(stepsOf(epic(), child('words', 21, { author: alice }))).toEqual(['create words', 'create voice']))
  test('not while it is paused', () =>
    expect(stepsOf(epic({ record: { ...epic().record!, paused: true } }))).toEqual([]))
  test.each<[string, Partial<TaskFacts>, World['ledger']['broken']['controls']]>([
    ['of its own', { record: null, distrust: 'foreign' }, null],
    ['of what was said to the whole repository', {}, 'foreign'],
  ])(
    'not while nobody can know whether it was stopped, because the record %s is not to be believed',
    (_, change, controls) => {
      const { ledger } = makeWorld()
      const broken = { ...ledger.broken, controls }
      expect(stepsIn({ ledger: { ...ledger, broken } }, epic(change))).toEqual([])
    },
  )
  test('not while a person edits the file wrongly', () => {
    const broken = { ok: false as const, problems: [{ path: '', message: 'no' }] }
    expect(stepsOf(epic({ plan: { ...epic().plan!, backlog: broken, lines: [1] } }))).toEqual([])
  })
})

describe('a backlog that is edited later', () => {
  const begun = (key: string, change: Partial<IssueFacts> = {}, more: Partial<TaskFacts> = {}) => {
    const task = child(key, 21, change)
    const approval = {
      ...record.approval!,
      via: 'plan' as const,
      comments: [],
      text: approvedText(task.issue, []),
    }
    return { ...task, record: makeRecord({ approval }), ...more }
  }
  const others = child('voice', 22, {}, blockedBy(21))
  const renamed = { title: 'As it was before' }
  test('changes the words of a task that nobody has begun', () =>
    expect(stepsOf(epic(), begun('words', renamed), others)).toEqual(['reword']))
  test('not of one that is under way', () =>
    expect(stepsOf(epic(), begun('words', renamed, { claims: [makeClaim()] }), others)).toEqual([]))
  test('also before anybody was asked to do it', () =>
    expect(
      stepsOf(epic(), child('words', 21, { ...renamed, edits: [{ at: at(3), by: ours }] }), others),
    ).toEqual(['reword']))
  test.each<[string, NonNullable<IssueFacts['edits']> | null]>([
    ['a person has edited it', [{ at: at(3), by: alice }]],
    ['somebody has whom GitHub does not name', [{ at: at(3), by: null }]],
    ['nobody knows yet who has', null],
  ])('not before that where %s', (_, edits) =>
    expect(stepsOf(epic(), child('words', 21, { ...renamed, edits }), others)).toEqual([]),
  )
  test('and not over what a person has written', () => {
    const task = begun('words', renamed)
    expect(stepsOf(epic(), { ...task, issue: { ...task.issue, title: 'A person’s words' } }, others)).toEqual(
      [],
    )
  })
  test.each<[string, TaskFacts, object[]]>([
    ['nothing of one that follows', begun('words', renamed), []],
    [
      'one that is under way',
      begun('words', renamed, { claims: [makeClaim()] }),
      [{ issue: 21, is: 'changed', why: 'begun' }],
    ],
    [
      'one that is under way and that it no longer has',
      begun(
        'words',
        { body: `${printImportMarker({ source: printPlanSource('dark-mode'), key: 'gone' })}\n\nOld.` },
        { claims: [makeClaim()] },
      ),
      [{ issue: 21, is: 'dropped', why: 'begun' }],
    ],
    [
      'one that a person has rewritten',
      child('words', 21, { ...renamed, edits: [{ at: at(3), by: alice }] }),
      [{ issue: 21, is: 'changed', why: 'rewritten' }],
    ],
    [
      'nothing of one that is over',
      begun('words', { ...renamed, state: 'closed' }, { claims: [makeClaim()] }),
      [],
    ],
    ['nothing of one that is as it should be', begun('words', {}, { claims: [makeClaim()] }), []],
  ])('people are told: %s', (_, task, left) => {
    const tasks = joinPlans([epic(), task, others], OUR_APP)
    const found = findLeft({ task: tasks[0]!, world: makeWorld({ tasks }) })
    expect(found).toMatchObject(left)
    expect(found).toHaveLength(left.length)
    expect(writeLeft(found)).toMatch(
      left.length === 0 ? /^$/ : /^\*\*Not as `BACKLOG\.yaml` has it now\*\*\n- #21 /,
    )
  })
  test('takes nothing from what is under way, though it has it no longer or cannot be read', () => {
    const marker = printImportMarker({ source: printPlanSource('dark-mode'), key: 'gone' })
    const running = makeRun({ status: 'in_progress', conclusion: null, runAttempt: 1 })
    const under = begun(
      'words',
      { body: `${marker}\n\nOld.` },
      { claims: [makeClaim({ at: at(59) })], runs: [running] },
    )
    const broken = { ok: false as const, problems: [{ path: '', message: 'no' }] }
    const unreadable = { ...epic().plan!, backlog: broken, lines: [1] }
    const doneTo = (task: TaskFacts, plans: TaskFacts) => {
      const world = makeWorld({ tasks: joinPlans([plans, task, others], OUR_APP) })
      const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
      return effects.filter(effect => ['cancel', 'drop-branch'].includes(effect.do)).length
    }
    for (const plans of [epic(), epic({ plan: unreadable })]) expect(doneTo(under, plans)).toBe(0)
    // It is that it was begun by the plan: what was begun by a label that is gone ends.
    const labelled = makeRecord({ approval: { ...under.record!.approval!, via: 'label' } })
    expect(doneTo({ ...under, record: labelled }, epic())).toBe(1)
  })
  test('drops what it no longer has', () => {
    const marker = printImportMarker({ source: printPlanSource('dark-mode'), key: 'gone' })
    expect(stepsOf(epic(), begun('words', { body: `${marker}\n\nOld.` }), others)).toContain('drop')
  })
  test('nothing waits any longer for what it no longer has, closed or open', () => {
    const marker = printImportMarker({ source: printPlanSource('dark-mode'), key: 'gone' })
    const gone = (change: Partial<IssueFacts>) =>
      child('words', 23, { body: `${marker}\n\nOld.`, ...change }, { claims: [makeClaim()] })
    const both = { blockers: [...blockedBy(21).blockers, ...blockedBy(23).blockers] }
    for (const state of ['open', 'closed'] as const) {
      const dropped = gone({ state })
      expect(stepsOf(epic(), child('words', 21), child('voice', 22, {}, both), dropped)).toEqual(['unblock'])
      const started = child('voice', 22, {}, { ...both, claims: [makeClaim()] })
      expect(stepsOf(epic(), child('words', 21), started, dropped)).toEqual([])
    }
    // An issue of another kind is none of the plan's.
    const foreign = { blockers: [...blockedBy(21).blockers, ...blockedBy(40).blockers] }
    expect(stepsOf(epic(), child('words', 21), child('voice', 22, {}, foreign))).toEqual([])
  })
  test('what waits for more than it says stays so, and that is told', () => {
    const tasks = joinPlans(
      [epic(), child('words', 21, {}, blockedBy(22)), child('voice', 22, {}, blockedBy(21))],
      OUR_APP,
    )
    expect(stepsOf(...tasks)).toEqual([])
    const found = findLeft({ task: tasks[0]!, world: makeWorld({ tasks }) })
    expect(found).toEqual([{ issue: 21, title: tasks[1]!.issue.title, is: 'waits', for: [22] }])
    expect(writeLeft(found)).toContain('blocked by #22, which `depends_on` does not say')
  })
  test('closes the epic when all is done', () => {
    const closed = { state: 'closed' as const }
    const tasks = [epic(), child('words', 21, closed), child('voice', 22, closed, blockedBy(21))]
    const { effects } = plan(makeWorld({ tasks: joinPlans(tasks, OUR_APP) }), {
      now: at(60),
      digest: () => 'd'.repeat(64),
    })
    expect(effects).toContainEqual(expect.objectContaining({ do: 'close', issue: 7 }))
  })
})

describe('who begins', () => {
  const claimed = (...tasks: TaskFacts[]) => {
    const world = makeWorld({ tasks: joinPlans(tasks, OUR_APP) })
    const { effects } = plan(world, { now: at(60), digest: () => 'd'.repeat(64) })
    return effects.flatMap(effect =>
      effect.do === 'record'
        ? [...effect.records.values()].map(one => `${one.issue} for ${one.approval?.by.login}`)
        : [],
    )
  }
  test('a linked task is approved by whoever asked for the plan', () =>
    expect(claimed(epic(), child('words', 21))).toContain(`21 for ${alice.login}`))
  test('one without its links is not', () =>
    expect(claimed(epic(), child('words', 21, { parent: null }))).toEqual([]))
  test('nor one that is linked to an issue of that number elsewhere', () =>
    expect(claimed(epic(), child('words', 21), child('voice', 22, {}, blockedElsewhere(21)))).not.toContain(
      `22 for ${alice.login}`,
    ))
  test('one whose words are no longer the plan’s is not', () => {
    const body = `${child('words', 21).issue.body}\nAnd more.`
    expect(claimed(epic(), child('words', 21, { body }))).not.toContain(`21 for ${alice.login}`)
  })
})

test('the issue of a task is read as what was planned', () => {
  const text = printPlanned('dark-mode', backlog.tasks[1]!)
  const read = readTask(text)
  expect(read).toMatchObject({ ok: true, value: { scope: ['src/voice/**'], acceptance: ['voice works'] } })
})
