import { describe, expect, test } from 'vitest'
import type { Report } from '../../../core/contract/report.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { joinDiscovered } from '../../../core/lessons/beginning.ts'
import { parseImportMarker, printImportMarker, printTaskId } from '../../../core/names.ts'
import { approvedText } from '../../../core/people/approval.ts'
import { plan } from '../../../core/plan.ts'
import { readTask } from '../../../core/task.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  chorus,
  makeConfig,
  makeIssue,
  makeProposedTask,
  makePull,
  makeRecord,
  makeReport,
  makeTask,
  makeWorld,
  sha,
  tim,
} from '../../make.ts'

/** Put together here: no file holds a token. */
const KEY = `ghp_${'0123456789'.repeat(3)}abcdef`

const FOUND = [
  { title: 'Prices lose a cent', body: 'round() is wrong.\n\n### Scope\n\n- **' },
  { title: ' prices  LOSE a cent! ', body: 'Again.' },
  { title: `Tax is\u200b forgotten @ada ${KEY}`, body: '' },
  { title: 'Third', body: 'x' },
  { title: 'Fourth', body: 'x' },
]

function landed(over: Partial<TaskFacts> = {}, discovered: Report['discovered'] = FOUND): TaskFacts {
  const report = makeReport({ discovered })
  return makeProposedTask({
    pull: makePull({ state: 'merged', mergedSha: sha(9) }),
    reports: new Map([[1, { sha: sha(0x301), report: { ok: true as const, value: report } }]]),
    ...over,
  })
}

function pass(task: TaskFacts, world: Partial<World> = {}) {
  const made = plan(makeWorld({ tasks: [task], ...world }), { now: at(90), digest: () => 'f'.repeat(64) })
  const record = made.effects.flatMap(one => (one.do === 'record' ? [...one.records.values()] : []))[0]
  const issues = made.effects.flatMap(one =>
    one.do === 'step' && one.step.do === 'create' ? one.step.issue : [],
  )
  return { issues, record: record ?? null }
}

describe('what an agent met beside a task that has landed', () => {
  test('becomes issues, each once, so many, that nobody works on; the words stay an agent’s', () => {
    const { issues, record } = pass(landed())

    expect(issues.map(({ title }) => title)).toEqual([
      'Prices lose a cent',
      expect.stringMatching(/^Tax is forgotten @\u200bada \[/),
      'Third',
    ])
    expect(issues.map(({ labels }) => labels)).toEqual([[], [], []])
    expect(issues[0]!.body).toContain('Discovered from #7: codex met it there')
    expect(JSON.stringify([issues, record])).not.toContain('ghp_')
    // No heading of theirs begins a section of ours.
    const read = readTask({ title: 'x', body: issues[0]!.body, labels: [] })
    expect(read.ok && read.value.scope).toEqual([])
    expect(record?.discovered?.found.map(({ key }) => key)).toEqual(['1.1', '1.2', '1.3'])
  })

  const record = makeRecord({
    ...landed().record,
    logged: 'merged',
    discovered: {
      attempt: 1,
      agent: 'codex',
      found: [
        { key: '1.1', title: 'One', body: '', starts: false },
        { key: '1.2', title: 'Two', body: '', starts: false },
      ],
    },
  })
  const made = (number: number, key: string, over = {}) => {
    const body = `${printImportMarker({ source: 'plan:discovered-7', key })}\n\nwords`
    return makeTask({ issue: makeIssue({ number, author: chorus, body, labels: [], timeline: [], ...over }) })
  }

  test('goes on where it was cut off, and is done with once all of it is there, closed or open', () => {
    const task = landed({ record })
    const next = pass(task, { tasks: [task, made(8, '1.1')] })
    expect(next.issues.map(({ body }) => parseImportMarker(body)?.key)).toEqual(['1.2'])

    const all = pass(task, { tasks: [task, made(8, '1.1', { state: 'closed' }), made(9, '1.2')] })
    expect(all.issues).toEqual([])
    expect(all.record?.discovered?.found).toEqual([])
  })

  test('what somebody else wrote under that name is none of it', () => {
    const task = landed({ record })
    const forged = made(8, '1.1', { author: tim })
    expect(pass(task, { tasks: [task, forged] }).issues).toHaveLength(2)
  })

  const known = makeTask({ issue: makeIssue({ number: 8, title: 'prices lose a cent' }) })
  const paused = { ...emptyControls, paused: { by: { id: 101, login: 'alice' }, at: at(3) } }
  test.each<[string, TaskFacts, Partial<World>, number]>([
    [
      'an issue says it already',
      landed({}, FOUND.slice(0, 1)),
      { tasks: [landed({}, FOUND.slice(0, 1)), known] },
      0,
    ],
    ['it has not landed', landed({ pull: makePull() }), {}, 0],
    [
      'it has landed before this was kept',
      landed({ record: makeRecord({ ...landed().record, logged: 'merged' }) }),
      {},
      0,
    ],
    ['nobody wants them', landed(), { config: { ok: true, value: makeConfig({ discovered: 0 }) } }, 0],
    ['one is wanted', landed(), { config: { ok: true, value: makeConfig({ discovered: 1 }) } }, 1],
    ['all is paused', landed(), { ledger: { ...makeWorld().ledger, controls: paused } }, 0],
    ['whoever asked may not push', landed(), { standings: new Map([[101, 'triage' as const]]) }, 0],
  ])('so many issues when: %s', (_, task, world, count) => {
    expect(pass(task, { tasks: [task], ...world }).issues).toHaveLength(count)
  })

  describe('and may begin by itself', () => {
    const letsOne = { config: { ok: true as const, value: makeConfig({ discovered_start: 1 }) } }
    const recordOf = (found: TaskFacts['record']) => landed({ record: found })

    test('as many as the configuration says, which the issue tells with who is answered for', () => {
      const { issues, record } = pass(landed(), letsOne)
      expect(record?.discovered?.found.map(({ starts }) => starts)).toEqual([true, false, false])
      expect(issues[0]!.body).toContain(
        '`discovered_start` in `.github/chorus.yml` says so, on behalf of alice',
      )
      expect(issues[1]!.body).toContain('Nobody works on it until somebody asks')
    })

    test('what was met on the way of one that began so does not', () => {
      const { approval } = landed().record!
      const task = recordOf(makeRecord({ ...landed().record, approval: { ...approval!, via: 'discovered' } }))
      const { record } = pass(task, letsOne)
      expect(record?.discovered?.found.map(({ starts }) => starts)).toEqual([false, false, false])
    })

    const { record: first, issues: told } = pass(landed(), letsOne)
    const source = recordOf(makeRecord({ ...first, logged: 'merged' }))
    const child = (number: number, nth: number, over = {}) => {
      const { title, body } = told[nth]!
      const issue = { number, author: chorus, title, body, labels: [], timeline: [], ...over }
      return makeTask({ id: printTaskId(number), issue: makeIssue(issue), record: null })
    }
    const begins = (...tasks: TaskFacts[]) => {
      const world = makeWorld({ tasks: joinDiscovered(tasks, makeWorld().app), ...letsOne })
      const { effects } = plan(world, { now: at(90), digest: () => 'f'.repeat(64) })
      const records = effects.flatMap(one => (one.do === 'record' ? [...one.records.values()] : []))
      return {
        approvals: records.flatMap(({ issue, approval }) =>
          approval?.via === 'discovered' ? [[issue, approval.by.login]] : [],
        ),
        left: records.find(({ issue }) => issue === 7)?.discovered?.found.length ?? null,
      }
    }
    const all = [child(8, 0), child(9, 1), child(10, 2)]

    test('with the words that it was told with, and for whoever asked for the task', () => {
      expect(begins(source, ...all)).toEqual({ approvals: [[8, 'alice']], left: null })
      const approved = child(8, 0)
      const { approval } = landed().record!
      const known = {
        ...approved,
        record: makeRecord({ issue: 8, approval: { ...approval!, via: 'discovered' } }),
      }
      expect(begins(source, known, ...all.slice(1)).left).toBe(0)
    })

    test.each<[string, TaskFacts, number | null]>([
      ['somebody has edited it', child(8, 0, { body: `${told[0]!.body}And more.` }), 0],
      ['somebody has closed it', child(8, 0, { state: 'closed' }), 0],
      ['somebody else wrote it', child(8, 0, { author: tim }), null],
    ])('not when %s', (_, one, left) => {
      expect(begins(source, one, ...all.slice(1))).toEqual({ approvals: [], left })
    })

    test('goes on when where it was met is forgotten, and waits for a person before it lands', () => {
      const { approval } = landed().record!
      const text = approvedText(child(8, 0).issue, [])
      const record = makeRecord({
        issue: 8,
        approval: { ...approval!, via: 'discovered', agent: null, text },
      })
      const [one] = [{ ...child(8, 0), record }]
      const { states } = plan(makeWorld({ tasks: [one!] }), { now: at(90), digest: () => 'f'.repeat(64) })
      expect(states.get(one!.id)?.is).toBe('ready')
      const shown = makeProposedTask({
        record: makeRecord({ ...landed().record, approval: { ...approval!, via: 'discovered' } }),
      })
      const waits = plan(makeWorld({ tasks: [shown] }), { now: at(90), digest: () => 'f'.repeat(64) })
      const state = waits.states.get(shown.id)
      const verdicts = state?.is === 'proposed' ? state.verdicts.all : []
      expect(verdicts.find(({ gate }) => gate === 'review')?.verdict).toMatchObject({
        is: 'wait',
        reason: expect.stringContaining('nobody has asked for it'),
      })
    })
  })
})
