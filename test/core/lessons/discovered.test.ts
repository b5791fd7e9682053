import { describe, expect, test } from 'vitest'
import type { Report } from '../../../core/contract/report.ts'
import { emptyControls } from '../../../core/ledger.ts'
import { parseImportMarker, printImportMarker } from '../../../core/names.ts'
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
        { key: '1.1', title: 'One', body: '' },
        { key: '1.2', title: 'Two', body: '' },
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
})
