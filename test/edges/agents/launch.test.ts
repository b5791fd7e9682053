import { describe, expect, test } from 'vitest'
import type { AgentCall } from '../../../action/agents/agent.ts'
import { ADAPTERS, findAdapter } from '../../../action/agents/registry.ts'
import { PINS } from '../../../scripts/tools/pins.ts'
import { CLIS } from './given.ts'

const SPEC = {
  name: 'robot',
  cli: 'x',
  model: 'm-1',
  fallback_model: 'm-2',
  base_url: null,
  secrets: ['CHORUS_KEY_1'],
  same_user: false,
  args: ['--more', 'a b; $(c)'],
  command: 'my-agent',
}
const ACCESS = { baseUrl: 'http://127.0.0.1:4242/model', key: 'sk-chorus-throw-away' }
const PROMPT = 'Do "it".\nWith $(care) and `ticks`.'
const CALL: AgentCall = {
  spec: SPEC,
  program: { file: '/tools/program', args: ['first'] },
  access: ACCESS,
  model: 'm-1',
  prompt: PROMPT,
  promptFile: '/desk/prompt.md',
  home: '/desk/home',
}

describe.each(CLIS)('%s', cli => {
  const adapter = findAdapter(cli)!
  const launch = adapter.launch(CALL)
  const args = 'args' in launch.command ? launch.command.args : []
  const settings = adapter.settings?.(CALL) ?? {}

  test('the prompt goes to its stdin, and is in no argument and no variable', () => {
    expect(launch.input).toBe(PROMPT)
    expect(JSON.stringify([args, launch.env, settings])).not.toContain('care')
  })

  test('it is started as it was found, with the configured arguments as they are', () => {
    expect(launch.command).toMatchObject({ file: '/tools/program' })
    expect(args[0]).toBe('first')
    expect(args.join('\n')).toContain('--more\na b; $(c)')
  })

  test('it gets the address of the gateway, the throw-away key in its environment alone, and the model', () => {
    const all = JSON.stringify([args, launch.env, settings])
    expect(all).toContain(ACCESS.baseUrl)
    expect(Object.values(launch.env)).toContain(ACCESS.key)
    expect(JSON.stringify([args, settings])).not.toContain(ACCESS.key)
    expect(all).toContain('m-1')
  })

  test('all its files are in its home', () => {
    const paths = [
      ...Object.keys(settings),
      ...Object.values(launch.env).filter(value => value.startsWith('/')),
    ]
    for (const path of Object.keys(settings)) expect(path).not.toMatch(/^\/|\.\./)
    for (const path of paths.filter(one => one.startsWith('/'))) expect(path).toMatch(/^\/desk\/home/)
    expect(paths.length).toBeGreaterThan(0)
  })

  test('its version is one, and the one that tests run', () => {
    const pin = PINS.find(one => one.cli === cli)!
    expect(adapter.package).toMatchObject({ name: pin.package, version: pin.version, program: pin.bin })
  })

  test('it is never told to go on with an earlier conversation', () => {
    expect(args.join(' ')).not.toMatch(/resume|continue|--session|-s /)
  })
})

test('what each is told, word for word', () => {
  const told = CLIS.map(cli => {
    const { command, env } = findAdapter(cli)!.launch(CALL)
    return [cli, 'args' in command ? command.args.slice(1) : [], env]
  })
  expect(told).toMatchSnapshot()
})

test('each has the settings that keep it at its work', () => {
  expect(CLIS.map(cli => [cli, findAdapter(cli)!.settings?.(CALL) ?? {}])).toMatchSnapshot()
})

describe('custom', () => {
  const custom = findAdapter('custom')!

  test('a shell line of the configuration, with its arguments quoted', () => {
    const { command } = custom.launch({ ...CALL, access: null })
    expect(command).toEqual({ shell: "my-agent '--more' 'a b; $(c)'" })
  })

  test.each([
    [['OPENAI_API_KEY'], null, 'openai', ['CHORUS_OPENAI_BASE_URL', 'CHORUS_OPENAI_API_KEY']],
    [['ANTHROPIC_API_KEY'], null, 'anthropic', ['CHORUS_ANTHROPIC_BASE_URL', 'CHORUS_ANTHROPIC_API_KEY']],
    [['GEMINI_API_KEY'], null, 'gemini', ['CHORUS_GEMINI_BASE_URL', 'CHORUS_GEMINI_API_KEY']],
    [
      ['CHORUS_KEY_1'],
      'https://models.example/v1',
      'compatible',
      ['CHORUS_OPENAI_BASE_URL', 'CHORUS_OPENAI_API_KEY'],
    ],
    [[], 'http://10.0.0.1:8000/v1', 'compatible', ['CHORUS_OPENAI_BASE_URL', 'CHORUS_OPENAI_API_KEY']],
  ])('with %j at %s it speaks to a service of the family %s', (secrets, base_url, family, names) => {
    const spec = { ...SPEC, secrets, base_url }
    expect(custom.service(spec)?.family).toBe(family)
    expect(Object.keys(custom.launch({ ...CALL, spec }).env)).toEqual(names)
  })

  test('without a known secret or a base URL there is no service, and no key for it', () => {
    const spec = { ...SPEC, secrets: ['CHORUS_KEY_1'], base_url: null }
    expect(custom.service(spec)).toBeNull()
    expect(custom.launch({ ...CALL, spec, access: null }).env).toEqual({})
  })
})

test('every name that the configuration knows has its adapter', () => {
  expect(ADAPTERS.map(one => one.cli).sort()).toEqual([...CLIS, 'custom', 'scripted'].sort())
})
