import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { AgentCall } from '../../action/agents/agent.ts'
import { commandOf, findProgram } from '../../action/agents/install.ts'
import { findAdapter } from '../../action/agents/registry.ts'
import { run } from '../../action/process.ts'
import type { CliName } from '../../scripts/tools/pins.ts'
import { createModelServer, type ModelServer } from '../../twin/models/server.ts'
import { tryAttempt } from '../edges/agents/attempt.ts'
import { baseUrlOf, CLIS, MODELS, REAL_KEY, SECRETS } from '../edges/agents/given.ts'
import { useTools } from '../edges/agents/tools.ts'
import { openGround } from '../edges/isolation/ground.ts'
import { writeTicket } from '../edges/runway.ts'
import { type Bench, type Figure, median } from './figure.ts'

const ROUNDS = 7
const GOAL = ['```model-plan', 'write a.txt', '  changed', 'say Done.', '```'].join('\n')

export const adaptersBench: Bench = {
  name: 'adapters',
  about:
    'What an attempt adds to the bare program of an agent, which asks the same model server: isolation, worktree, gateway, snapshot.',
  async run() {
    await useTools(...CLIS)
    const server = await createModelServer({ keys: [REAL_KEY] })
    try {
      const figures: Figure[] = []
      for (const cli of CLIS) figures.push(...(await measure(cli, server)))
      return figures
    } finally {
      await server.close()
    }
  },
}

/** By turns, so that what else happens on the machine falls on both; the first ones warm up. */
async function measure(cli: CliName, server: ModelServer): Promise<Figure[]> {
  const [bare, through]: [number[], number[]] = [[], []]
  for (let n = 0; n <= ROUNDS; n++) {
    const [a, b] = [await timeBare(cli, server), await timeAttempt(cli, server)]
    if (n === 0) continue
    bare.push(a)
    through.push(b)
  }
  const added = (median(through) - median(bare)) / 1000
  return [
    { name: `added to ${cli}`, value: added, unit: 's', goal: 1, note: `median of ${ROUNDS}, by turns` },
    { name: `${cli} alone`, value: median(bare) / 1000, unit: 's', goal: null },
  ]
}

async function timeAttempt(cli: CliName, server: ModelServer): Promise<number> {
  using ground = openGround()
  const began = performance.now()
  const agent = { cli, model: MODELS[cli], base_url: baseUrlOf(server, cli), secrets: [SECRETS[cli]] }
  const { outcome, log, made } = await tryAttempt({
    agent,
    keys: { [SECRETS[cli]]: REAL_KEY },
    goal: GOAL,
    ground,
  })
  if (outcome !== 'done') throw new Error(`${cli} came to nothing:\n${log}`)
  return performance.now() - began - made
}

/** Programs do more in a repository than elsewhere, and an attempt is always in one. */
function makeRepository(dir: string): void {
  writeFileSync(join(dir, 'a.txt'), 'a\n')
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost']
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...who, 'commit', '--quiet', '-m', 'begin'],
  ])
    execFileSync('git', args, { cwd: dir, stdio: 'ignore' })
}

async function timeBare(cli: CliName, server: ModelServer): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'bench-adapters-'))
  try {
    const adapter = findAdapter(cli)!
    const program = await findProgram(adapter.package!, {
      path: process.env.PATH ?? '',
      cache: root,
      npm: {},
    })
    if ('why' in program) throw new Error(program.why)
    const [home, work] = [join(root, 'home'), join(root, 'work')]
    for (const dir of [home, work]) mkdirSync(dir)
    makeRepository(work)
    const { agent } = writeTicket('0'.repeat(40), {})
    const call: AgentCall = {
      spec: { ...agent, name: cli, cli, secrets: [SECRETS[cli]] },
      program: commandOf(program),
      access: { baseUrl: baseUrlOf(server, cli), key: REAL_KEY },
      model: MODELS[cli],
      prompt: GOAL,
      promptFile: join(root, 'prompt'),
      home,
    }
    for (const [name, text] of Object.entries(adapter.settings?.(call) ?? {})) {
      mkdirSync(dirname(join(home, name)), { recursive: true })
      writeFileSync(join(home, name), text)
    }
    const { command, env, input } = adapter.launch(call)
    if ('shell' in command) throw new Error('a program is wanted')
    const own = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: root, CI: 'true', LANG: 'C.UTF-8' }
    const began = performance.now()
    const options = { cwd: work, env: { ...own, ...env }, input: input ?? '', maxOutput: 1 << 20 }
    const { end } = await run(command, options)
    if (end.is !== 'exited' || end.code !== 0) throw new Error(`${cli} alone: ${JSON.stringify(end)}`)
    return performance.now() - began
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
