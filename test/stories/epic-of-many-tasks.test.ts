import { expect, test } from 'vitest'
import { expectDone, openEpic, tellEpic } from '../soak/epic.ts'

// `npm run soak -- epic` tells it of 200.
test('an epic goes from its backlog to the end, twelve issues at a time, each landed once and after what it waits for', async () => {
  const wish = { tasks: 13, features: 1, atOnce: 6, seed: 1, haste: 100 }
  await using story = await openEpic(wish)
  const told = await tellEpic(story, wish)
  await expectDone(story, wish, told)
  // As many as may be at once were, and the rest of the backlog came only when few were left.
  expect(told.seen.mostAtOnce).toBe(6)
  expect(told.seen.mostLive).toBe(12)
})
