import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { NODE } from '../../../action/inputs.ts'
import { type Protection, printLevel, printProtection } from '../../../core/words/protection.ts'

/** Machines that allow less: what is reached there is said, and it is what really holds. */
const program = `
import { openIsolation } from '${new URL('../../../action/isolation/isolation.ts', import.meta.url)}'
import { runShell } from '${new URL('../../../action/process.ts', import.meta.url)}'
const isolation = await openIsolation({ parent: process.argv[1], hide: [], doors: [] })
const options = { cwd: '/', env: { PATH: process.env.PATH }, maxOutput: 10000, hold: isolation.hold('doors') }
const seen = await runShell('id -u; ls /proc | grep -c "^[0-9]"; ls /sys/class/net | wc -l; setsid sleep 71"00" > /dev/null 2>&1 &', options)
const left = await runShell('for p in /proc/[0-9]*; do tr "\\\\0" " " < $p/cmdline; done 2> /dev/null | grep -c "sleep 710[0]" || true', options)
const slow = await runShell('trap "" TERM; sleep 60', { ...options, timeoutMs: 300, graceMs: 100 })
await isolation[Symbol.asyncDispose]()
const [uid, processes] = seen.stdout.toString().split('\\n').map(Number)
console.log(JSON.stringify({ protection: isolation.protection, mine: process.getuid(), uid, processes, left: left.stdout.toString().trim(), slow: slow.end.is, why: seen.stderr.toString() }))
`
type Seen = {
  protection: Protection
  mine: number
  uid: number
  processes: number
  left: string
  slow: string
}

const temp = mkdtempSync(join(tmpdir(), 'levels-'))
chmodSync(temp, 0o777)
afterAll(() => rmSync(temp, { recursive: true }))
const isRoot = process.getuid?.() === 0

/** Opens an isolation in a process with fewer rights than this one. */
function openWith(rights: readonly string[]): Seen {
  const command = ['setpriv', ...rights, '--', NODE, '--input-type=module', '-e', program, temp]
  const [file = '', ...args] = rights.length === 0 ? command.slice(2) : command
  const text = execFileSync(file, args, { cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(text)
}

function expectTrue(seen: Seen): void {
  const { protection } = seen
  console.warn(`reached: ${printProtection(protection)}`)
  expect(seen.uid !== seen.mine).toBe(protection.user)
  if (protection.processes) expect(seen.processes).toBeLessThan(10)
  else expect(protection.missing.join()).toContain('own processes (')
  if (!protection.user) expect(protection.missing.join()).toContain('own user (')
  if (!protection.network) expect(protection.missing.join()).toContain('no network but the gateway')
  expect([seen.left, seen.slow]).toEqual(['0', 'timed-out'])
}

test('as it is here', () => {
  const seen = openWith([])
  expectTrue(seen)
  // Where somebody relies on a level, a weaker one is a failure.
  if (process.env.ISOLATION_LEVEL) expect(printLevel(seen.protection)).toBe(process.env.ISOLATION_LEVEL)
})

test.runIf(isRoot)(
  'root in a container that may not make namespaces has a user for it, and says what is missing',
  () => {
    const seen = openWith(['--bounding-set=-sys_admin', '--inh-caps=-sys_admin'])
    expectTrue(seen)
    expect(printLevel(seen.protection)).toBe('own user')
  },
)

test.runIf(isRoot)(
  'somebody who is not root has at most processes of its own, and says what is missing',
  () => {
    const seen = openWith(['--reuid=65534', '--regid=65534', '--clear-groups'])
    expectTrue(seen)
    expect(seen.protection.user).toBe(false)
    expect(printProtection(seen.protection)).toContain('not reached: own user (this is not root')
  },
)

test.runIf(isRoot)('root that may not become anybody else is the same user, and says so', () => {
  const drop = '-setuid,-setgid,-sys_admin'
  const seen = openWith([`--bounding-set=${drop}`, `--inh-caps=${drop}`])
  expectTrue(seen)
  expect(seen.protection.user).toBe(false)
})

test.each<[string, Partial<Protection>]>([
  ['own user, own processes, no network but the gateway', { user: true, processes: true, network: true }],
  ['own user, own processes; without network limits', { user: true, processes: true }],
  ['own user; not reached: own processes (no)', { user: true, missing: ['own processes (no)'] }],
  ['same user; without own user, own processes, network limits', {}],
])('%s', (words, reached) => {
  const nothing: Protection = { user: false, processes: false, network: false, missing: [] }
  expect(printProtection({ ...nothing, ...reached })).toBe(words)
})
