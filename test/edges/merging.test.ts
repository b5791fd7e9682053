import { expect, test } from 'vitest'
import { timeFor } from '../../action/merging/judge.ts'
import { makeConfig } from '../make.ts'

test('the checks of one commit have a limit each, and together less than GitHub gives the job', () => {
  const checks = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `check ${i}`, run: 'true' }))
  const minutes = (count: number) =>
    timeFor(makeConfig({ limits: { minutes: 30 }, checks: checks(count) })) / 60_000
  expect([minutes(1), minutes(3), minutes(12)]).toEqual([30, 90, 340])
})
