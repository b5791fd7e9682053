import childProcess from 'node:child_process'
import { appendFileSync } from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Imported before a program: kills it with -9 right before its act number DIES_BEFORE. An act: a process that it starts, a request that
 * it sends, something that it writes or removes. What was let happen is told in the file DEATHS, a line each, whatever a command holds.
 */
const { DIES_BEFORE = '', DEATHS = '' } = process.env
for (const name of ['DIES_BEFORE', 'DEATHS', 'NODE_OPTIONS']) delete process.env[name]
/** Characters. */
const SHOWN = 200
let acts = 0

function act(what: string): void {
  acts += 1
  const last = acts === Number(DIES_BEFORE)
  appendFileSync(DEATHS, `${last ? 'dies before' : 'does'} ${what.replaceAll(/\s+/g, ' ').slice(0, SHOWN)}\n`)
  if (last) process.kill(process.pid, 'SIGKILL')
}

function watch<K extends string>(of: Record<K, unknown>, names: readonly K[]): void {
  for (const name of names) {
    const real = of[name] as (...args: unknown[]) => unknown
    of[name] = (...args: unknown[]) => {
      act(`${name} ${String(args[0])} ${Array.isArray(args[1]) ? args[1].join(' ') : ''}`.trim())
      return real(...args)
    }
  }
}

watch(childProcess, ['spawn', 'execFile', 'fork'])
watch(promises, ['appendFile', 'writeFile', 'mkdir', 'mkdtemp', 'rm'])
watch(globalThis as { fetch: unknown }, ['fetch'])
syncBuiltinESMExports()
