import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { installTool } from '../../../scripts/tools/install.ts'
import { createModelServer } from '../../../twin/models/server.ts'
import { REAL_KEY } from '../../edges/agents/given.ts'

const ISSUE = [
  '# Count the lines',
  '',
  'Do it.',
  '',
  '```model-plan',
  'run grep -c . README.md > count.txt',
  'say docs: count the lines',
  '```',
  '',
]

function layCheckout(): string {
  const root = mkdtempSync(join(tmpdir(), 'local-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'repo'))
  writeFileSync(join(root, 'repo/README.md'), '# mine\n')
  writeFileSync(join(root, 'issue.md'), ISSUE.join('\n'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(root, 'repo'), ...args], { stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'begin')
  return root
}

type Ran = { code: number; stdout: string; stderr: string }

function chorusLocal(root: string, args: readonly string[], env: Record<string, string>): Promise<Ran> {
  const main = join(import.meta.dirname, '../../../cli/main.ts')
  const all = [main, 'local', '--repo', join(root, 'repo'), '--issue', join(root, 'issue.md'), ...args]
  const path = process.env.PATH ?? ''
  return new Promise(resolve => {
    execFile(
      process.execPath,
      all,
      { cwd: root, env: { PATH: path, HOME: root, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

test('chorus local with a real program, key and address from the environment: a branch to fetch', async () => {
  const server = await createModelServer({ keys: [REAL_KEY] })
  onTestFinished(() => server.close())
  const { dir } = await installTool('codex')
  const root = layCheckout()
  const ran = await chorusLocal(root, ['--agent', 'codex', '--model', 'gpt-5.5', '--json'], {
    PATH: [join(dir, 'node_modules/.bin'), process.env.PATH].join(':'),
    OPENAI_API_KEY: REAL_KEY,
    OPENAI_BASE_URL: server.openaiUrl,
  })
  expect(ran.code, ran.stderr).toBe(0)
  const { repository, branch } = JSON.parse(ran.stdout)
  const show = ['-C', repository, 'show', `${branch}:count.txt`]
  expect(execFileSync('git', show, { encoding: 'utf8' })).toBe('1\n')
  // Somebody was looked for there before, without a key.
  const asked = server.requests.filter(({ protocol }) => protocol !== null)
  expect(new Set(asked.map(({ key, model }) => `${key} ${model}`))).toEqual(new Set([`${REAL_KEY} gpt-5.5`]))
  expect(ran.stdout + ran.stderr).not.toContain(REAL_KEY)
  expect(execFileSync('git', ['-C', join(root, 'repo'), 'status', '--porcelain'], { encoding: 'utf8' })).toBe(
    '',
  )
})

type Wrong = { args: string[]; env?: Record<string, string>; said: string }
const KEYED = { OPENAI_API_KEY: 'sk-mine-0123456789' }

/** Before anything starts, in one line, with what to do. */
test.each<[string, Wrong]>([
  [
    'no key',
    {
      args: ['--agent', 'claude'],
      said: 'claude needs its key in the environment: set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL',
    },
  ],
  [
    'an agent that nobody knows',
    { args: ['--agent', 'cluade'], said: 'no agent is called "cluade"; did you mean "claude"?' },
  ],
  ['no command', { args: ['--agent', 'custom'], said: '--agent custom needs a --command' }],
  ['no such issue', { args: ['--agent', 'codex', '--issue', 'none.md'], said: 'none.md does not exist' }],
  [
    'no address',
    {
      args: ['--agent', 'codex'],
      env: { ...KEYED, OPENAI_BASE_URL: 'here' },
      said: 'OPENAI_BASE_URL must be an http or https URL',
    },
  ],
  [
    'a password in the address',
    {
      args: ['--agent', 'codex'],
      env: { ...KEYED, OPENAI_BASE_URL: 'http://me:sk-mine-0123456789@x/' },
      said: 'it has a user in it',
    },
  ],
  [
    'nobody at the address',
    // Nothing listens on the port that means none.
    {
      args: ['--agent', 'codex'],
      env: { ...KEYED, OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' },
      said: 'the model service of codex, http://127.0.0.1:1, cannot be reached (ECONNREFUSED); look at OPENAI_BASE_URL',
    },
  ],
])('wrong: %s', async (_, { args, env, said }) => {
  const ran = await chorusLocal(layCheckout(), args, env ?? {})
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toContain(said)
  expect(ran.stderr).not.toContain('sk-mine')
})
