import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openGit } from '../../action/git.ts'
import { findHints } from '../../action/hints.ts'
import { writeTicket } from './runway.ts'

const dir = mkdtempSync(join(tmpdir(), 'hints-'))
afterAll(() => rmSync(dir, { recursive: true }))
const run = (...args: string[]) => execFileSync('git', args, { cwd: dir, encoding: 'utf8' }).trim()
run('init', '-q')
mkdirSync(join(dir, 'src'))
writeFileSync(join(dir, 'src/price.ts'), '\nexport function priceOf() {}\n')
writeFileSync(join(dir, 'src/a:b.ts'), 'priceOf()\npriceOfAll()\n')
writeFileSync(join(dir, 'other.ts'), 'priceOf()\n')
run('add', '.')
run('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'base')
const start = run('rev-parse', 'HEAD')
const git = openGit({ gitDir: join(dir, '.git'), host: { path: process.env.PATH ?? '', proxy: {} } })

function hintsFor(goal: string, scope: string[] = []) {
  const ticket = writeTicket(start, { goal })
  return findHints(git, start, { ...ticket, spec: { ...ticket.spec, scope } })
}

test.each([
  ['a file by its name', 'Mend price.ts', [], ['src/price.ts']],
  ['a line where the file is named', 'Mend `priceOf` in other.ts', [], ['other.ts:1 (priceOf)']],
  [
    'lines within the scope',
    'Mend `priceOf`',
    ['src/**'],
    ['src/a:b.ts:1 (priceOf)', 'src/price.ts:2 (priceOf)'],
  ],
  ['nothing for what is not there', 'Mend `nothing` in none.ts', ['src/**'], []],
  ['nothing for words', 'Make it faster.', ['src/**'], []],
])('%s', async (_, goal, scope, hints) => {
  expect(await hintsFor(goal, scope)).toEqual(hints)
})

test('where git cannot tell there are none', async () => {
  const ticket = writeTicket(start, { goal: 'Mend price.ts' })
  expect(await findHints(git, '0'.repeat(40), ticket)).toEqual([])
})
