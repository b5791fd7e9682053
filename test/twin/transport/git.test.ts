import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mintToken } from '../../../twin/apps/tokens.ts'
import { addCollaborator, createRepo, installApp, registerApp, tokenFor } from '../../../twin/seed.ts'
import type { Happening, Repo } from '../../../twin/state.ts'
import { createTwin, type Twin } from '../../../twin/twin.ts'

let twin: Twin
let repo: Repo
let dir: string
let events: Happening[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'transport-'))
  twin = await createTwin()
  repo = await createRepo(twin.state, {
    owner: 'ada',
    name: 'calc',
    private: true,
    files: { 'a.txt': 'one\n', 'run.sh': '#!/bin/sh\necho hi\n' },
  })
  events = []
  twin.state.listeners.push(happening => events.push(happening))
})
afterEach(async () => {
  await twin.close()
  await rm(dir, { recursive: true, force: true })
})

/** What git prints, and its exit code; never asks for a password. */
async function git(where: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.test', '-c', 'credential.helper=']
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C',
  }
  try {
    const done = await promisify(execFile)('git', [...who, ...args], { cwd: join(dir, where), env })
    return { code: 0, text: done.stdout + done.stderr }
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string }
    return { code: failed.code, text: failed.stdout + failed.stderr }
  }
}

const at = (token: string, path = 'ada/calc.git') =>
  `${twin.url.replace('//', `//x-access-token:${token}@`)}/${path}`
const refs = async () => (await git('.', 'ls-remote', at(tokenFor(twin.state, 'ada')))).text

async function cloned(token = tokenFor(twin.state, 'ada')): Promise<void> {
  expect((await git('.', 'clone', '-q', at(token), 'w')).code).toBe(0)
  await git('w', 'commit', '-q', '--allow-empty', '-m', 'more')
}

async function appToken(permissions: Record<string, 'read' | 'write'>): Promise<string> {
  const app = registerApp(twin.state, { name: 'Pusher', permissions, events: [], owner: 'ada' })
  const installation = installApp(twin.state, app, 'ada')
  return mintToken(twin.state, { installationId: installation.id, permissions, repositoryIds: null }).token
}

test('clone, push, delete, tags and other namespaces; events for branches and tags only', async () => {
  await cloned()
  expect(
    (await git('w', 'push', 'origin', 'HEAD:main', 'HEAD:feat', 'HEAD:refs/custom/x', 'HEAD:refs/tags/v1'))
      .code,
  ).toBe(0)
  expect((await git('w', 'push', 'origin', ':feat')).code).toBe(0)
  expect(await refs()).toMatch(/refs\/custom\/x[\s\S]*refs\/heads\/main[\s\S]*refs\/tags\/v1/)
  expect(await refs()).not.toContain('feat')
  const told = events.map(one => `${one.event} ${one.payload.ref}`)
  expect(told).toContain('push refs/heads/main')
  expect(told.filter(text => text.includes('custom'))).toEqual([])
})

test('who may come in: nobody, a stranger, a reader, an app without contents', async () => {
  expect((await git('.', 'ls-remote', `${twin.url}/ada/calc`)).text).toMatch(/could not read Username/)
  expect((await git('.', 'ls-remote', at('ghp_wrong'))).text).toMatch(/Authentication failed/)
  expect((await git('.', 'ls-remote', at(tokenFor(twin.state, 'eve')))).text).toMatch(/not found/)
  expect((await git('.', 'ls-remote', at(await appToken({ issues: 'write' })))).text).toMatch(/403/)
  addCollaborator(twin.state, repo, 'bob', 'read')
  await cloned(tokenFor(twin.state, 'bob'))
  expect((await git('w', 'push', 'origin', 'HEAD:main')).text).toMatch(/403/)
})

test('create-only by lease: the second one loses, and a stale lease moves nothing', async () => {
  await cloned()
  const claim = () => git('w', 'push', '--force-with-lease=refs/claims/1:', 'origin', 'HEAD:refs/claims/1')
  expect((await claim()).code).toBe(0)
  await git('w', 'commit', '-q', '--allow-empty', '-m', 'again')
  const second = await claim()
  expect(second.code).toBe(1)
  expect(second.text).toMatch(/stale info/)
})

test('a forced push rewinds; a plain one does not', async () => {
  await cloned()
  await git('w', 'push', 'origin', 'HEAD:main')
  await git('w', 'commit', '-q', '--amend', '--allow-empty', '-m', 'other')
  expect((await git('w', 'push', 'origin', 'HEAD:main')).text).toMatch(/rejected/)
  expect((await git('w', 'push', '--force', 'origin', 'HEAD:main')).code).toBe(0)
})

test('atomic: one protected branch keeps all refs where they are', async () => {
  await cloned()
  const before = await refs()
  repo.protections.set('main', { ...free, requirePull: true, enforceAdmins: true })
  const pushed = await git('w', 'push', '--atomic', 'origin', 'HEAD:main', 'HEAD:side')
  expect(pushed.code).toBe(1)
  expect(pushed.text).toMatch(/remote rejected.*protected branch hook declined/)
  expect(pushed.text).toMatch(/remote rejected.*atomic/)
  expect(pushed.text).toContain('GH006')
  expect(await refs()).toBe(before)
  expect((await git('w', 'push', 'origin', 'HEAD:main', 'HEAD:side')).code).toBe(1)
  expect(await refs()).toContain('refs/heads/side')
})

test('workflow files need their own permission; refs/pull is read only', async () => {
  const token = await appToken({ contents: 'write' })
  await cloned(token)
  expect((await git('w', 'push', 'origin', 'HEAD:refs/pull/1/head')).text).toMatch(
    /deny updating a hidden ref/,
  )
  await git('w', 'config', 'x.y', 'z')
  await promisify(execFile)(
    'bash',
    ['-c', 'mkdir -p .github/workflows && echo "on: push" > .github/workflows/ci.yml && git add .'],
    { cwd: join(dir, 'w') },
  )
  await git('w', 'commit', '-q', '-m', 'ci')
  const refused = await git('w', 'push', 'origin', 'HEAD:side')
  expect(refused.text).toMatch(
    /refusing to allow a GitHub App to create or update workflow `.github\/workflows\/ci.yml` without `workflows` permission/,
  )
  const allowed = await appToken({ contents: 'write', workflows: 'write' })
  expect((await git('w', 'push', at(allowed), 'HEAD:side')).code).toBe(0)
})

test('shallow and partial clones, and a fetch by commit', async () => {
  await cloned()
  await git('w', 'push', 'origin', 'HEAD:main')
  const url = at(tokenFor(twin.state, 'ada'))
  expect(
    (await git('.', 'clone', '-q', '--depth', '1', '--filter=blob:none', '--no-checkout', url, 'thin')).code,
  ).toBe(0)
  expect((await git('thin', 'rev-list', '--count', 'HEAD')).text.trim()).toBe('1')
  expect((await git('thin', 'cat-file', '-p', 'HEAD:a.txt')).text).toBe('one\n')
  await git('thin', 'reset', '-q', '--hard')
  await git('thin', 'commit', '-q', '--allow-empty', '-m', 'from a shallow clone')
  expect(await git('thin', 'push', '-q', 'origin', 'HEAD:refs/heads/shallow')).toMatchObject({ code: 0 })
  const first = (await git('w', 'rev-parse', 'HEAD~1')).text.trim()
  expect((await git('thin', 'fetch', '-q', 'origin', first)).code).toBe(0)
})

test('a pack that breaks the rules is refused whole', async () => {
  await cloned()
  const script = 'b=$(echo x | git hash-object -w --stdin); printf "100644 blob $b\\t.git\\n" | git mktree'
  const tree = (await promisify(execFile)('bash', ['-c', script], { cwd: join(dir, 'w') })).stdout.trim()
  const commit = (await git('w', 'commit-tree', tree, '-m', 'evil')).text.trim()
  expect(commit).toMatch(/^[0-9a-f]{40}$/)
  const pushed = await git('w', 'push', 'origin', `${commit}:refs/heads/evil`)
  expect(pushed.code).toBe(1)
  expect(pushed.text).toMatch(/unpacker error/)
  expect(await refs()).not.toContain('evil')
})

test('a push larger than one buffer', async () => {
  await cloned()
  await writeFile(join(dir, 'w', 'big.bin'), randomBytes(3_000_000))
  await git('w', 'add', '.')
  await git('w', 'commit', '-q', '-m', 'big')
  expect(await git('w', 'push', '-q', 'origin', 'HEAD:main')).toMatchObject({ code: 0 })
  expect((await git('.', 'clone', '-q', at(tokenFor(twin.state, 'ada')), 'again')).code).toBe(0)
  expect((await stat(join(dir, 'again', 'big.bin'))).size).toBe(3_000_000)
})

const free = {
  requiredChecks: [],
  strict: false,
  requiredApprovals: 0,
  dismissStale: false,
  requireLastPushApproval: false,
  requireCodeOwners: false,
  linearHistory: false,
  enforceAdmins: false,
  requirePull: false,
}
