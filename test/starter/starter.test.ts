import { describe, expect, test } from 'vitest'
import { own, type Program } from '../../twin/processes.ts'
import { createStarter } from './starter.ts'

const env = { PATH: process.env.PATH ?? '' }
const sh = (text: string, input: Buffer | string = ''): Program => ({
  file: 'sh',
  args: ['-c', text],
  env,
  input,
})

describe.each([
  ['children of this process', own],
  ['children of a small process', createStarter()],
])('%s', (_, { run, start }) => {
  test('bytes go in and come out, and the exit code with them', async () => {
    const input = Buffer.from([0, 255, 10, 13, 128])
    const { code, stdout, stderr } = await run(sh('cat; echo "no more" >&2; exit 3', input))
    expect({ code, stdout, said: stderr.toString() }).toEqual({ code: 3, stdout: input, said: 'no more\n' })
  })

  test('many at a time do not mix', async () => {
    const all = await Promise.all([...Array(20).keys()].map(n => run(sh('cat', String(n)))))
    expect(all.map(({ stdout }) => stdout.toString())).toEqual([...Array(20).keys()].map(String))
  })

  test('a program that is not there', async () => {
    await expect(run({ ...sh(''), file: 'no-such-program' })).rejects.toThrow('ENOENT')
  })

  test('lines come while it runs, and it ends when it is stopped', async () => {
    const lines: string[] = []
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    const onLine = (line: string) => {
      lines.push(line)
      if (lines.length === 2) resolve()
    }
    const running = start({
      file: 'sh',
      args: ['-c', 'echo one; echo two; exec sleep 300'],
      cwd: '/',
      env,
      onLine,
    })
    await heard
    running.stop(null)
    expect(await running.ended).toEqual({ code: 137, stopped: true })
    expect(lines).toEqual(['one', 'two'])
  })
})
