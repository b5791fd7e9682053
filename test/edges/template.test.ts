import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeContext } from '../../action/context.ts'
import { openGit } from '../../action/git.ts'
import { readWording, writePrompt } from '../../action/prompt.ts'
import { writeTicket } from './runway.ts'

const PATH = '.github/chorus/prompts/work.md'
let dir = ''
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: dir,
    encoding: 'utf8',
  }).trim()

/** A commit on top of the last, with these own words for workers. */
function commit(text: string | null): string {
  rmSync(join(dir, PATH), { force: true })
  if (text !== null) writeFileSync(join(dir, PATH), text)
  git('add', '-A')
  git('commit', '-q', '--allow-empty', '-m', 'words')
  return git('rev-parse', 'HEAD')
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'template-'))
  git('init', '-q')
  mkdirSync(join(dir, PATH, '..'), { recursive: true })
})
afterAll(() => rmSync(dir, { recursive: true }))

async function told(base: string, prompts?: string): Promise<string> {
  const store = openGit({ gitDir: join(dir, '.git'), host: { path: process.env.PATH ?? '', proxy: {} } })
  const checks = [{ name: 'tests', run: 'npm test', minutes: 1, fast: false }]
  const ticket = {
    ...writeTicket(base, { goal: 'Do it.', checks }),
    ...(prompts === undefined ? {} : { prompts }),
  }
  const wording = await readWording(store, ticket)
  return wording.is === 'bad'
    ? wording.problem
    : writePrompt({ ticket, context: writeContext(ticket), wording }, []).text
}

test('workers are told our words where a repository has none', async () => {
  const text = await told(commit(null))
  expect(text).toMatch(/^\[prompt work 1\]\n\n- You work alone/)
  expect(text).toMatch(/only their result counts: `npm test`\.\n\n---\n\n[\s\S]*Do it\./)
})

test('its own count as they stand on the default branch, not on the branch of the task', async () => {
  const house = commit('<!-- chorus-prompt: work 1 -->\n- Our house. <!-- hidden -->\n{{checks}}')
  const evil = commit('- Evil house. {{checks}}')
  const text = await told(evil, house)
  expect(text).toMatch(/^\[prompt work 1, worded by \.github\/chorus\/prompts\/work\.md\]\n\n- Our house\.\s/)
  expect(text).not.toMatch(/Evil|hidden/)
})

test.each<[string, string, string]>([
  ['lack what has to be told', '- Our house.', '{{checks}}: is missing'],
  ['leave no room for the task', `{{checks}} ${'words '.repeat(300)}`, 'has 1810 bytes; 1400 are the most'],
])('nobody works by words that %s', async (_, own, why) => expect(await told(commit(own))).toContain(why))
