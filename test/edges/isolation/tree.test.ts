import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePath } from '../../../action/closedpath.ts'
import { openGit } from '../../../action/git.ts'
import { readHarvest, readSubjects } from '../../../action/harvest.ts'
import { NO_LITTER } from '../../../action/litter.ts'
import { takeSnapshot } from '../../../action/snapshot.ts'
import { type Ground, openGround, reaches } from './ground.ts'

/** An agent leaves its worktree, prepares the ground for whoever comes next, and lays traps for whoever reads its files. */
let ground: Ground
beforeAll(() => {
  ground = openGround()
})
afterAll(() => ground[Symbol.dispose]())
const limits = { files: 50, bytes: 1_000_000, litter: NO_LITTER }

test('it works in its own tree as anybody would: git, files, a home, a place for temporary files', async () => {
  await using attempt = await ground.open()
  const { end, text } = await attempt.agent(
    'git status --porcelain && echo two > b.txt && git add . && git commit -qm "feat: two" && git log --oneline && touch ~/x $TMPDIR/y && mktemp',
  )
  expect([end, text.includes('feat: two')]).toEqual([{ is: 'exited', code: 0 }, true])
  const shot = await takeSnapshot(attempt.worktree, limits)
  if (shot.is !== 'changed') throw new Error(shot.is)
  expect(await shot.git.text(['ls-tree', '-r', '--name-only', shot.tree])).toBe('a.txt\nb.txt')
  expect(await readSubjects(attempt.worktree.dir)).toEqual(['feat: two'])
})

test('where other users cannot enter the runner’s folder, the files lie elsewhere', async () => {
  using closed = openGround()
  chmodSync(closed.temp, 0o700)
  await using attempt = await closed.open()
  const { end, text } = await attempt.agent('git log --oneline && touch x')
  expect([end, text]).toEqual([{ is: 'exited', code: 0 }, expect.stringContaining('base')])
  if (reaches(attempt, 'user')) expect(attempt.isolation.dir.startsWith(closed.temp)).toBe(false)
  const program = join(closed.temp, 'tool')
  writeFileSync(program, '#!/bin/sh\necho works\n', { mode: 0o755 })
  expect((await attempt.agent(await attempt.isolation.lend(program))).text).toBe('works\n')
})

test('it cannot write outside: not in ours, not in the borrowed objects, not where anybody may', async () => {
  await using attempt = await ground.open()
  if (!reaches(attempt, 'user')) return
  const shared = mkdtempSync('/opt/isolation-test-')
  chmodSync(shared, 0o777)
  try {
    const { dir, room } = attempt.isolation
    const store = join(dir, 'store.git')
    const places = [
      dir,
      room,
      join(room, 'notes'),
      store,
      join(store, 'objects'),
      ground.origin,
      '/usr/local/bin',
      '/etc',
    ]
    const tries = places.map(place => `touch ${place}/evil 2> /dev/null && echo reached ${place}`).join('; ')
    const { text } = await attempt.agent(`${tries}; touch ${shared}/evil; true`)
    expect(text).not.toContain('reached')
    // A folder that anybody may write to is closed by the read-only view, which needs namespaces.
    if (reaches(attempt, 'processes')) expect(existsSync(join(shared, 'evil'))).toBe(false)
  } finally {
    rmSync(shared, { recursive: true })
  }
})

test('what it prepares for the next attempt on this machine, that one does not see', async () => {
  const poison = [
    'for d in ~ "$TMPDIR" /tmp /var/tmp /dev/shm; do for f in .gitconfig AGENTS.md CLAUDE.md .mcp.json .bashrc .npmrc; do echo poisoned > "$d/$f"; done; done',
    'mkdir -p ~/.claude ~/.codex ~/.config/git && echo poisoned | tee ~/.claude/settings.json ~/.codex/config.toml ~/.config/git/attributes',
    'git config --global core.hooksPath ~/hooks; git config core.fsmonitor ~/evil; echo "* filter=x" > .git/info/attributes',
    'mkdir -p .git/hooks && printf "#!/bin/sh\\necho poisoned\\n" > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit',
    'git update-ref refs/heads/base $(git commit-tree -m evil HEAD^{tree}); git branch -f main',
  ]
  let left = ''
  {
    await using first = await ground.open()
    if (!reaches(first, 'user')) return
    await first.agent(`set +e; ${poison.join('\n')}\ntrue`)
    left = first.isolation.dir
  }
  expect(existsSync(left)).toBe(false)
  await using next = await ground.open()
  const { text } = await next.agent(
    'set +e; grep -rs poisoned ~ "$TMPDIR" /tmp /var/tmp /dev/shm . ; git config --list --show-origin; git for-each-ref; touch c && git add c && git commit -m c',
  )
  expect(text).not.toMatch(/poisoned|hooksPath|fsmonitor/i)
  for (const dir of ['/tmp', '/var/tmp', '/dev/shm']) expect(existsSync(join(dir, 'AGENTS.md'))).toBe(false)
})

test('pipes, sockets, links and locked files in the tree neither hold us nor show us more than they are', async () => {
  await using attempt = await ground.open()
  const out = await attempt.agent(
    'set +e; mkfifo pipe a.pipe; ln -s /etc/shadow shadow; ln -s /root deep; mkdir locked; echo x > locked/x; chmod 000 locked/x locked; ' +
      'python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'sock\')"; mkfifo $HOME/../out/question.md; ln -s /etc/shadow $HOME/../out/learnings.md; true',
  )
  expect(out.end).toEqual({ is: 'exited', code: 0 })
  const began = performance.now()
  const shot = await takeSnapshot(attempt.worktree, limits)
  if (shot.is !== 'changed') throw new Error(shot.is)
  const tree = await shot.git.text(['ls-tree', '-r', shot.tree])
  expect(tree).toMatch(/^120000 .*\tshadow$/m)
  expect(tree).not.toMatch(/pipe|sock/)
  const link = /^120000 blob (\w+)\tshadow$/m.exec(tree)?.[1] ?? ''
  expect(await shot.git.text(['cat-file', 'blob', link])).toBe('/etc/shadow')
  expect(await readHarvest(attempt.desk.out)).toMatchObject({ question: null, learnings: [] })
  await attempt.agent('rm a.txt; mkfifo a.txt')
  expect(await takeSnapshot(attempt.worktree, limits)).toEqual({ is: 'not-its-own', path: 'a.txt' })
  expect(performance.now() - began).toBeLessThan(20_000)
})

test('a second name for a file of somebody else is not read', async () => {
  await using attempt = await ground.open()
  if (!reaches(attempt, 'user')) return
  const secret = join(attempt.isolation.dir, 'secret')
  writeFileSync(secret, 'canary\n', { mode: 0o600 })
  const { text } = await attempt.agent(
    `ln ${secret} mine; ln /etc/shadow mine; ln ${ground.origin}/a.txt mine; true`,
  )
  expect(text).not.toBe('')
  expect(existsSync(join(attempt.worktree.dir, 'mine'))).toBe(false)
  // As if the kernel allowed it.
  linkSync(secret, join(attempt.worktree.dir, 'mine'))
  expect(await takeSnapshot(attempt.worktree, limits)).toEqual({ is: 'not-its-own', path: 'mine' })
  linkSync(secret, join(attempt.desk.out, 'question.md'))
  expect((await readHarvest(attempt.desk.out)).question).toBeNull()
})

test('a git directory that is a link to another one tells nothing of that one', async () => {
  await using attempt = await ground.open()
  const other = join(ground.origin, '.git')
  expect(readFileSync(join(other, 'logs/HEAD'), 'utf8')).toContain('base')
  await attempt.agent(`rm -rf .git/logs && ln -s ${other}/logs .git/logs`)
  expect(await readSubjects(attempt.worktree.dir)).toEqual([])
})

test('what the runner lends can be read and not changed', async () => {
  await using attempt = await ground.open()
  const folder = mkdtempSync('/var/tmp/lend-')
  try {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/tool'), '#!/bin/sh\necho works\n', { mode: 0o755 })
    execFileSync('ln', ['-s', 'bin/tool', join(folder, 'tool')])
    chmodSync(folder, 0o700)
    const lent = await attempt.isolation.lend(folder)
    const { text } = await attempt.agent(
      `${lent}/tool; echo evil >> ${lent}/bin/tool; rm -f ${lent}/bin/tool; true`,
    )
    expect(text).toContain('works')
    if (reaches(attempt, 'user')) {
      expect(readFileSync(join(folder, 'bin/tool'), 'utf8')).toBe('#!/bin/sh\necho works\n')
      expect(existsSync(join(lent, 'bin/tool'))).toBe(true)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a git that it puts where everybody may put programs is not the one that we run', async () => {
  await using attempt = await ground.open()
  const open = join(ground.temp, 'programs')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const ran = join(attempt.isolation.tmp, 'ran')
  const fake = `#!/bin/sh\nenv > ${ran}; exec /usr/bin/git "$@"\n`
  for (const dir of [open, attempt.worktree.dir]) writeFileSync(join(dir, 'git'), fake, { mode: 0o755 })
  const path = [open, '', '.', join(ground.temp, 'none'), process.env.PATH].join(':')
  const git = openGit({
    gitDir: join(ground.origin, '.git'),
    workTree: attempt.worktree.dir,
    host: { path, proxy: {} },
  })
  expect(await git.text(['rev-parse', 'HEAD'])).toMatch(/^[0-9a-f]{40}$/)
  expect(existsSync(ran)).toBe(false)
  // Where git is nowhere else, it is where it usually is.
  expect(closePath(`${open}:relative`, 'git')).toBe('/usr/local/bin:/usr/bin:/bin')
})
