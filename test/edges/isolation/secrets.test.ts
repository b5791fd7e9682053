import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createJobLog } from '../../../action/joblog.ts'
import { run } from '../../../action/process.ts'
import { type Attempt, type Ground, openGround, reaches } from './ground.ts'

/** An agent looks for what is not its own: the key of the gateway, the job's token, the runner's files. */
let ground: Ground
let attempt: Attempt
const KEY = 'sk-canary-5d1f0c7a'

beforeAll(async () => {
  ground = openGround()
  attempt = await ground.open()
  process.env.GROUND_KEY = KEY
  for (const name of ['set_output_1', 'set_env_1', 'add_path_1', 'step_summary_1']) {
    writeFileSync(join(ground.temp, '_runner_file_commands', name), `${KEY}\n`, { mode: 0o666 })
  }
  const notes = join(attempt.isolation.dir, 'parcel')
  mkdirSync(notes, { mode: 0o700 })
  writeFileSync(join(notes, 'key'), KEY)
})
afterAll(async () => {
  delete process.env.GROUND_KEY
  await attempt[Symbol.asyncDispose]()
  ground[Symbol.dispose]()
})

const attacks: Record<string, () => string> = {
  'its environment': () => 'env; declare -p; cat /proc/self/environ',
  'the environments of all processes': () => 'cat /proc/*/environ /proc/*/task/*/environ',
  'the command lines of all processes': () => 'cat /proc/*/cmdline; ps auxwwe',
  'open files of all processes': () => 'for f in /proc/[0-9]*/fd/*; do timeout 1 head -c 9999 "$f"; done',
  'the memory of our process': () =>
    `p=${process.pid}; cat /proc/$p/maps && grep -a ${KEY} /proc/$p/mem; gdb -p $p --batch -ex 'info proc mappings'`,
  'files of the runner': () => `find ${ground.temp} -type f -exec cat {} +; cat ${ground.temp}/*/*`,
  'files of ours': () =>
    `cd .. && find .. -type f -size -9k -exec cat {} +; cat ${attempt.isolation.dir}/parcel/key`,
  'files that anybody may read': () => 'find /tmp /var/tmp /run /dev/shm -type f -size -99k -exec cat {} +',
  'git’s settings': () => 'git config --list --show-origin; git -C ../.. config --list; cat .git/config',
}

test.each(Object.keys(attacks))('the key is not found in %s', async name => {
  // Files that the runner shows to everybody are hidden by a view of the files of its own.
  if (!reaches(attempt, 'user') || (name.includes('runner') && !reaches(attempt, 'processes'))) return
  const { text } = await attempt.agent(`${attacks[name]?.()} ; true`, { timeoutMs: 60_000 })
  expect(text).not.toContain(KEY.slice(3))
})

test('who looks like that without isolation finds it: the attacks above can succeed', async () => {
  const args = ['-c', `cat /proc/${process.pid}/environ; ${attacks['files of the runner']?.()}`]
  const free = { cwd: '/', env: { PATH: process.env.PATH ?? '' }, maxOutput: 1_000_000 }
  const found = await run({ file: 'bash', args }, { ...free, env: { ...free.env, X: '1' } })
  // The test's environment was set after its start: the kernel shows the one it started with.
  expect(found.stdout.toString()).toContain(KEY)
})

test('the files that the runner reads after the step can be neither read nor written', async () => {
  if (!reaches(attempt, 'user') || !reaches(attempt, 'processes')) return
  const file = join(ground.temp, '_runner_file_commands', 'set_env_1')
  const { text } = await attempt.agent(
    `echo LD_PRELOAD=/tmp/x.so >> ${file} && echo written; cat ${file}; true`,
  )
  expect(text).not.toMatch(/written|canary/)
})

test('it is no member of anything, and no program gives it more', async () => {
  if (!reaches(attempt, 'user')) return
  const { text } = await attempt.agent(
    'id; grep -E "Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Groups" /proc/self/status; sudo -n id; su -c id; true',
  )
  expect(text).toMatch(/^uid=(\d+) gid=\1 groups=\1$/m)
  expect([...text.matchAll(/^Cap\w+:\t(\w+)$/gm)].map(match => match[1])).toEqual(
    Array(4).fill('0'.repeat(16)),
  )
  expect(text).toMatch(/^NoNewPrivs:\t1$/m)
  expect(text).not.toContain('uid=0')
})

test('what it prints is no command of the workflow', async () => {
  const said: string[] = []
  const log = createJobLog(text => said.push(text))
  const attack =
    'echo "::set-output name=x::y"; echo "##[add-mask]z"; echo "  ::add-path::/tmp"; printf "\\r::error::no\\n"'
  await log.group('agent', quote => attempt.agent(attack, { onLine: quote }))
  const token = /^::stop-commands::(.+)\n$/.exec(said[1] ?? '')?.[1]
  expect(said.at(-2)).toBe(`::${token}::\n`)
  const inner = said.slice(2, -2)
  expect(inner.length).toBeGreaterThanOrEqual(4)
  expect(inner.filter(line => /^\s*::|##\[/.test(line))).toEqual([])
})
