import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type GatewayOptions, openGateway } from '../../../action/gateway/gateway.ts'
import { addTokens, NO_TOKENS } from '../../../core/accounts/price.ts'
import { installTool } from '../../../scripts/tools/install.ts'
import { type CliName, PINS } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { PROGRAMS } from './programs.ts'
import { KEY, makeStand, runCli } from './stand.ts'

const promptWith = (turns: number) => `Please do this.

\`\`\`model-plan
write a.txt
  hello
run cat a.txt
${'run true\n'.repeat(turns)}say All done.
\`\`\`
`

/** The real program, with a key that opens nothing but the gateway, and the scripted server behind it. */
async function runThrough(cli: CliName, budget: GatewayOptions['budget'], turns: number) {
  const server = await createModelServer({ keys: [KEY] })
  onTestFinished(() => server.close())
  const ends: string[] = []
  const gateway = await openGateway({
    slots: [
      { name: 'openai', family: 'openai', key: KEY, base: server.openaiUrl },
      { name: 'anthropic', family: 'anthropic', key: KEY, base: server.anthropicUrl },
      { name: 'gemini', family: 'gemini', key: KEY, base: server.geminiUrl },
    ],
    allow: [PROGRAMS[cli].model],
    budget,
    onEnd: reason => void ends.push(reason),
  })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  const stand = makeStand()
  onTestFinished(() => stand.remove())
  const address = {
    openaiUrl: gateway.baseUrlFor('openai'),
    anthropicUrl: gateway.baseUrlFor('anthropic'),
    geminiUrl: gateway.baseUrlFor('gemini'),
  }
  const { key } = gateway.enter('attempt')
  const ran = await runCli({ cli, server: address, stand, prompt: promptWith(turns), key })
  return { ran, gateway, server, ends, wrote: existsSync(join(stand.repo, 'a.txt')) }
}

describe.each(PINS)('$cli $version', ({ cli }) => {
  beforeAll(() => installTool(cli), 300_000)

  test('works through the gateway, which counts what the server has served', async () => {
    const { ran, gateway, server, wrote } = await runThrough(cli, { tokens: null, costUsd: null }, 0)

    expect([ran.code, wrote, PROGRAMS[cli].read(ran.stdout).message]).toEqual([0, true, 'All done.'])
    const { tokens, unknown, refused, failures, firstBytes } = gateway.account()
    const told = server.usage().map(({ told }) => ({ ...told, written: told.cacheWritten }))
    const { input, cached, written, output } = told.reduce(addTokens, NO_TOKENS)
    expect(tokens).toEqual({ input, cached, written, output })
    expect({ unknown, refused, failures }).toEqual({ unknown: 0, refused: {}, failures: [] })
    expect(firstBytes).toBeGreaterThan(20_000)
    expect(ran.stdout + ran.stderr).not.toContain(KEY)
  })

  test('does not try again once the budget is used up', async () => {
    // Whatever it asks first fits; what it asks next does not.
    const { ran, gateway, server, ends } = await runThrough(cli, { tokens: 32_000, costUsd: null }, 6)

    expect(ran.code).not.toBe(0)
    expect(ran.ms).toBeLessThan(60_000)
    expect(gateway.account().refused).toEqual({ budget_exhausted: 1 })
    expect(ends).toHaveLength(1)
    expect(ran.stdout + ran.stderr).toContain('The budget of this run is used up')
    expect(server.requests.filter(request => request.status === 200).length).toBeGreaterThan(0)
  })
})
