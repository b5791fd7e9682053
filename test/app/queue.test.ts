import { describe, expect, test } from 'vitest'
import { createQueue, type Look } from '../../app/queue.ts'
import { createHandClock, settle } from './handclock.ts'

/** A queue whose looks end when the test says so. */
function setUp(atOnce = 2) {
  const clock = createHandClock()
  const started: { key: string; at: number; signal: AbortSignal; end: (look?: Partial<Look>) => void }[] = []
  const queue = createQueue<string>({
    look: (key, signal) =>
      new Promise(resolve => {
        const end = (look: Partial<Look> = {}) => resolve({ next: null, failed: false, ...look })
        started.push({ key, at: clock.now(), signal, end })
      }),
    atOnce,
    clock,
    backOff: { first: 1_000, cap: 8_000 },
  })
  const keys = () => started.map(look => look.key)
  async function end(index: number, look?: Partial<Look>) {
    started[index]!.end(look)
    await settle()
  }
  return { clock, queue, started, keys, end }
}

describe('one repository', () => {
  test('a wake looks at once', () => {
    const { queue, keys } = setUp()
    queue.wake('a')
    expect(keys()).toEqual(['a'])
  })

  test('wakes during a look become exactly one more', async () => {
    const { queue, keys, end } = setUp()
    queue.wake('a')
    for (let i = 0; i < 5; i++) queue.wake('a')
    expect(keys()).toEqual(['a'])
    await end(0)
    expect(keys()).toEqual(['a', 'a'])
    await end(1)
    expect(keys()).toEqual(['a', 'a'])
  })

  test('of several timed wakes the earliest wins, and is the only one', async () => {
    const { queue, clock, started, end } = setUp()
    queue.wakeAt('a', clock.now() + 5_000)
    queue.wakeAt('a', clock.now() + 2_000)
    queue.wakeAt('a', clock.now() + 9_000)
    const start = clock.now()
    await clock.advance(2_000)
    expect(started.map(look => look.at - start)).toEqual([2_000])
    await end(0)
    await clock.advance(20_000)
    expect(started).toHaveLength(1)
  })

  test('a look says itself when to look again', async () => {
    const { queue, clock, keys, end } = setUp()
    queue.wake('a')
    await end(0, { next: clock.now() + 3_000 })
    await clock.advance(2_999)
    expect(keys()).toHaveLength(1)
    await clock.advance(1)
    expect(keys()).toHaveLength(2)
  })

  test('forgetting during a look drops what it wanted next', async () => {
    const { queue, clock, keys, end } = setUp()
    queue.wake('a')
    queue.wake('a')
    queue.forget('a')
    await end(0, { next: clock.now() + 10 })
    await clock.advance(60_000)
    expect(keys()).toEqual(['a'])
  })

  test('installed again while its last look still runs, it never runs twice at once', async () => {
    const { queue, keys, end } = setUp()
    queue.wake('a')
    queue.forget('a')
    queue.wake('a')
    expect(keys()).toEqual(['a'])
    await end(0)
    expect(keys()).toEqual(['a', 'a'])
  })
})

describe('failures', () => {
  test('waits double up to the cap and start over after a success', async () => {
    const { queue, clock, started, end } = setUp()
    queue.wake('a')
    const waits: number[] = []
    for (let turn = 0; turn < 6; turn++) {
      const before = clock.now()
      await end(turn, { failed: true })
      await clock.advance(10_000)
      waits.push(started[turn + 1]!.at - before)
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
    await end(6)
    queue.wake('a')
    const before = clock.now()
    await end(7, { failed: true })
    await clock.advance(10_000)
    expect(started[8]!.at - before).toBe(1_000)
  })

  test('a webhook does not get past the wait that GitHub asked for', async () => {
    const { queue, clock, started, end } = setUp()
    queue.wake('a')
    const before = clock.now()
    await end(0, { failed: true, next: before + 60_000 })
    queue.wake('a')
    await clock.advance(59_999)
    expect(started).toHaveLength(1)
    await clock.advance(1)
    expect(started.map(look => look.at - before)).toEqual([0, 60_000])
  })

  test('a look that throws counts as failed', async () => {
    const clock = createHandClock()
    let looks = 0
    const queue = createQueue<string>({
      look: async () => {
        looks += 1
        throw new Error('no')
      },
      atOnce: 1,
      clock,
      backOff: { first: 1_000, cap: 8_000 },
    })
    queue.wake('a')
    await clock.advance(999)
    expect(looks).toBe(1)
    await clock.advance(1)
    expect(looks).toBe(2)
  })
})

describe('many repositories', () => {
  test('only so many at once, in the order of their wakes', async () => {
    const { queue, keys, end } = setUp(2)
    for (const key of ['a', 'b', 'c', 'd']) queue.wake(key)
    expect(keys()).toEqual(['a', 'b'])
    await end(1)
    expect(keys()).toEqual(['a', 'b', 'c'])
  })

  test('a busy one does not starve the others', async () => {
    const { queue, keys, end } = setUp(1)
    queue.wake('a')
    queue.wake('b')
    queue.wake('a')
    await end(0)
    expect(keys()).toEqual(['a', 'b'])
  })

  test('idle resolves when nothing runs and nothing is due', async () => {
    const { queue, clock, end } = setUp(1)
    queue.wake('a')
    queue.wake('b')
    let idle = false
    void queue.idle().then(() => {
      idle = true
    })
    await end(0, { next: clock.now() + 99 })
    expect(idle).toBe(false)
    await end(1)
    expect(idle).toBe(true)
  })

  test('stop tells running looks, starts nothing more, and resolves when they have ended', async () => {
    const { queue, clock, keys, started, end } = setUp(1)
    queue.wake('a')
    queue.wake('b')
    queue.wakeAt('c', clock.now() + 1)
    let stopped = false
    void queue.stop().then(() => {
      stopped = true
    })
    expect(started[0]!.signal.aborted).toBe(true)
    await settle()
    expect(stopped).toBe(false)
    await end(0, { next: clock.now() + 1 })
    expect(stopped).toBe(true)
    queue.wake('d')
    await clock.advance(1_000)
    expect(keys()).toEqual(['a'])
  })
})
