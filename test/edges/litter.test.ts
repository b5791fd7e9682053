import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settle } from '../../action/ground.ts'
import { growLitter, NO_LITTER, noteUntracked } from '../../action/litter.ts'
import { takeSnapshot } from '../../action/snapshot.ts'
import { openStore, type Store } from '../../action/store.ts'
import { openWorktree } from '../../action/worktree.ts'
import { tryAttempt } from './agents/attempt.ts'

/** Setup, agent and checks write into one worktree: what of it is the agent's work? */
const host = { path: process.env.PATH ?? '', proxy: {} }
let root: string
let store: Store
let start: string

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'litter-'))
  const origin = join(root, 'origin')
  const git = ['-C', origin, '-c', 'user.name=a', '-c', 'user.email=a@b']
  execFileSync('git', ['init', '-q', '-b', 'main', origin])
  for (const name of ['a', 'lock']) writeFileSync(join(origin, name), `${name}\n`)
  writeFileSync(join(origin, '.gitignore'), 'ignored\n')
  execFileSync('git', [...git, 'add', '.'])
  execFileSync('git', [...git, 'commit', '-q', '-m', 'base'])
  start = execFileSync('git', [...git, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  store = await openStore(join(root, 'store.git'), host)
  execFileSync('git', ['-C', origin, 'push', '-q', store.git.dir, 'HEAD:refs/heads/base'])
})
afterAll(() => rmSync(root, { recursive: true }))

/** Shell lines in turn: `setup`, then agent and checks by rounds. What the base's tree has become, `path=text` each. */
async function handOver(setup: string, ...turns: string[]): Promise<string[] | 'unchanged'> {
  const place = { store, root: mkdtempSync(join(root, 'attempt-')), start, branch: 'agent/x/bd-k3f9' }
  await using laid = await openWorktree({ ...place, agent: 'x', fast: [] })
  const sh = (line: string) => execFileSync('sh', ['-ec', line], { cwd: laid.dir })
  sh(setup)
  const worktree = await settle(laid)
  let litter = setup === '' ? NO_LITTER : await noteUntracked(worktree)
  for (const [i, line] of turns.entries()) {
    const isAgent = i % 2 === 0
    const before = isAgent ? litter : await noteUntracked(worktree, litter)
    sh(line)
    if (!isAgent) litter = growLitter(litter, before, await noteUntracked(worktree, before))
  }
  const shot = await takeSnapshot(worktree, { files: 10, bytes: 10_000, litter })
  if (shot.is !== 'changed') {
    expect(shot).toEqual({ is: 'unchanged' })
    return 'unchanged'
  }
  const { git, tree } = shot
  const entries = (await git.text(['ls-tree', '-r', tree])).split('\n').map(line => line.split(/[ \t]/))
  const texts = entries.map(async ([mode, , blob, path]) => {
    return `${path}${mode === '100755' ? '*' : ''}=${await git.text(['cat-file', 'blob', blob!])}`
  })
  return (await Promise.all(texts)).filter(line => !line.startsWith('.gitignore'))
}

const BASE = ['a=a', 'lock=lock']

describe('what setup changed in files of the base', () => {
  test.each<[situation: string, setup: string, agent: string, made: string[] | 'unchanged']>([
    ['is no work by itself', 'echo new > lock', 'true', 'unchanged'],
    ['stays out of what the agent hands over', 'echo new > lock', 'echo b > b', ['a=a', 'b=b', 'lock=lock']],
    [
      'comes with it where the agent goes on from it',
      'echo new > lock',
      'echo more >> lock',
      ['a=a', 'lock=new\nmore'],
    ],
    ['and the agent sets back, is unchanged', 'echo new > lock', 'echo lock > lock', 'unchanged'],
    ['and the agent deletes, is deleted', 'echo new > lock', 'rm lock', ['a=a']],
    ['was a deletion: the file stays', 'rm lock', 'echo b > b', ['a=a', 'b=b', 'lock=lock']],
    ['was a deletion, and the agent writes it anew', 'rm lock', 'echo own > lock', ['a=a', 'lock=own']],
    ['was a file’s mode', 'chmod +x lock', 'echo b > a', ['a=b', 'lock=lock']],
    [
      'was a folder in the place of a file',
      'rm lock; mkdir lock; echo x > lock/x',
      'echo b > b',
      ['a=a', 'b=b', 'lock=lock'],
    ],
    [
      'and the agent makes a folder of it',
      'echo new > lock',
      'rm lock; mkdir lock; echo x > lock/x',
      ['a=a', 'lock/x=x'],
    ],
    ['keeps its size and second', 'echo kcol > lock', 'echo colk > lock', ['a=a', 'lock=colk']],
  ])('%s', async (_, setup, agent, made) => expect(await handOver(setup, agent)).toEqual(made))
})

describe('what setup left beside them', () => {
  test.each<[situation: string, setup: string, agent: string, made: string[] | 'unchanged']>([
    ['is no work', 'echo x > gen', 'true', 'unchanged'],
    ['stays out', 'mkdir d; echo x > d/gen; ln -s a link; mkfifo pipe', 'echo b > a', ['a=b', 'lock=lock']],
    [
      'is work once the agent writes to it',
      'echo x > gen',
      'echo y >> gen',
      [...BASE.slice(0, 1), 'gen=x\ny', 'lock=lock'],
    ],
    ['is work once the agent makes it run', 'echo x > gen', 'chmod +x gen', ['a=a', 'gen*=x', 'lock=lock']],
    [
      'is work once the agent points it elsewhere',
      'ln -s a link',
      'ln -sf lock link',
      ['a=a', 'link=lock', 'lock=lock'],
    ],
    ['is none where the agent writes the same again', 'echo x > gen', 'rm gen; echo x > gen', 'unchanged'],
    ['is none when it is gone', 'echo x > gen', 'rm gen', 'unchanged'],
    [
      'stays out and hides nothing, whatever its name',
      'touch "$(printf \'n\\nb\')" "$(printf \'r\\r\')"',
      'echo b > b',
      ['a=a', 'b=b', 'lock=lock'],
    ],
    [
      'stays out where a .gitignore names what is not ignored',
      "printf '*\\n!*.go\\n' > .gitignore; echo x > gen.go",
      'echo b > b.go',
      ['a=a', 'b.go=b', 'lock=lock'],
    ],
    ['stays out when it is a repository', 'git init -q n', 'echo b > a', ['a=b', 'lock=lock']],
    [
      'is work once it is a repository no more',
      'git init -q n',
      'rm -r n/.git; echo b > n/b',
      ['a=a', 'lock=lock', 'n/b=b'],
    ],
  ])('%s', async (_, setup, agent, made) => {
    // A pipe is nothing that git would take; it must not be waited for.
    expect(await handOver(setup, agent)).toEqual(made)
  })
})

describe('what checks left', () => {
  test.each<[situation: string, turns: string[], made: string[] | 'unchanged']>([
    ['stays out', ['echo b > a', 'echo 1 > cov', 'true'], ['a=b', 'lock=lock']],
    [
      'stays out, though each run writes it anew',
      ['echo b > a', 'echo 1 > cov', 'true', 'echo 2 > cov', 'true'],
      ['a=b', 'lock=lock'],
    ],
    [
      'is work once the agent writes to it',
      ['true', 'echo 1 > cov', 'echo own > cov'],
      ['a=a', 'cov=own', 'lock=lock'],
    ],
    [
      'and the agent took over, stays the agent’s',
      ['true', 'echo 1 > cov', 'echo own > cov', 'echo 3 > cov', 'true'],
      ['a=a', 'cov=3', 'lock=lock'],
    ],
    [
      'in a file of the agent’s, is the agent’s',
      ['echo b > b', 'echo c > b', 'true'],
      ['a=a', 'b=c', 'lock=lock'],
    ],
  ])('%s', async (_, turns, made) => expect(await handOver('', ...turns)).toEqual(made))
})

test('in a whole attempt: setup, a red check that leaves something, and an agent that takes that over', async () => {
  const command = [
    'test "$(cat a.txt)" = prepared',
    'echo work > work.txt',
    'if [ "$CHORUS_LOOP" = 2 ]; then echo fixed > fixed.txt; echo own > report.txt; fi',
  ].join(' && ')
  const check = {
    name: 'tests',
    run: 'date +%N | tee report.txt cov.txt; test -e fixed.txt',
    minutes: 1,
    fast: false,
  }
  const end = await tryAttempt({
    agent: { cli: 'custom', command },
    keys: {},
    setup: ['echo prepared > a.txt; echo x > gen.txt'],
    checks: [check],
  })
  expect(end, end.log).toMatchObject({ outcome: 'done', rounds: 2 })
  expect([...end.files]).toEqual([
    ['a.txt', 'one'],
    ['fixed.txt', 'fixed'],
    ['report.txt', 'own'],
    ['work.txt', 'work'],
  ])
})
