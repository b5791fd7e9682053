import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { installTool } from '../../../scripts/tools/install.ts'
import { type CliName, PINS } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { KEY, makeStand, type Ran, runCli } from './stand.ts'

type Fall = { ran: Ran; statuses: number[]; changed: string }

/** Runs the program on a plan; kills it as soon as it waits for an answer that never comes. */
async function fall(cli: CliName, plan: string): Promise<Fall> {
  const server = await createModelServer({ keys: [KEY] })
  onTestFinished(() => server.close())
  const stand = makeStand()
  onTestFinished(() => stand.remove())
  const kill = new AbortController()
  const watch = setInterval(() => {
    if (server.requests.some(({ outcome }) => outcome === 'hung')) kill.abort()
  }, 50)
  onTestFinished(() => clearInterval(watch))
  const prompt = `Please do this.\n\n\`\`\`model-plan\n${plan}\n\`\`\`\n`
  const ran = await runCli({ cli, server, stand, prompt, kill: kill.signal })
  const changed = execFileSync('git', ['-C', stand.repo, 'status', '--short'], { encoding: 'utf8' })
  const statuses = server.requests.filter(one => one.protocol !== null).map(({ status }) => status)
  return { ran, statuses, changed }
}

describe.each(PINS)('$cli $version', ({ cli }) => {
  beforeAll(() => installTool(cli), 300_000)

  test('a key that is not taken: it ends, with a failure and nothing changed', async () => {
    const { ran, statuses, changed } = await fall(cli, 'fail 401 always')
    expect(ran.signal).toBeNull()
    expect(ran.code).not.toBe(0)
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(changed).toBe('')
  })

  test('a model that never answers: it is killed with what it did before in place', async () => {
    const { ran, changed } = await fall(cli, 'write a.txt\n  a\nhang\nsay Never.')
    expect(ran.signal).toBe('SIGKILL')
    expect(changed).toBe('?? a.txt\n')
  })
})
