import { expect, test } from 'vitest'
import { openWorld, output, simple } from './world.ts'

test('a step ends with its own process, also when something it started still holds its output', async () => {
  await using world = await openWorld({ 'b.yml': simple('sleep 300 &\necho done') })
  const run = await world.ended(await world.dispatch('b.yml'))
  expect(run.conclusion).toBe('success')
  expect(output(world.job(run, 'one'))).toContain('done')
})

test('a cancelled step ends, also when its shell waits for a program that holds its output', async () => {
  await using world = await openWorld({ 's.yml': simple('echo begun\nsleep 300\necho never') })
  const run = await world.dispatch('s.yml')
  await world.until('the step', () => run.jobs[0]?.steps[1]?.status === 'in_progress')
  const cancelled = await world.api('POST', `/repos/acme/shop/actions/runs/${run.id}/cancel`)
  expect(cancelled.status).toBe(202)
  await world.ended(run)
  expect(run.conclusion).toBe('cancelled')
})
