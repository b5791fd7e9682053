import { describe, expect, test } from 'vitest'
import { addMeasure, countUnmeasured, type Measures, NO_MEASURES } from '../../../core/accounts/measure.ts'
import { groupMetrics, type Metrics, summariseStories } from '../../../core/accounts/metrics.ts'
import type { Group } from '../../../core/accounts/tally.ts'
import { EMPTY, type UsageEvent, usageEvent } from '../../../core/accounts/usage.ts'
import { tabulateMetrics, writeClosing } from '../../../core/words/metrics.ts'
import { at } from '../../make.ts'

const TOLD = { told: 4000, planning: 0, asked: 30_000, largest: 60_000, sessions: 0 }

function line(task: string, attempt: number, over: Partial<UsageEvent> = {}): UsageEvent {
  return {
    at: at(attempt),
    task,
    issue: 1,
    attempt,
    kind: 'work',
    run: 1,
    agent: 'codex',
    model: 'gpt-5',
    work: 'feature',
    epic: 5,
    by: null,
    outcome: 'done',
    tokens_in: 900,
    tokens_out: 100,
    tokens_cached: 0,
    cost_usd: 0.5,
    seconds: 10,
    charged: { usd: 0.5, tokens: 1000 },
    context: TOLD,
    continues: false,
    rival: false,
    ...over,
  }
}

const failed = { outcome: 'red-checks' }
const unused = { tokens_in: 0, tokens_out: 0, cost_usd: 0, context: null }
const STRONG = { in: 1000, out: 1000 }

function measure(lines: UsageEvent[], landed: string[], by: Group = 'agent', since: string | null = null) {
  return groupMetrics(lines, { by, landed: new Set(landed), strong: STRONG, since })
}

describe('how tasks went', () => {
  test.each<[string, UsageEvent[], string[], Partial<Metrics['tasks']>]>([
    [
      'nothing was tried',
      [],
      [],
      { begun: 0, first_attempt_success: null, retry_rate: null, rebase_rate: null },
    ],
    [
      'by the first attempt',
      [line('a', 1)],
      ['a'],
      { landed: 1, landed_at_first: 1, first_attempt_success: 1 },
    ],
    ['it may still land', [line('a', 1)], [], { begun: 1, decided: 0, first_attempt_success: null }],
    ['it failed', [line('a', 1, failed)], [], { decided: 1, first_attempt_success: 0, retried: 0 }],
    [
      'by another attempt, that went on',
      [line('a', 1, failed), line('a', 2, { continues: true })],
      ['a'],
      { landed: 1, first_attempt_success: 0, retry_rate: 1, anew: 0, anew_rate: 0 },
    ],
    [
      'anew from the base, told once however often',
      [line('a', 1, failed), line('a', 2, failed), line('a', 3), line('b', 1)],
      ['a', 'b'],
      { begun: 2, landed: 2, first_attempt_success: 0.5, anew: 1, anew_rate: 0.5 },
    ],
    [
      'lines from before that was noted say nothing of it',
      [line('a', 1, failed), line('a', 2, { continues: null })],
      ['a'],
      { retried: 1, anew: null, anew_rate: null },
    ],
    [
      'what ended before an agent was at work is no try',
      [
        line('a', 1, { ...unused, outcome: 'setup-failed' }),
        line('a', 2, { ...unused, outcome: 'not-started' }),
        line('a', 3),
      ],
      ['a'],
      { begun: 1, first_attempt_success: 1, anew: 0 },
    ],
    [
      'but one whose budget ended on the way is',
      [line('a', 1, { outcome: 'cannot-run' }), line('a', 2)],
      ['a'],
      { first_attempt_success: 0, retried: 1 },
    ],
    [
      'a race is one try, whoever won',
      [line('a', 1, { agent: 'claude', rival: true }), line('a', 1)],
      ['a'],
      { begun: 1, landed: 1, first_attempt_success: 1 },
    ],
    [
      'plans and reviews are no tries',
      [line('p', 1, { kind: 'plan' }), line('a', 1), line('a', 1, { kind: 'review' })],
      ['a'],
      { begun: 1, landed: 1, first_attempt_success: 1 },
    ],
  ])('%s', (_, lines, landed, tasks) => {
    expect(measure(lines, landed).total.tasks).toMatchObject(tasks)
  })

  test('two agents at one task have one success between them, and it is the second one’s', () => {
    const { groups, total } = measure([line('a', 1, failed), line('a', 2, { agent: 'claude' })], ['a'])
    const tasks = Object.fromEntries(groups.map(({ key, metrics }) => [key, metrics.tasks]))
    expect(tasks.codex).toMatchObject({ begun: 1, landed: 0, first_attempt_success: 0 })
    expect(tasks.claude).toMatchObject({ begun: 0, landed: 1, first_attempt_success: null })
    expect(total.tasks).toMatchObject({ begun: 1, landed: 1 })
  })

  test('what came before the first day counts for nothing but which attempt was first', () => {
    const late = { at: at(0) + 86_400_000 }
    const lines = [line('a', 1, failed), line('a', 2, late), line('b', 1, late)]
    const day = new Date(late.at).toISOString().slice(0, 10)
    const { total } = measure(lines, ['a', 'b'], 'agent', day)
    expect(total.tasks).toMatchObject({ begun: 1, landed: 2, landed_at_first: 1, first_attempt_success: 1 })
    expect(total.phases.work?.attempts).toBe(2)
  })
})

describe('what it took', () => {
  const lines = [
    line('p', 1, { kind: 'plan', cost_usd: 1, context: { ...TOLD, told: 12_000, planning: 9000 } }),
    line('a', 1, failed),
    line('a', 2, { context: { ...TOLD, told: 6000 } }),
    line('b', 1),
    line('b', 1, { kind: 'review', agent: 'claude', cost_usd: 0.1 }),
  ]

  test('by phase, and all phases over what landed', () => {
    const { phases, ...rest } = measure(lines, ['a', 'b']).total
    expect(phases.plan).toMatchObject({ attempts: 1, cost_usd: 1, tokens: 1000, planning_share: 0.75 })
    expect(phases.work).toEqual({
      attempts: 3,
      tokens: 3000,
      cost_usd: 1.5,
      told: { known: 3, mean: 4667, most: 6000 },
      first_request: { known: 3, mean: 30_000, most: 30_000 },
      planning_share: 0,
      sessions_reused: 0,
    })
    expect(phases.review).toMatchObject({ attempts: 1, cost_usd: 0.1 })
    expect(rest.tokens_per_success).toBe(2500)
    expect(rest.usd_per_success).toBeCloseTo(1.3)
    expect(rest.saved_usd).toBeCloseTo(5 - 2.6)
  })

  test('what nobody measured is unknown, never 0', () => {
    const { total } = measure([line('a', 1, { cost_usd: null, tokens_in: null, context: null })], ['a'])
    expect(total).toMatchObject({ tokens_per_success: null, usd_per_success: null, saved_usd: null })
    const { work } = total.phases
    expect(work).toMatchObject({ tokens: null, cost_usd: null, planning_share: null, sessions_reused: null })
    expect(work?.told).toEqual({ known: 0, mean: null, most: null })
    const cells = tabulateMetrics([{ key: 'total', metrics: total }], 'opus').map(row => row.join(': '))
    expect(cells).toEqual(
      expect.arrayContaining([
        'tokens for each that landed: unknown',
        'cost, work: unknown',
        'saved against opus: unknown',
        'told, mean (most), work: unknown',
        'planning text in work: unknown',
        'old sessions used again: unknown',
      ]),
    )
    // Nothing landed: there is no success to divide by.
    expect(measure(lines, []).total.tokens_per_success).toBeNull()
  })

  test('a mean of some attempts is not told as that of all', () => {
    const { total } = measure([line('a', 1, failed), line('a', 2, { context: null })], ['a'])
    const cells = tabulateMetrics([{ key: 'total', metrics: total }], null).map(row => row.join(': '))
    expect(cells).toContain('told, mean (most), work: 4 KB (4 KB), known of 1 in 2')
  })

  test('old lines of the accounts are read as they are', () => {
    const { context: _, continues: __, rival: ___, ...old } = line('a', 1)
    expect(usageEvent.parse(old)).toMatchObject({ context: null, continues: null, rival: false })
  })

  test('task by task it comes to the same as line by line', () => {
    const stories = ['p', 'a', 'b'].map(task => {
      const own = lines.filter(one => one.task === task)
      return { measured: own.reduce(addMeasure, NO_MEASURES), landed: task !== 'p' }
    })
    expect(summariseStories(stories, STRONG)).toEqual(measure(lines, ['a', 'b']).total)
  })

  test('the few lines at the end of an epic', () => {
    const { total } = measure(lines, ['a', 'b'])
    expect(writeClosing({ metrics: total, model: 'opus', before: 2, whole: true }).split('\n')).toEqual([
      '**What it took**',
      '- 2 of 2 tasks landed, 1 of them by the first attempt (50 %); 1 needed another attempt, 1 of them anew from the base',
      '- cost: planning $1.00, work $1.50, reviews $0.10; saved against `opus`: $2.40',
      '- tokens for each task that landed: 2,500',
      '- context of agents, mean (most): planning 12 KB (12 KB), work 4.7 KB (6 KB), reviews 4 KB (4 KB)',
      '- first request to models, mean (most): planning 30 KB (30 KB), work 30 KB (30 KB), reviews 30 KB (30 KB)',
      '- planning text in what workers were told: 0 %',
      '- old sessions used again: 0',
      '- not in these figures, as nothing was measured then: 2 earlier attempts',
    ])
    expect(writeClosing({ metrics: measure([], []).total, model: null, before: 0, whole: true })).toBe('')
  })

  test('attempts from before it was kept are counted as such', () => {
    const measured: Measures = [line('a', 1), line('a', 1, { kind: 'review' })].reduce(
      addMeasure,
      NO_MEASURES,
    )
    expect(countUnmeasured({ used: { ...EMPTY, attempts: 3 }, measured })).toBe(2)
    expect(countUnmeasured({ used: { ...EMPTY, attempts: 1 }, measured })).toBe(0)
  })
})
