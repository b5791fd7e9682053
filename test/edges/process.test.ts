import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { type ProcessOptions, run, runShell } from '../../action/process.ts'
import { killTree, MARKER } from '../../action/processtree.ts'

const dir = mkdtempSync(join(tmpdir(), 'chorus-process-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const options: ProcessOptions = {
  cwd: dir,
  env: { PATH: process.env.PATH ?? '' },
  maxOutput: 1000,
  graceMs: 200,
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A killed orphan that nobody waits for stays in the table as a zombie: that is dead enough.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('tells how it ended', async () => {
  expect((await runShell('exit 3', options)).end).toEqual({ is: 'exited', code: 3 })
  expect((await runShell('kill -9 $$', options)).end).toEqual({ is: 'signalled', signal: 'SIGKILL' })
  expect((await run({ file: 'no-such-program', args: [] }, options)).end).toEqual({ is: 'not-found' })
})

test('inherits nothing from our environment', async () => {
  const names = (await runShell('env | cut -d= -f1', options)).stdout.toString().trim().split('\n').sort()
  expect(names).toEqual(['CHORUS_PROCESS', 'PATH', 'PWD', 'SHLVL', '_'].filter(name => names.includes(name)))
  expect(names).not.toContain('HOME')
})

test('stdin is given and then closed', async () => {
  expect((await runShell('cat', { ...options, input: 'hello' })).stdout.toString()).toBe('hello')
  expect((await runShell('cat', options)).end).toEqual({ is: 'exited', code: 0 })
})

test('a program that ends without reading its input is no failure', async () => {
  expect((await runShell('exit 0', { ...options, input: 'x'.repeat(1_000_000) })).end).toEqual({
    is: 'exited',
    code: 0,
  })
})

test('a flood keeps its head and its tail and counts the rest', async () => {
  const result = await runShell('echo first; head -c 5000000 /dev/zero; echo; echo last', options)
  expect(result.stdout.length).toBe(1000)
  expect(result.stdout.toString().startsWith('first\n')).toBe(true)
  expect(result.stdout.toString().endsWith('\nlast\n')).toBe(true)
  expect(result.dropped).toBe(5_000_012 - 1000)
})

test('lines come as they are said, the last one without its end too', async () => {
  const lines: string[] = []
  await runShell(String.raw`printf 'a\r\nb\nc'`, { ...options, onLine: line => lines.push(line) })
  expect(lines).toEqual(['a', 'b', 'c'])
})

test('the time limit ends the whole tree, also what ignores SIGTERM and made a group of its own', async () => {
  const line = `trap '' TERM; setsid sh -c 'trap "" TERM; echo $$ > inner; while :; do sleep 1; done' & echo $$ > outer; while :; do sleep 1; done`
  const result = await runShell(line, { ...options, timeoutMs: 500 })
  expect(result.end).toEqual({ is: 'timed-out' })
  for (const name of ['inner', 'outer'])
    expect(alive(Number(readFileSync(join(dir, name), 'utf8')))).toBe(false)
})

test('whoever says nothing for too long is ended, with all it started; whoever is heard elsewhere is not', async () => {
  const silent = await runShell('echo hi; sleep 300 & echo $! > silent; wait', {
    ...options,
    // Its silence begins when all is there, however long that took.
    silence: { ms: 300, heard: () => (existsSync(join(dir, 'silent')) ? 0 : performance.now()) },
  })
  expect(silent.end).toEqual({ is: 'silent' })
  expect(silent.stdout.toString()).toBe('hi\n')
  expect(alive(Number(readFileSync(join(dir, 'silent'), 'utf8')))).toBe(false)
  const says = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 0.2; echo $i; done'
  expect((await runShell(says, { ...options, silence: { ms: 2000, heard: () => 0 } })).end).toEqual({
    is: 'exited',
    code: 0,
  })
  const asks = { ms: 100, heard: () => performance.now() }
  expect((await runShell('sleep 0.5', { ...options, silence: asks })).end).toEqual({ is: 'exited', code: 0 })
})

test('what a program leaves behind is ended with it', async () => {
  const result = await runShell('setsid sleep 300 > /dev/null 2>&1 & echo $! > orphan', options)
  expect(result.end).toEqual({ is: 'exited', code: 0 })
  expect(alive(Number(readFileSync(join(dir, 'orphan'), 'utf8')))).toBe(false)
})

test('an orphan that holds the output open does not hold us', async () => {
  const result = await runShell('sleep 300 & echo done', options)
  expect(result.end).toEqual({ is: 'exited', code: 0 })
  expect(result.ms).toBeLessThan(5000)
})

test('a cancelled run is said to be cancelled, and one cancelled before it began never starts', async () => {
  const stop = new AbortController()
  const running = runShell('sleep 300', { ...options, signal: stop.signal, onLine: () => {} })
  stop.abort()
  expect((await running).end).toEqual({ is: 'cancelled' })
  expect((await runShell('touch started', { ...options, signal: stop.signal })).end).toEqual({
    is: 'cancelled',
  })
})

test('a tree that cannot be ended is no secret', async () => {
  const marker = randomUUID()
  const child = spawn('sleep', ['60'], { env: { [MARKER]: marker }, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  onTestFinished(() => kill.mockRestore())
  await expect(killTree(null, marker)).rejects.toThrow('could not be ended')
})
