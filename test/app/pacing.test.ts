import { expect, test } from 'vitest'
import { createPacing, LIMITS } from '../../app/pacing.ts'
import { FaultError, toFault } from '../../forge/fault.ts'
import { createHandClock, settle } from './handclock.ts'

const READ = { method: 'GET', url: '/repos/{owner}/{repo}' }
const WRITE = { method: 'POST', url: '/repos/{owner}/{repo}/git/refs' }
const MERGE = { method: 'PUT', url: '/repos/{owner}/{repo}/pulls/{pull_number}/merge' }
const COMMENT = { method: 'POST', url: '/repos/{owner}/{repo}/issues/{issue_number}/comments' }

function setUp() {
  const clock = createHandClock()
  const lane = createPacing(clock).lane(1, 7)
  const open: (() => void)[] = []
  let most = 0
  /** A request that is under way until `answer`. */
  const slow = () =>
    new Promise<void>(resolve => {
      open.push(resolve)
      most = Math.max(most, open.length)
    })
  return { clock, lane, open, slow, most: () => most }
}

test('writes go one after another, reads ten at a time, and neither waits for the other', async () => {
  const { lane, open, slow } = setUp()
  for (let i = 0; i < 3; i++) void lane.run(WRITE, slow)
  for (let i = 0; i < 12; i++) void lane.run(READ, slow)
  await settle()
  expect(open).toHaveLength(1 + LIMITS.readsAtOnce)
  for (const answer of open.splice(0)) answer()
  await settle()
  expect(open).toHaveLength(1 + 2)
})

test.each([
  ['query Q { viewer { login } }', 3],
  ['mutation M { updateRefs { clientMutationId } }', 1],
])('GraphQL is told apart by what it does: %s', async (query, atOnce) => {
  const { lane, open, slow } = setUp()
  for (let i = 0; i < 3; i++) void lane.run({ method: 'POST', url: '/graphql', query }, slow)
  await settle()
  expect(open).toHaveLength(atOnce)
})

test('a burst of thirty claims and dispatches is not slowed down', async () => {
  const { lane, clock } = setUp()
  const before = clock.now()
  for (let i = 0; i < 90; i++) await lane.run(WRITE, async () => {})
  expect(clock.now()).toBe(before)
})

test('R14: content stays below GitHub’s limit per minute, and the rest ends the pass instead of waiting', async () => {
  const { lane, clock } = setUp()
  for (let i = 0; i < LIMITS.contentMinute.cap; i++) await lane.run(COMMENT, async () => {})
  const refused = lane.run(COMMENT, async () => {})
  await expect(refused).rejects.toMatchObject({ fault: { is: 'again', after: 60_000, only: 'content' } })
  await expect(lane.run(WRITE, async () => 'claimed')).resolves.toBe('claimed')
  // Its gate is green by now.
  await expect(lane.run(MERGE, async () => 'landed')).resolves.toBe('landed')
  await clock.advance(60_000)
  await expect(lane.run(COMMENT, async () => 'said')).resolves.toBe('said')
})

test('a short wait is waited in place', async () => {
  const { lane, clock } = setUp()
  for (let i = 0; i < LIMITS.contentMinute.cap; i++) await lane.run(COMMENT, async () => {})
  await clock.advance(57_000)
  let said = false
  void lane.run(COMMENT, async () => {
    said = true
  })
  await clock.advance(2_999)
  expect(said).toBe(false)
  await clock.advance(1)
  expect(said).toBe(true)
})

test('when GitHub asks one request to wait, the whole installation is silent that long', async () => {
  const { clock } = setUp()
  const pacing = createPacing(clock)
  const refusal = new FaultError({ is: 'again', after: 30_000, why: 'secondary rate limit' })
  await expect(
    pacing.lane(1, 7).run(READ, async () => {
      throw refusal
    }),
  ).rejects.toBe(refusal)
  let asked = 0
  const ask = async () => {
    asked += 1
  }
  await expect(pacing.lane(1, 7).run(READ, ask)).rejects.toMatchObject({
    fault: { is: 'again', after: 30_000 },
  })
  expect(asked).toBe(0)
  await pacing.lane(2, 7).run(READ, ask)
  await clock.advance(30_000)
  await pacing.lane(1, 7).run(READ, ask)
  expect(asked).toBe(2)
})

test('a merge that has to be tried again silences nobody else', async () => {
  const { lane } = setUp()
  const words = 'Base branch was modified. Review and try the merge again.'
  const moved = Object.assign(new Error(words), { name: 'HttpError', status: 405 })
  await expect(lane.run(MERGE, () => Promise.reject(moved))).rejects.toBe(moved)
  expect(toFault(moved)).toMatchObject({ is: 'again', after: 4_000 })
  expect(lane.room().closedUntil).toBeNull()
})

test('content is counted by the hour', async () => {
  const { lane, clock } = setUp()
  for (let i = 0; i < LIMITS.contentHour.cap; i++) {
    await lane.run(COMMENT, async () => {})
    await clock.advance(1_000)
  }
  expect(lane.room().content).toBe(0)
  await expect(lane.run(COMMENT, async () => {})).rejects.toMatchObject({ fault: { is: 'again' } })
})

test('one repository that makes hundreds leaves some of the hour’s content to others; alone it may use all', async () => {
  const { clock } = setUp()
  const pacing = createPacing(clock)
  const [busy, calm] = [7, 8].map(party => pacing.lane(1, party))
  /** Until no more is let through, a minute's worth at a time. */
  const sayAll = async (lane: typeof busy) => {
    for (let said = 0; ; said++) {
      if (said % LIMITS.contentMinute.cap === 0) await clock.advance(LIMITS.contentMinute.span)
      const came = await lane!.run(COMMENT, async () => 'said').catch(error => toFault(error))
      if (came !== 'said') return said
    }
  }
  expect(await sayAll(busy)).toBe(LIMITS.contentHour.cap - LIMITS.keptForOthers)
  expect(await sayAll(calm)).toBe(LIMITS.keptForOthers)
  // Nobody else is there: nothing is kept.
  expect(await sayAll(pacing.lane(2, 9))).toBe(LIMITS.contentHour.cap)
})

test('a look that reads more than a minute allows ends, a minute’s worth at a time', async () => {
  const { lane, clock } = setUp()
  const begun = clock.now()
  const worth = LIMITS.restPoints.cap - LIMITS.keptForWrites
  let read = 0
  const look = Promise.all(
    Array.from({ length: 3 * worth }, () =>
      lane.run(READ, async () => {
        read += 1
      }),
    ),
  )
  await settle()
  expect(read).toBe(worth)
  await clock.advance(60_000)
  expect(read).toBe(2 * worth)
  await clock.advance(60_000)
  await look
  expect(clock.now() - begun).toBe(120_000)
})

test('while a huge repository reads, another one’s reads take turns with it, and its writes do not wait', async () => {
  const { clock, slow, open } = setUp()
  const pacing = createPacing(clock)
  const [huge, small] = [pacing.lane(1, 1), pacing.lane(1, 2)]
  for (let i = 0; i < 500; i++) void huge.run(READ, slow)
  let done = 0
  const count = async () => {
    done += 1
  }
  for (let i = 0; i < 5; i++) void small.run(READ, count)
  await settle()
  expect(open).toHaveLength(LIMITS.readsAtOnce)
  for (let i = 0; i < 5; i++) {
    // Of any two places that become free, one is the small one's.
    for (const answer of open.splice(0, 2)) answer()
    await settle()
  }
  expect(done).toBe(5)
  for (let i = 0; i < 400; i++) void huge.run(READ, async () => {})
  while (open.length > 0) {
    for (const answer of open.splice(0)) answer()
    await settle()
  }
  await expect(small.run(WRITE, async () => 'claimed')).resolves.toBe('claimed')
})

test('what waits for long when the process is asked to end is refused, so that it can end', async () => {
  const { clock } = setUp()
  const pacing = createPacing(clock)
  const lane = pacing.lane(1, 1)
  const reads = Array.from({ length: LIMITS.restPoints.cap }, () => lane.run(READ, async () => {}))
  const ended = Promise.allSettled(reads)
  await settle()
  pacing.stop()
  const refused = (await ended).filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(LIMITS.keptForWrites)
  await expect(lane.run(WRITE, async () => 'written')).resolves.toBe('written')
})
