import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { plan } from '../../../core/plan.ts'
import { describeState } from '../../../core/state.ts'
import type { TaskFacts, World } from '../../../core/world.ts'
import {
  at,
  makeApproval,
  makeClaim,
  makeConfig,
  makeIssue,
  makeProposedTask,
  makeRecord,
  makeRun,
  makeTask,
  makeTicket,
  makeWorld,
  sha,
} from '../../make.ts'

const now = at(60)
const tools = { now, digest: (text: string) => createHash('sha256').update(text).digest('hex') }
const SECOND = 1000

const config = { ok: true, value: makeConfig({ limits: { parallel: 1 } }) } as const

function asking(number: number, over: Partial<TaskFacts> = {}): TaskFacts {
  const issue = makeIssue({ number, createdAt: at(0) + number })
  return makeTask({
    issue,
    record: makeRecord({ issue: number, approval: makeApproval({ issue }) }),
    ...over,
  })
}

const claimed = (ago: number, more: Parameters<typeof makeClaim>[0] = {}) =>
  makeClaim({ at: now - ago * SECOND, ticket: { ok: true, value: makeTicket({ issue: 1 }) }, ...more })

/** Claimed so many seconds ago, by somebody who was not heard of again. */
function late(number: number, ago: number): TaskFacts {
  return asking(number, { claims: [of(number, ago)] })
}

const of = (issue: number, ago: number) =>
  claimed(ago, { sha: sha(0x100 + issue), ticket: { ok: true, value: makeTicket({ issue }) } })

const under = (more: Parameters<typeof makeRun>[0] = {}) =>
  makeRun({ status: 'in_progress', conclusion: null, receipt: null, createdAt: at(50), ...more })

/** Stopped: nothing of it counts any more. */
function stopped(over: Partial<TaskFacts>): TaskFacts {
  const { record } = asking(1)
  const given = { ...record!, stopped: { by: { login: 'ada', id: 1 }, at: at(59) }, voidThrough: 1 }
  return asking(1, { claims: [claimed(600)], record: given, ...over })
}

const ended = makeProposedTask({ issue: asking(1).issue })
const review = claimed(600, { ticket: { ok: true, value: makeTicket({ kind: 'review', issue: 1 }) } })
const reviewed = (runs: TaskFacts['reviews']['runs']): TaskFacts => ({
  ...stopped({}),
  reviews: { ...ended.reviews, claims: [review], runs },
})

const taken = (over: number) => ({ sha: sha(7), at: now - over * SECOND, since: now - over * SECOND })
const orphan = { task: 'bd-gone', refs: [], sure: false, runs: [], until: 0 }

test.each<[string, TaskFacts | null, Partial<World>, boolean]>([
  ['nobody else is there', null, {}, true],
  ['a run that is being ended', stopped({ runs: [under({ cancelAsked: at(59) })] }), {}, false],
  ['one that has ended', stopped({ runs: [makeRun()] }), {}, true],
  ['one that no list has shown for a day', stopped({ runs: [under({ createdAt: at(-1500) })] }), {}, true],
  ['one that somebody else started', stopped({ runs: [under({ actorId: 5 })] }), {}, true],
  ['given up while its maker may dispatch it', stopped({ claims: [claimed(4)] }), {}, false],
  ['given up, and a list would show its run', stopped({ claims: [claimed(11)] }), {}, true],
  [
    'given up just after it was taken over',
    stopped({ claims: [claimed(600, { takeover: taken(4) })] }),
    {},
    false,
  ],
  [
    'given up long after it was taken over',
    stopped({ claims: [claimed(600, { takeover: taken(60) })] }),
    {},
    true,
  ],
  ['a claim that is not ours', stopped({ claims: [claimed(4, { sealed: false })] }), {}, true],
  ['a review that is being ended', reviewed([under({ kind: 'review' })]), {}, false],
  ['a review that has ended', reviewed([makeRun({ kind: 'review' })]), {}, true],
  [
    'a run of an issue that is gone',
    null,
    { orphans: [{ ...orphan, runs: [{ id: 1, cancelAsked: null }] }] },
    false,
  ],
  ['one of those may show up', null, { orphans: [{ ...orphan, until: now + SECOND }] }, false],
  ['none of those will', null, { orphans: [{ ...orphan, until: now - SECOND }] }, true],
])('%s: is there a place?', (_, other, over, free) => {
  const tasks = [...(other === null ? [] : [other]), asking(2)]
  const { effects, states } = plan(makeWorld({ tasks, config, ...over }), tools)
  expect(effects.flatMap(effect => (effect.do === 'claim' ? effect.ticket.issue : []))).toEqual(
    free ? [2] : [],
  )
  if (!free) expect(states.get(tasks.at(-1)!.id)).toMatchObject({ is: 'waiting', on: 'capacity' })
})

test('a second run of the same attempt has a place of its own', () => {
  const two = { ok: true, value: makeConfig({ limits: { parallel: 2 } }) } as const
  const other = (runs: TaskFacts['runs']) => asking(1, { claims: [claimed(600)], runs })
  const begins = (runs: TaskFacts['runs']) =>
    plan(makeWorld({ tasks: [other(runs), asking(2)], config: two }), tools).effects.some(
      effect => effect.do === 'claim',
    )
  expect([begins([under()]), begins([under(), under({ id: 4002 })])]).toEqual([true, false])
})

test.each<[string, number, TaskFacts[], number[]]>([
  ['each where there is room', 2, [late(1, 70), late(2, 60)], [1, 2]],
  ['the one that was claimed first', 1, [late(1, 60), late(2, 70)], [2]],
  ['not while another one may have been dispatched', 1, [late(1, 70), late(2, 4)], []],
  ['none beside one at work', 1, [late(1, 60), asking(2, { claims: [of(2, 90)], runs: [under()] })], []],
  ['none while one is being ended', 1, [stopped({ runs: [under()] }), late(2, 60)], []],
])('whose place was given away waits for one, and is not lost: %s', (_, parallel, tasks, expected) => {
  const limited = { ok: true, value: makeConfig({ limits: { parallel } }) } as const
  const { effects, states } = plan(makeWorld({ tasks, config: limited }), tools)
  const begun = effects.flatMap(effect => (effect.do === 'dispatch' ? effect.task : []))
  expect(tasks.flatMap(({ id, issue }) => (begun.includes(id) ? issue.number : []))).toEqual(expected)
  for (const { id, runs } of tasks) if (runs.length === 0) expect(states.get(id)?.is).toBe('claimed')
})

describe('who was claimed and waits for a place', () => {
  const told = { statusComment: { id: 5, body: '', at: at(20) } }
  const see = (tasks: TaskFacts[], parallel: number) => {
    const limited = { ok: true, value: makeConfig({ limits: { parallel } }) } as const
    const { states, effects } = plan(makeWorld({ tasks, config: limited }), tools)
    const lines = tasks.map(({ id }) => describeState(states.get(id)!))
    const said = effects.flatMap(effect =>
      effect.do === 'say' ? effect.body.split('\n').filter(one => one.startsWith('**')) : [],
    )
    return { lines, said }
  }

  test('says so, and for which limit; on its issue where something stands already', () => {
    const busy = asking(9, { claims: [of(9, 90)], runs: [under()] })
    const limit = '1 attempts run at once at most (limits.parallel)'
    const { lines, said } = see([late(2, 70), { ...late(1, 60), ...told }, busy], 1)
    expect(lines.slice(0, 2)).toEqual([
      `attempt 1 waits for a free place: ${limit}`,
      `attempt 1 waits for a free place: ${limit}`,
    ])
    expect(said).toEqual([`**⏳ Attempt 1 waits for a free place: ${limit}**`])
    // Who gets a place before it changes nothing of that.
    const { said: alone } = see([{ ...late(1, 60), ...told }, busy], 1)
    expect(alone).toEqual(said)
  })

  test('not where there is room, nor of a moment, nor where GitHub refuses it anyway', () => {
    const busy = asking(9, { claims: [of(9, 90)], runs: [under()] })
    const starting = 'claimed as attempt 1; its run has not started yet'
    expect(see([{ ...late(2, 70), ...told }, busy], 2)).toMatchObject({ lines: [starting, {}], said: [] })
    expect(see([{ ...late(2, 14), ...told }, busy], 1)).toMatchObject({ lines: [starting, {}], said: [] })
    const dispatch = { is: 'refused', at: at(50), why: 'no such workflow' } as const
    const refused = asking(2, { claims: [{ ...of(2, 700), dispatch }] })
    expect(see([refused, busy], 1).lines[0]).toContain('GitHub refuses to start')
  })

  test('a review as well, in the gate', () => {
    const reviewing = {
      ok: true,
      value: makeConfig({ limits: { parallel: 1 }, review: { enabled: true } }),
    } as const
    const ticket = makeTicket({ kind: 'review', issue: 7, attempt: 1, continues: sha(0x201) })
    const shown = makeProposedTask()
    const claims = [makeClaim({ sha: sha(0x55), at: now - 70 * SECOND, ticket: { ok: true, value: ticket } })]
    const task = { ...shown, reviews: { ...shown.reviews, claims } }
    const gateBeside = (others: TaskFacts[]) => {
      const { effects } = plan(makeWorld({ tasks: [task, ...others], config: reviewing }), tools)
      return effects.flatMap(effect => (effect.do === 'gate' ? effect.title : []))
    }
    expect(gateBeside([])).toEqual(['reviewer: codex reviews it now'])
    expect(gateBeside([asking(9, { claims: [of(9, 90)], runs: [under()] })])).toEqual([
      expect.stringMatching(/^reviewer: the review by an agent waits for a free place: 1 attempts/),
    ])
  })
})

test('it is looked again when it is known that what was given up was not dispatched', () => {
  const tasks = [stopped({ claims: [claimed(4)] }), asking(2)]
  expect(plan(makeWorld({ tasks, config }), tools).lookAgain).toBe(now + 6 * SECOND)
})

test('whoever is given a place says who had one before: claims and takeovers', () => {
  const admitted = sha(0xad)
  const admission = { last: admitted, at: now }
  const late = asking(1, { claims: [claimed(60)] })
  const wide = { ok: true, value: makeConfig() } as const
  const { effects } = plan(makeWorld({ tasks: [late, asking(2)], config: wide, admission }), tools)
  const rights = effects.filter(effect => effect.do === 'claim' || effect.do === 'dispatch')
  expect(rights.map(effect => [effect.do, effect.admitted])).toEqual([
    ['dispatch', admitted],
    ['claim', admitted],
  ])
})
