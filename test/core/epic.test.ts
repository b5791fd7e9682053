import { describe, expect, test } from 'vitest'
import { addMeasure, NO_MEASURES } from '../../core/accounts/measure.ts'
import { settle } from '../../core/accounts/settle.ts'
import type { Effect } from '../../core/effect.ts'
import { printAsOf, printTaskId, STATUS_MARKER } from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import { createPlanner } from '../../core/planner.ts'
import { drawGraph } from '../../core/words/graph.ts'
import type { IssueFacts, TaskFacts } from '../../core/world.ts'
import {
  alice,
  at,
  makeApproval,
  makeClaim,
  makeComment,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeRun,
  makeTask,
  makeWorld,
} from '../make.ts'

const tools = { now: at(60), digest: () => 'd'.repeat(64) }
const EPIC = 50

function epic(over: Partial<TaskFacts> = {}, issue: Partial<IssueFacts> = {}): TaskFacts {
  const facts = makeIssue({
    number: EPIC,
    container: true,
    subIssues: { total: 4, completed: 1 },
    labels: [],
    timeline: [],
    ...issue,
  })
  return makeTask({ id: printTaskId(EPIC), issue: facts, ...over })
}

function below(number: number, over: Partial<TaskFacts> = {}, title = `Task ${number}`): TaskFacts {
  const issue = makeIssue({ number, parent: EPIC, title })
  const record = makeRecord({ issue: number, approval: makeApproval({ issue }) })
  return makeTask({ id: printTaskId(number), issue, record, ...over })
}
const run = makeRun({ status: 'in_progress', conclusion: null, receipt: null })
const running = below(7, { claims: [makeClaim()], runs: [run] })
const merged = makeProposedTask({ pull: makePull({ state: 'merged' }), issue: makeIssue({ parent: EPIC }) })
const waits = (number: number, blocker: number, title = 'Task 7') =>
  below(number, { blockers: [{ issue: blocker, repo: null, title, state: 'open', stateReason: null }] })

const said = (effects: readonly Effect[]) =>
  effects.filter(
    (effect): effect is Extract<Effect, { do: 'say' }> => effect.do === 'say' && effect.issue === EPIC,
  )
const tell = (tasks: TaskFacts[]) => plan(makeWorld({ tasks }), tools)

describe('the one comment of an epic', () => {
  test('tells progress, who needs a person, and who waits for whom', () => {
    const { effects } = tell([epic(), running, waits(8, 7), waits(9, 8, '@bob <b>')])
    const [comment] = said(effects)
    expect(comment).toMatchObject({ comment: null })
    const told = comment!.body.split('\n').filter(line => !line.includes('classDef') && line !== '')
    expect(told).toEqual([
      '<!-- chorus:status -->',
      printAsOf(tools.now),
      '**📊 1 of 4 sub-issues is closed**',
      '`█████░░░░░░░░░░░░░░░` 25 %',
      '1 at work · 2 waiting',
      '**What waits for whom**',
      '- #8 waits for #7 (Task 7)',
      '- #9 waits for #8 (@\u200bbob &lt;b>)',
      '```mermaid',
      'graph LR',
      '  n7["7 · Task 7"]:::atwork',
      '  n8["8 · Task 8"]:::waiting',
      '  n9["9 · Task 9"]:::waiting',
      '  n7 --> n8',
      '  n8 --> n9',
      '```',
      '<sub>🟩 merged · 🟦 at work · 🟨 pull request · 🟥 stuck · ⬜ waits, or nobody asks</sub>',
    ])
    // The right to write the first one is remembered before.
    const record = effects.find(effect => effect.do === 'record')
    expect(record?.records.get(printTaskId(EPIC))).toMatchObject({ saying: tools.now })
    expect(effects.findIndex(effect => effect.do === 'record')).toBeLessThan(effects.indexOf(comment!))
  })

  test('nothing is said before something is under way, and nothing is ever started for the epic itself', () => {
    const labelled = epic({}, { labels: ['agent:codex'] })
    const { effects } = tell([labelled, waits(8, 9)])
    expect(said(effects)).toEqual([])
    expect(effects.filter(effect => effect.do === 'claim' || effect.do === 'dispatch')).toEqual([])
  })

  test('but who asks is told', () => {
    const asked = epic({}, { timeline: [makeComment({ body: '/chorus status', by: alice, at: at(5) })] })
    const [comment] = said(tell([asked, waits(8, 9)]).effects)
    expect(comment?.body).toContain('This is how it stands.')
    expect(
      said(
        tell([epic({}, { timeline: [makeComment({ body: '/chorus status', by: alice, at: at(5) })] })])
          .effects,
      )[0]?.body,
    ).toContain('No agent was asked for')
  })

  const shown = (minute: number, changed = '') => {
    const before = said(tell([epic(), running, waits(8, 7)]).effects)[0]!.body
    const body = before.replace(printAsOf(tools.now), printAsOf(at(minute))).replace('**📊', `**${changed}📊`)
    return epic({ statusComment: { id: 77, body } })
  }
  test.each<[string, TaskFacts[], number]>([
    ['the same: nothing is written', [shown(10), running, waits(8, 7)], 0],
    ['another a minute later: it waits for others', [shown(59, 'old '), running, waits(8, 7)], 0],
    ['another two minutes later: one edit', [shown(58, 'old '), running, waits(8, 7)], 1],
    ['another, and all is over: at once', [shown(59, 'old '), merged], 1],
  ])('%s', (_, tasks, edits) => {
    const comments = said(tell(tasks).effects)
    expect(comments).toHaveLength(edits)
    if (edits > 0) expect(comments[0]).toMatchObject({ comment: 77 })
  })

  test('once all is over it tells what that took, with what is not on the ledger yet', () => {
    const record = makeRecord({ issue: 7 })
    const [comment] = said(tell([epic(), merged]).effects)
    expect(comment?.body).toContain('- 1 of 1 task landed, by the first attempt\n- cost: work $0.02\n')
    // On the ledger already: nothing is counted twice.
    const lines = settle(merged, 0, { ...makeWorld(), now: tools.now })
    const settled = { settled: 1, measured: lines.reduce(addMeasure, NO_MEASURES) }
    const again = said(tell([epic(), { ...merged, record: { ...record, ...settled } }]).effects)
    expect(again[0]?.body).toBe(comment?.body)
    expect(comment?.body).toContain('**What it took so far**')
    const whole = epic({}, { subIssues: { total: 1, completed: 1 } })
    const last = said(tell([whole, merged]).effects)[0]
    expect(last?.body).toContain('**What it took**')
    // Closed in the same pass, it is told nothing more.
    expect(last?.once).toBe(true)
    // While something is under way nothing is told.
    expect(said(tell([epic(), merged, waits(8, 9)]).effects)[0]?.body).not.toContain('What it took')
  })

  test('what was at rest is counted too', () => {
    const planner = createPlanner()
    const world = makeWorld({
      tasks: [epic({ statusComment: { id: 77, body: STATUS_MARKER } }), running, waits(8, 7)],
    })
    planner(world, tools)
    const [comment] = said(planner(world, tools).effects)
    expect(comment?.body).toContain('1 at work · 1 waiting · 1 asked for by nobody')
  })
})

describe('the picture', () => {
  const parts = (count: number, doneUpTo = 0, title = 'Task') =>
    Array.from({ length: count }, (_, n) => ({
      number: n + 1,
      title,
      after: n === 0 ? [] : [n],
      state:
        n < doneUpTo ? ({ is: 'merged', pull: makePull(), sha: '1' } as const) : ({ is: 'idle' } as const),
    }))

  test('forty are drawn as they are', () => {
    const graph = drawGraph(parts(40))
    expect(graph).not.toContain('<details>')
    expect(graph.match(/-->/g)).toHaveLength(39)
  })
  test('more are folded away, what is done as one', () => {
    const graph = drawGraph(parts(60, 50))
    expect(graph).toMatch(/^<details><summary>The graph of 60 tasks<\/summary>/)
    expect(graph).toContain('done["50 merged"]:::merged')
    expect(graph.match(/-->/g)).toHaveLength(10)
  })
  test('thousands are not drawn, and that is said', () => {
    expect(drawGraph(parts(2_000))).toContain('The graph of 2000 tasks; 1850 of them are not drawn')
  })
  test('a title cannot break out of its label', () => {
    const graph = drawGraph(parts(2, 0, 'a"] --> evil\n```\n<script>@all #1'))
    expect(graph).toContain('n1["1 · a -- evil script all 1"]')
    expect(graph.split('```')).toHaveLength(3)
  })
})
