import { expect, test } from 'vitest'
import { plan } from '../../../core/plan.ts'
import { describeState } from '../../../core/state.ts'
import { makeConfig, makeIssue, makeTask, makeWorld } from '../../make.ts'
import { type Host, knowNothing, link, observe, openHost, unlink } from './model/host.ts'
import { born, moveHost, stepController } from './model/interleaving.ts'

/** Two tasks, of which none waits for the other, and room for both. */
function openPair(): Host {
  const host = openHost(1)
  const tasks = [1, 2].map(number => makeTask({ issue: makeIssue({ number }) }))
  const config = { ok: true, value: makeConfig({ limits: { parallel: 2, attempts: 20 } }) } as const
  const repository = makeWorld({ config })
  return { ...host, repository, tasks: new Map(tasks.map(task => [task.issue.number, task])) }
}

const areAtWork = ({ tasks }: Host) =>
  [...tasks.values()].every(({ runs }) => runs.some(run => run.status !== 'completed'))

const tellAll = (host: Host) => {
  const { states } = plan(observe(host, knowNothing()), { now: host.now, digest: () => '0'.repeat(64) })
  return [...states.values()].map(describeState)
}

test('142: a circle made by hand while both are at work: neither lands, each says why, and both land when it is taken off', () => {
  const host = openPair()
  const controller = born()
  const goOn = (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 10; i++) stepController(host, controller)
      moveHost(host)
      host.now += 20_000
    }
  }
  for (let i = 0; i < 30 && !areAtWork(host); i++) {
    stepController(host, controller)
    host.now += 1000
  }
  expect(areAtWork(host)).toBe(true)

  link(host, 1, 2)
  link(host, 2, 1)
  goOn(60)
  expect(host.landed.size).toBe(0)
  expect(tellAll(host)).toEqual([expect.stringContaining('#2'), expect.stringContaining('#1')])

  unlink(host, host.tasks.get(1)!, host.tasks.get(1)!.blockers[0]!)
  goOn(60)
  expect(host.landed.size).toBe(2)
})
