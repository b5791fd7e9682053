import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeContext } from '../../action/context.ts'
import { type Git, openGit } from '../../action/git.ts'
import { countPlanning, readPlanning } from '../../action/planningtext.ts'
import { writePrompt } from '../../action/prompt.ts'
import type { Ticket } from '../../core/contract/ticket.ts'
import { byteLength } from '../../core/text/clean.ts'
import { writeTicket } from './runway.ts'
import { WORDING } from './wording.ts'

/** A repository with a plan in it, and what of that plan reaches those who do its tasks. */
let dir: string
let git: Git
let start: string
const SAID = 'The palette is kept in one module, and every page asks it.'
const OWN = 'A page that is open follows the switch without a reload.'
const OTHER = 'Numbers are printed with two decimals on every page.'

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'planning-'))
  const sh = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: dir,
      encoding: 'utf8',
    })
  sh('init', '-q', '.')
  const folder = join(dir, 'specs/1-dark-mode')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'PLAN.md'), `# Plan\n\n## Steps\n\n1. ${SAID}\n2. ${OWN}\n`)
  writeFileSync(join(folder, 'BACKLOG.yaml'), `${OTHER}\n`)
  writeFileSync(join(dir, 'PLAN.md'), `${OTHER}\n`)
  sh('add', '.')
  sh('commit', '-qm', 'plan')
  start = sh('rev-parse', 'HEAD').trim()
  git = openGit({ gitDir: join(dir, '.git'), host: { path: process.env.PATH ?? '', proxy: {} } })
})
afterAll(() => rmSync(dir, { recursive: true }))

const count = async (wish: Partial<Ticket> & { goal: string }) => {
  const ticket = writeTicket(start, wish)
  const { text } = writePrompt({ ticket, context: writeContext(ticket), wording: WORDING }, [])
  return countPlanning(text, await readPlanning(git, start, ticket))
}

test.each<[situation: string, wish: Partial<Ticket> & { goal: string }, bytes: number]>([
  ['the task alone', { goal: 'Add a switch.' }, 0],
  ['words of the plan that are the task’s own', { goal: OWN }, 0],
  ['the plan’s words in what others learned', { goal: OWN, learnings: [SAID] }, byteLength(SAID)],
  ['as a quote in a note', { goal: OWN, scratchpad: `> ${SAID}` }, byteLength(SAID)],
  ['in what a person said', { goal: OWN, feedback: `See:\n\n- [ ] ${SAID}` }, byteLength(SAID)],
  ['a heading that anybody writes', { goal: OWN, feedback: '## Steps' }, 0],
  ['words of files that are no documents of a plan', { goal: OWN, feedback: OTHER }, 0],
])('%s', async (_, wish, bytes) => expect(await count(wish)).toBe(bytes))

test('a repository without plans asks nothing more of git than whether there are any', async () => {
  const bare = await git.text(['mktree'], { input: '' })
  expect(await readPlanning(git, bare, writeTicket(start, { goal: OWN }))).toEqual(new Set())
})
