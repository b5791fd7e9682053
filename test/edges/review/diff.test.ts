import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Git } from '../../../action/git.ts'
import { quoteDiff, readDiff } from '../../../action/reviewing/diff.ts'
import { openStore } from '../../../action/store.ts'
import { visibleText } from '../../../core/text/visible.ts'
import { openGround } from '../isolation/ground.ts'

/** The diff of what these lines make of a repository: all that a reviewer sees. */
async function diffOf(change: (origin: string, git: (...args: string[]) => string) => void): Promise<string> {
  using ground = openGround()
  const git = (...args: string[]) => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b']
    return execFileSync('git', [...who, ...args], { cwd: ground.origin, encoding: 'utf8' }).trim()
  }
  const base = git('rev-parse', 'HEAD')
  change(ground.origin, git)
  git('commit', '-q', '-m', 'change')
  const store = await openStore(join(ground.temp, 'store.git'), { path: process.env.PATH ?? '', proxy: {} })
  git('push', '-q', store.git.dir, 'HEAD:refs/heads/it')
  return await readDiff(store.git, base, git('rev-parse', 'HEAD'))
}

test('a submodule that comes or moves is seen', async () => {
  const commit = 'a'.repeat(40)
  const diff = await diffOf((_, git) => git('update-index', '--add', '--cacheinfo', `160000,${commit},lib`))
  expect(diff).toContain(`+Subproject commit ${commit}`)
})

test('an attribute that the change itself brings hides nothing', async () => {
  const diff = await diffOf((origin, git) => {
    writeFileSync(join(origin, '.gitattributes'), '* -diff\n')
    writeFileSync(join(origin, 'evil.js'), 'evil()\n')
    git('add', '.')
  })
  expect(diff).toContain('+evil()')
})

test('a byte that makes a file binary hides none of its code, and a picture stands behind the code', async () => {
  const diff = await diffOf((origin, git) => {
    writeFileSync(join(origin, 'a.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe]))
    writeFileSync(join(origin, 'b.js'), '// \0\nevil()\n')
    writeFileSync(join(origin, 'c.js'), Buffer.from('worse()\n', 'utf16le'))
    writeFileSync(join(origin, 'd.js'), `${'x'.repeat(9000)}\0\rdiff --git a/e.js b/e.js\nlate()\n`)
    writeFileSync(join(origin, 'e.js'), 'plain()\n')
    git('add', '.')
  })
  expect(diff).toContain('+// \\u{0}\n+evil()\n')
  expect(diff).toContain(`+${[...'worse()'].map(one => `${one}\\u{0}`).join('')}`)
  expect(diff).toContain('+late()')
  const order = [...diff.matchAll(/^diff --git a\/(\S+)/gm)].map(([, name]) => name)
  expect(order).toEqual(['e.js', 'a.png', 'b.js', 'c.js', 'd.js'])
})

test('whatever nobody sees is written as its number', async () => {
  const hidden: string[] = []
  for (let code = 1; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const one = String.fromCodePoint(code)
    if (one !== '\r' && visibleText(one) === '') hidden.push(one)
    if (code === 0xe1000) code = 0xffffd
  }
  const diff = await diffOf((origin, git) => {
    writeFileSync(join(origin, 'a.js'), hidden.join('\n'))
    git('add', '.')
  })
  expect(hidden.length).toBeGreaterThan(4000)
  expect(hidden.filter(one => diff.includes(one))).toEqual([])
  expect(diff).toContain('+\\u{fe0f}\n+\\u{feff}\n')
})

test('of a change that is too large to be shown the reviewer is told that there is more', async () => {
  const diffWith = (filler: string) =>
    diffOf((origin, git) => {
      writeFileSync(join(origin, 'a.json'), filler)
      writeFileSync(join(origin, 'z.js'), 'evil()\n')
      git('add', '.')
    })
  const huge = await diffWith('x\n'.repeat(1_000_000))
  expect(huge).not.toContain('evil')
  expect(huge).toMatch(/more of it, which you cannot see and so cannot approve\.\)$/)
  expect(quoteDiff(huge)).toContain('cannot approve')

  const large = await diffWith('x\n'.repeat(100_000))
  expect(large).toContain('+evil()')
  expect(quoteDiff(large)).not.toContain('cannot approve')
})

test('of a file that people add a hundred megabytes are no more work than what is kept of it', async () => {
  const huge = Buffer.concat([Buffer.from('diff --git a/a b/a\n+'), Buffer.alloc(110_000_000)])
  const git: Git = { dir: '', run: async () => huge, text: async () => '' }
  const diff = await readDiff(git, 'a', 'b')
  expect(diff.slice(0, 40)).toContain('+\\u{0}\\u{0}')
  expect(diff.slice(-200)).toContain('which you cannot see and so cannot approve')
  expect(diff.length).toBeLessThan(3_000_000)
})
