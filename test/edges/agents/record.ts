import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { commandOf, findProgram } from '../../../action/agents/install.ts'
import { ADAPTERS } from '../../../action/agents/registry.ts'
import { type ProcessResult, run } from '../../../action/process.ts'
import { installTool } from '../../../scripts/tools/install.ts'
import { type CliName, PINS } from '../../../scripts/tools/pins.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { baseUrlOf, MODELS, REAL_KEY, SECRETS } from './given.ts'

/**
 * Records what the real programs print, for the table of outputs.test.ts: `node test/edges/agents/record.ts [CLI…]`. Paths of
 * this machine are replaced, long lists are left out.
 */
const CASES: Record<string, readonly string[]> = {
  done: ['write a.txt', '  a', 'think 20', 'run cat a.txt', 'say All "done".'],
  auth: ['fail 401 always'],
  model: ['fail 404 always'],
  overload: ['fail 429 always'],
  quota: ['fail 429 quota always'],
  overflow: ['fail 400 context always'],
  refusal: ['refuse I will not do that.'],
  broken: ['fail 500 always'],
}

/** These try again for minutes, and have no setting for it. */
const SLOW = new Set([
  'opencode overload',
  'opencode quota',
  'opencode broken',
  'qwen overload',
  'qwen quota',
])

const asked = process.argv.slice(2)
for (const { cli } of PINS.filter(pin => asked.length === 0 || asked.includes(pin.cli))) {
  for (const [name, plan] of Object.entries(CASES)) {
    if (SLOW.has(`${cli} ${name}`)) continue
    const { end, stdout, stderr, ms } = await record(cli, plan)
    console.log(cli, name, JSON.stringify(end), `${Math.round(ms)} ms`)
    const file = join(import.meta.dirname, 'recorded', `${cli}-${name}.json`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(
      file,
      `${JSON.stringify({ end, stdout: String(stdout), stderr: String(stderr) }, null, 1)}\n`,
    )
  }
}

async function record(cli: CliName, plan: readonly string[]): Promise<ProcessResult> {
  const root = mkdtempSync(join(tmpdir(), 'record-'))
  const server = await createModelServer({ keys: [REAL_KEY] })
  try {
    const adapter = ADAPTERS.find(one => one.cli === cli)!
    const tool = await installTool(cli)
    const path = [join(tool.dir, 'node_modules/.bin'), process.env.PATH].join(':')
    const program = await findProgram(adapter.package!, { path, cache: root, npm: {} })
    if ('why' in program) throw new Error(program.why)
    const [home, work] = [join(root, 'home'), join(root, 'work')]
    const prompt = ['Do it.', '```model-plan', ...plan, '```', ''].join('\n')
    const call = {
      spec: {
        name: cli,
        cli,
        model: null,
        fallback_model: null,
        base_url: null,
        secrets: [SECRETS[cli]],
        same_user: false,
        args: [],
        command: null,
      },
      program: commandOf(program),
      access: { baseUrl: baseUrlOf(server, cli), key: REAL_KEY },
      model: MODELS[cli],
      prompt,
      promptFile: join(root, 'prompt'),
      home,
    }
    for (const dir of [home, work]) mkdirSync(dir)
    for (const [name, text] of Object.entries(adapter.settings?.(call) ?? {})) {
      mkdirSync(dirname(join(home, name)), { recursive: true })
      writeFileSync(join(home, name), text)
    }
    const launch = adapter.launch(call)
    if ('shell' in launch.command) throw new Error('a program is wanted')
    const env = { PATH: path, HOME: home, TMPDIR: root, CI: 'true', LANG: 'C.UTF-8', ...launch.env }
    const input = launch.input ?? ''
    const result = await run(launch.command, {
      cwd: work,
      env,
      input,
      timeoutMs: 200_000,
      maxOutput: 1 << 20,
    })
    const clean = (bytes: Buffer) => Buffer.from(shorten(bytes.toString('utf8'), root, tool.dir))
    return { ...result, stdout: clean(result.stdout), stderr: clean(result.stderr) }
  } finally {
    await server.close()
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

function shorten(text: string, root: string, tools: string): string {
  return text
    .replaceAll(root, '/stand')
    .replaceAll(tools, '/tools')
    .replace(/"(?:tools|slash_commands|agents|skills)":\[[^\]]*\]/g, '"tools":[]')
    .replace(/^ +at .*\n/gm, '')
    .split('\n')
    .map(line => (line.length > 2500 && !line.startsWith('{') ? `${line.slice(0, 300)}…` : line))
    .join('\n')
}
