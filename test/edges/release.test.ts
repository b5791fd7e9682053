import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** `npm run release`, and the commands that it tells to push, on a server that is a folder. */
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'chorus-releasing-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function release(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/releasecommand.ts', ...args], { encoding: 'utf8' })
}

/** Git finds the folder at GitHub's address, and somebody to commit as. */
function gitSettings(): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: `url.file://${root}/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/',
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'a',
    GIT_CONFIG_KEY_2: 'user.email',
    GIT_CONFIG_VALUE_2: 'a@b',
  }
}

test('a release under a name of its own is pushed by the commands that are told, and fetches nothing under ours', () => {
  const { status, stdout } = release(join(root, 'a folder'), '--as', 'acme/agents@v2')
  expect(status).toBe(0)
  const server = join(root, 'acme/agents')
  mkdirSync(server, { recursive: true })
  execFileSync('git', ['init', '--quiet', '--bare', server])
  const told = [...stdout.matchAll(/^ {2}(.+)$/gm)].map(match => match[1]).join('\n')

  execFileSync('sh', ['-ec', told], { env: { ...process.env, ...gitSettings() }, stdio: 'pipe' })

  const git = (...args: string[]) => execFileSync('git', ['-C', server, ...args], { encoding: 'utf8' })
  const files = git('ls-tree', '-r', '--name-only', 'v2').trim().split('\n')
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'chorus.yml']))
  const uses = files
    .filter(file => file.endsWith('.yml'))
    .flatMap(file => [...git('show', `v2:${file}`).matchAll(/uses: ([\w-]+\/\S+)/g)])
    .map(match => match[1]!)
    .filter(name => !name.startsWith('actions/'))
  expect(uses.length).toBeGreaterThan(5)
  for (const name of uses) {
    const [, path = '', tag] = /^acme\/agents\/(.+)@(.+)$/.exec(name) ?? []
    expect(tag, name).toBe('v2')
    // What is called is there, and so is what an action runs.
    const needed = path.endsWith('.yml') ? [path] : [`${path}/action.yml`, `${path}/index.mjs`]
    expect(files).toEqual(expect.arrayContaining(needed))
  }
})

test('without another name it is the release that the caller of this repository names', () => {
  const dir = join(root, 'ours')
  expect(release(dir).status).toBe(0)
  expect(readFileSync(join(dir, 'chorus.yml'), 'utf8')).toBe(
    readFileSync('.github/workflows/chorus.yml', 'utf8'),
  )
})

test('a folder with something in it is left alone', () => {
  const dir = join(root, 'full')
  mkdirSync(dir)
  writeFileSync(join(dir, 'mine.txt'), 'mine')
  expect(release(dir)).toMatchObject({ status: 1, stderr: expect.stringContaining('not empty') })
})

test.each([
  ['no folder', []],
  ['a name without a tag', ['x', '--as', 'acme/agents']],
  ['a tag that is a flag', ['x', '--as', 'acme/agents@--force']],
  ['a name that is a command', ['x', '--as', 'acme/$(id)@v1']],
  ['an unknown option', ['x', '--to', 'y']],
])('%s is answered with how to call it', (_situation, args) => {
  expect(release(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('OWNER/NAME@TAG') })
})
