import { expect, test } from 'vitest'
import { type Logged, listLanded, measureLandings } from '../../../core/accounts/landings.ts'
import { printTaskId } from '../../../core/names.ts'
import { writeLandings } from '../../../core/words/metrics.ts'
import { at } from '../../make.ts'

/** Minute, issue, event, and of which attempt it tells. */
const log = (...lines: [number, number, string, number?][]): Logged[] =>
  lines.map(([minute, issue, event, attempt = null]) => ({
    at: at(minute),
    task: printTaskId(issue),
    event,
    attempt,
  }))

const EVENTS = log(
  [0, 1, 'ready'],
  [10, 1, 'proposed'],
  [12, 1, 'waiting:person'],
  [13, 1, 'proposed'],
  [30, 1, 'merged'],
  [31, 2, 'proposed'],
  [33, 2, 'landing:ejected'],
  [40, 2, 'claimed'],
  [41, 2, 'running'],
  [50, 2, 'proposed'],
  [56, 2, 'merged'],
  [57, 1, 'undoing'],
  [58, 1, 'waiting:stopped'],
  // Its proposal was never in the log.
  [60, 3, 'merged'],
)

test('189: how long what landed had waited, what was sent back, and what people took out or back', () => {
  const metrics = measureLandings(EVENTS, null)
  expect(metrics).toEqual({
    landed: 3,
    taken_back: 1,
    sent_back: 1,
    taken_out: 1,
    wait: { known: 2, p50: 6, p95: 20 },
  })
  expect(writeLandings(metrics)).toBe(
    'landings: 3; from proposed to landed 6 minutes for half of them, 20 at most for 95 % (known of 2 in 3); sent back for another attempt 1; taken out by people 1; taken back after they landed 1',
  )
  expect([...listLanded(EVENTS)]).toEqual([printTaskId(2), printTaskId(3)])
})

test('189: only what came to its end since that day is counted, and nothing is made up', () => {
  const none = measureLandings(EVENTS, '2026-11-21')
  expect(none).toMatchObject({ landed: 0, sent_back: 0, wait: { known: 0, p50: null, p95: null } })
  expect(writeLandings(none)).toMatch(/^landings: 0; from proposed to landed unknown;/)
})

test.each<[string, Logged[], Partial<ReturnType<typeof measureLandings>>]>([
  [
    'a landing that somebody kept after all landed once, and was not taken back',
    log([1, 1, 'proposed'], [9, 1, 'merged'], [10, 1, 'undoing'], [11, 1, 'landing:held'], [12, 1, 'merged']),
    { landed: 1, taken_back: 0, wait: { known: 1, p50: 8, p95: 8 } },
  ],
  [
    'one that is being taken back is not taken back yet',
    log([9, 1, 'merged'], [10, 1, 'undoing']),
    { landed: 1, taken_back: 0 },
  ],
  [
    'taken back and landed anew it landed twice',
    log([9, 1, 'merged'], [10, 1, 'undoing'], [11, 1, 'ready'], [12, 1, 'proposed'], [13, 1, 'merged']),
    { landed: 2, taken_back: 1, sent_back: 0 },
  ],
  [
    'the same attempt that is looked at anew was not sent back',
    log([1, 1, 'proposed', 1], [2, 1, 'attempted', 1], [3, 1, 'proposed', 1], [5, 1, 'merged']),
    { landed: 1, sent_back: 0, wait: { known: 1, p50: 4, p95: 4 } },
  ],
  [
    'another attempt was, once, also where the log tells of nothing in between',
    log(
      [1, 1, 'proposed', 1],
      [2, 1, 'running', 2],
      [3, 1, 'proposed', 2],
      [4, 1, 'proposed', 3],
      [5, 1, 'merged'],
    ),
    { landed: 1, sent_back: 2, wait: { known: 1, p50: 1, p95: 1 } },
  ],
])('189: %s', (_, events, wanted) => {
  expect(measureLandings(events, null)).toMatchObject(wanted)
})
