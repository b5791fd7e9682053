import { expect, test } from 'vitest'
import { BASE_URLS, readLocalEnv } from '../../cli/env.ts'
import { parseConfig } from '../../core/config/config.ts'
import { writeAgents } from '../../twin/demo/agent.ts'

/** What `chorus local` makes of its arguments and of the variables that people have set anyway; test/stories/clis runs it. */
const env = (more: Record<string, string>) => readLocalEnv({ HOME: '/home/me', PATH: '/bin', ...more })
const wish = { command: null, model: null }

test.each(BASE_URLS)('%s asks the service that %s names, with its own model', (cli, name) => {
  const url = 'http://127.0.0.1:1/v1'
  const agents = writeAgents({ ...wish, agent: cli, model: 'm' }, {}, env({ [name]: url }))
  expect(agents).toEqual({ [cli]: { cli, model: 'm', base_url: url, same_user: true } })
  expect(parseConfig({ agents, default_agent: cli }).ok).toBe(true)
})

test('an address of one program is none of another’s', () => {
  const agents = writeAgents(
    { ...wish, agent: 'codex' },
    {},
    env({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' }),
  )
  expect(agents).toEqual({ codex: { cli: 'codex', same_user: true } })
})

test('a command is an agent of its own, under any name', () => {
  const known = { codex: { cli: 'codex' } }
  const agents = writeAgents({ agent: 'custom', command: 'fix.sh', model: null }, known, env({}))
  expect(agents).toEqual({ ...known, custom: { cli: 'custom', command: 'fix.sh' } })
  expect(parseConfig({ agents, default_agent: 'custom' }).ok).toBe(true)
})

test('keys travel as secrets, and npm sees none of them', () => {
  const { keys, npm } = env({ OPENAI_API_KEY: 'sk-1', GITHUB_TOKEN: 'ghs', npm_config_cache: '/c' })
  expect([...keys]).toEqual([['OPENAI_API_KEY', 'sk-1']])
  expect(npm).toMatchObject({ npm_config_cache: '/c' })
  expect(JSON.stringify(npm)).not.toMatch(/sk-1|ghs/)
})
