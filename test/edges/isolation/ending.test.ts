import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProcesses } from '../../../action/isolation/users.ts'
import { findRunning } from '../../running.ts'
import { type Attempt, type Ground, openGround, reaches } from './ground.ts'

/** An agent wants to be there when it is over. */
let ground: Ground
beforeAll(() => {
  ground = openGround()
})
afterAll(() => ground[Symbol.dispose]())

function expectGone({ isolation }: Attempt, word: string): void {
  expect(findRunning(word)).toEqual([])
  if (isolation.uid !== null) expect(findProcesses(isolation.uid)).toEqual([])
}

test.each([
  ['in a session of its own', 'setsid sleep 7001 > /dev/null 2>&1 &', 7001],
  ['as an orphan of an orphan', '(setsid sh -c "(setsid sleep 7002 &) &" &) > /dev/null 2>&1', 7002],
  [
    'deaf to SIGTERM',
    `setsid sh -c 'trap "" TERM HUP INT; while :; do sleep 7003; done' > /dev/null 2>&1 &`,
    7003,
  ],
  ['without its environment', 'env -i setsid /bin/sleep 7004 > /dev/null 2>&1 &', 7004],
  [
    'under another name',
    `exec -a kworker setsid bash -c 'exec -a "[kworker/7005]" sleep 9999' > /dev/null 2>&1 &`,
    7005,
  ],
  [
    'in namespaces of its own',
    'unshare --user --map-root-user --pid --fork setsid sleep 7006 > /dev/null 2>&1 &',
    7006,
  ],
])('what stays behind %s is gone when the command is', async (_, line, word) => {
  await using attempt = await ground.open()
  if (!reaches(attempt, 'user')) return
  const { end } = await attempt.agent(`${line}\nsleep 0.2`)
  expect(end).toEqual({ is: 'exited', code: 0 })
  expectGone(attempt, String(word))
})

test('the time limit ends what ignores it, and what it started', async () => {
  await using attempt = await ground.open()
  const line = `trap '' TERM; setsid sh -c 'trap "" TERM; while :; do sleep 7011; done' & while :; do sleep 7012; done`
  const { end, ms } = await attempt.agent(line, { timeoutMs: 500, graceMs: 200 })
  expect(end).toEqual({ is: 'timed-out' })
  expect(ms).toBeLessThan(5000)
  for (const word of ['7011', '7012']) expect(findRunning(`sleep\0${word}`)).toEqual([])
})

test('who heeds SIGTERM has its time to end well', async () => {
  await using attempt = await ground.open()
  const line = `trap 'sleep 0.6; echo tidy; exit 0' TERM; while :; do sleep 0.1; done`
  const { end, text } = await attempt.agent(line, { timeoutMs: 500 })
  expect([end, text.includes('tidy\n')]).toEqual([{ is: 'timed-out' }, true])
})

test('a fork bomb meets a limit, and is ended', async () => {
  await using attempt = await ground.open({ limits: { processes: 150 } })
  if (!reaches(attempt, 'user')) return
  const { end } = await attempt.agent('bomb() { bomb | bomb & }; bomb; sleep 60', {
    timeoutMs: 1500,
    graceMs: 200,
  })
  expect(end.is).toBe('timed-out')
  expect(findProcesses(attempt.isolation.uid ?? 0)).toEqual([])
  // And the machine is as it was for us and for whoever comes next.
  await using next = await ground.open({ limits: { processes: 150 } })
  expect((await next.agent('echo fine')).text).toBe('fine\n')
})

test('it sees no process but its own, and cannot end others', async () => {
  await using attempt = await ground.open()
  if (!reaches(attempt, 'processes')) return
  const { text } = await attempt.agent(
    `ls /proc | grep -c '^[0-9]'; kill -9 ${process.pid} 1 $PPID; kill -9 -1; true`,
  )
  expect(Number(text.split('\n')[0])).toBeLessThan(8)
  // It has ended itself with the last one, not its first process: the next command finds its place.
  expect((await attempt.agent('echo still here')).text).toBe('still here\n')
})
