import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCheck } from '../../../action/checks.ts'
import { type Ground, openGround, reaches } from './ground.ts'

/** An agent uses up what is everybody's. */
let ground: Ground
beforeAll(() => {
  ground = openGround()
})
afterAll(() => ground[Symbol.dispose]())
const MB = 1024 ** 2

test('one file that grows meets the limit', async () => {
  await using attempt = await ground.open({ limits: { disk: 20 * MB } })
  const { text } = await attempt.agent('head -c 60000000 /dev/zero > big || true; ls -l big | cut -d" " -f5')
  expect(Number(/^\d+$/m.exec(text)?.[0])).toBeLessThanOrEqual(20 * MB)
})

test('many files fill no disk: it is ended and told what it used up', async () => {
  await using attempt = await ground.open({ limits: { disk: 40 * MB } })
  if (!reaches(attempt, 'user')) return
  const line = 'n=0; while :; do n=$((n+1)); head -c 4000000 /dev/zero > "$TMPDIR/f$n"; sleep 0.02; done'
  const { end, ms } = await attempt.agent(line, { timeoutMs: 60_000 })
  expect(end).toEqual({ is: 'over-limit', what: `${40 * MB} bytes of disk` })
  expect(ms).toBeLessThan(30_000)
})

test('a check that fills the disk is red, not stuck', async () => {
  await using attempt = await ground.open({ limits: { disk: 8 * MB } })
  if (!reaches(attempt, 'user')) return
  const env = { PATH: process.env.PATH ?? '', TMPDIR: attempt.desk.tmp }
  const run = 'n=0; while :; do n=$((n+1)); head -c 4000000 /dev/zero > "$TMPDIR/f$n"; sleep 0.02; done'
  const check = { name: 'fill', run, minutes: 1, fast: false }
  const bench = { cwd: attempt.worktree.dir, env, hold: attempt.isolation.hold('doors'), left: () => 60_000 }
  const record = await runCheck(
    check,
    { ...bench, signal: new AbortController().signal, onLine: () => {} },
    new Map(),
  )
  expect(record).toMatchObject({ result: 'failed', exit: null })
})

test('memory, open files and core files have limits', async () => {
  await using attempt = await ground.open({ limits: { memory: 256 * MB, files: 64 } })
  if (!reaches(attempt, 'user')) return
  const { text } = await attempt.agent(
    'ulimit -c; ulimit -n; ulimit -u; cat /proc/self/oom_score_adj; python3 -c "x = bytearray(900_000_000)" 2>&1 | tail -1; ulimit -n 4096 || true',
  )
  const [core, files, processes, score] = text.split('\n')
  expect([core, files, processes, score]).toEqual(['0', '64', '4096', '1000'])
  expect(text).toMatch(/MemoryError|not permitted/)
})

test('many programs together meet the limit of memory: it is ended and told what it used up', async () => {
  await using attempt = await ground.open({ limits: { memory: 300 * MB } })
  if (!reaches(attempt, 'user')) return
  const each = `python3 -c "import time; x = bytearray(120 * 2**20); time.sleep(30)"`
  const { end, ms } = await attempt.agent(`for n in 1 2 3 4; do ${each} & done; wait`, { timeoutMs: 60_000 })
  expect(end).toEqual({ is: 'over-limit', what: `${300 * MB} bytes of memory` })
  expect(ms).toBeLessThan(20_000)
})

test('the start of a command costs little', async () => {
  await using attempt = await ground.open()
  const times: number[] = []
  for (let at = 0; at < 15; at++) times.push((await attempt.agent('true')).ms)
  const free: number[] = []
  for (let at = 0; at < 15; at++) free.push((await attempt.agent('true', { hold: null })).ms)
  const best = (list: readonly number[]) => Math.min(...list)
  // The best of some: what others do on this machine at the same time is not ours to measure.
  expect(best(times) - best(free)).toBeLessThan(50)
})
