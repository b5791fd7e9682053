import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { NODE } from '../../../action/inputs.ts'
import { LOCKS } from '../../../action/isolation/uid.ts'
import { findProcesses } from '../../../action/isolation/users.ts'
import { takeSnapshot } from '../../../action/snapshot.ts'
import { findRunning } from '../../running.ts'
import { type Attempt, openGround, reaches } from './ground.ts'

const MANY = 30

test('30 attempts at once do not meet, and leave nothing', async () => {
  using ground = openGround()
  const attempts = await Promise.all(Array.from({ length: MANY }, () => ground.open()))
  const dirs = attempts.map(one => one.isolation.dir)
  const uids = attempts.flatMap(({ isolation }) => (isolation.uid === null ? [] : [isolation.uid]))
  try {
    const [first] = attempts
    if (first !== undefined && reaches(first, 'user')) expect(new Set(uids).size).toBe(MANY)
    const seen = await Promise.all(attempts.map((attempt, at) => workAlone(attempt, at)))
    expect(seen).toEqual(Array.from({ length: MANY }, (_, at) => `own ${at}`))
  } finally {
    await Promise.all(attempts.map(one => one[Symbol.asyncDispose]()))
  }
  expect(uids.flatMap(findProcesses)).toEqual([])
  expect(uids.filter(uid => existsSync(join(LOCKS, String(uid))))).toEqual([])
  expect(dirs.filter(existsSync)).toEqual([])
  expect(dirs.flatMap(findRunning)).toEqual([])
  expect(readdirSync(ground.temp)).toEqual(['_runner_file_commands'])
})

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
  expect([existsSync(dir), existsSync(join(LOCKS, String(uid)))]).toEqual([false, false])
})

/** Writes to all that could be shared, waits for the others, and says what it finds there. */
async function workAlone({ agent, worktree }: Attempt, at: number): Promise<string> {
  const places = ['/tmp/shared', '"$HOME/shared"', '"$TMPDIR/shared2"', 'shared']
  const write = places.map(place => `echo ${at} > ${place}`).join('; ')
  const read = places.map(place => `cat ${place}`).join('; ')
  const { text } = await agent(
    `${write}; git config chorus.at ${at}; git branch b${at}; setsid sleep 8000 > /dev/null 2>&1 & sleep 1; (${read}; git config chorus.at; git branch --list 'b*' | tr -d ' b') | sort -u`,
  )
  const limits = { files: 10, bytes: 1000, litter: new Set<string>() }
  const shot = await takeSnapshot(worktree, limits)
  if (shot.is !== 'changed') return shot.is
  const kept = await shot.git.text(['cat-file', 'blob', `${shot.tree}:shared`])
  return text.trim() === kept ? `own ${kept}` : `met ${text}`
}
