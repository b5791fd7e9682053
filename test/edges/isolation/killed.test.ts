import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { NODE } from '../../../action/inputs.ts'
import { LOCKS } from '../../../action/isolation/uid.ts'
import { findProcesses } from '../../../action/isolation/users.ts'
import { findRunning } from '../../running.ts'
import { openGround, reaches } from './ground.ts'

test('what an action leaves that was killed on the way, the next one clears', async () => {
  using ground = openGround()
  const program = `
    import { openIsolation } from '${new URL('../../../action/isolation/isolation.ts', import.meta.url)}'
    import { runShell } from '${new URL('../../../action/process.ts', import.meta.url)}'
    const isolation = await openIsolation({ parent: process.argv[1], hide: [], doors: null })
    console.log(JSON.stringify([isolation.dir, isolation.uid]))
    const options = { cwd: '/', env: { PATH: process.env.PATH }, maxOutput: 1, hold: isolation.hold('open') }
    await runShell('touch /tmp/left; setsid sleep 8001', options)
  `
  const child = spawn(NODE, ['--input-type=module', '-e', program, ground.temp])
  const [line] = await once(child.stdout, 'data')
  const [dir, uid] = JSON.parse(String(line)) as [string, number | null]
  while (findRunning('sleep\u00008001').length === 0) await setTimeout(20)
  child.kill('SIGKILL')
  await once(child, 'close')
  await using attempt = await ground.open()
  if (!reaches(attempt, 'user') || uid === null) return
  expect(findRunning('sleep\u00008001')).toEqual([])
  expect(findProcesses(uid)).toEqual([])
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/memory'].map(root => join(root, `chorus-${uid}`))
  expect([dir, join(LOCKS, String(uid)), ...groups].filter(existsSync)).toEqual([])
})
