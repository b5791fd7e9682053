import { expect, test } from 'vitest'
import { GATE_CHECK } from '../../core/names.ts'
import { gitText } from '../../twin/git.ts'
import type { Pull } from '../../twin/pulls/state.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { openHeld } from './held.ts'
import { protect } from './protect.ts'
import { openStory, type Story } from './story.ts'

const SCRIPT = ['write src/name.js', '  export const name = 1', 'say feat(name): add a name']

/** Ada may push to main whatever the rules say; then grace, whom they bind, presses the button. */
async function pressWhileBaseMoves(story: Story, { pull, file }: { pull: Pull; file: string }) {
  await story.push({ branch: 'main', files: { [file]: '// hers\n' }, message: file, by: 'ada' })
  const wish = { owner: 'acme', repo: 'greeter', pull_number: pull.number, merge_method: 'squash' as const }
  return story.as('grace').rest.pulls.merge(wish)
}

/** Checks that judged its head, but for ours. */
const ciOf = ({ repo }: Story, { head }: Pull) =>
  [...repo.checkRuns.values()]
    .filter(one => one.head_sha === head.sha && one.name !== GATE_CHECK)
    .map(one => one.conclusion)

/** What merging came to: who asked, and what GitHub answered. */
const merges = ({ twin }: Story) =>
  twin.requests
    .filter(one => one.method === 'PUT' && one.path.endsWith('/merge'))
    .map(({ actor, status }) => `${actor.startsWith('installation') ? 'chorus' : actor} ${status}`)

test('R2: the gate is required: refused before it is green; pressed while it is, it lands once', async () => {
  await using story = await openStory({ seed: 1 })
  protect(story, 'ruleset', { adminsFree: true })
  const { issue, pull, release } = await openHeld(story, SCRIPT)
  await story.until('its CI is green', () => ciOf(story, pull).includes('success'))
  const early = pressWhileBaseMoves(story, { pull, file: 'early.txt' })
  await expect(early).rejects.toMatchObject({ status: 405, message: expect.stringContaining(GATE_CHECK) })
  await story.quiet()
  expect(await story.history()).toEqual(['early.txt', 'Initial commit'])

  // Between the green gate and the merge that Chorus asks for.
  story.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge', actor: 'installation' },
    act: { do: 'call', run: () => pressWhileBaseMoves(story, { pull, file: 'late.txt' }) },
  })
  await release()
  await story.until('it is known', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  expect(await story.history()).toEqual([
    expect.stringMatching(/^feat\(name\)/),
    'late.txt',
    'early.txt',
    'Initial commit',
  ])
  expect(merges(story)).toEqual(['grace 405', 'grace 200', 'chorus 405'])
  expect(story.theIssue(issue)).toMatchObject({ state: 'closed', state_reason: 'completed' })
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  // Nobody promised more than that it was tested on its own base, and the gate does not say that it is not merged.
  expect(story.saidOn(issue)).toEqual([])
  expect(story.gateOf(pull.head.sha)).toEqual({ title: 'Every gate passes', conclusion: 'success' })
})

test('R2: the gate is not required, and only what was judged is to land: it is told what landed unjudged', async () => {
  await using story = await openStory({ seed: 2, config: `${GREETER_CONFIG}merge: { exact: true }\n` })
  const { issue, pull } = await openHeld(story, SCRIPT)
  await story.until('its CI is green', () => ciOf(story, pull).includes('success'))
  const { data } = await pressWhileBaseMoves(story, { pull, file: 'late.txt' })
  await story.until('it is known', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  expect(await story.history()).toEqual([
    expect.stringMatching(/^feat\(name\)/),
    'late.txt',
    'Initial commit',
  ])
  expect(merges(story)).toEqual(['grace 200'])
  expect(story.theIssue(issue)).toMatchObject({ state: 'closed', state_reason: 'completed' })
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  const [said, ...more] = story.saidOn(issue)
  expect(more).toEqual([])
  expect(said).toContain(
    `Merged as ${data.sha.slice(0, 7)} by @\u200bgrace, whose tree is not the one that was judged`,
  )
  expect(said).toContain('`/chorus rollback`')
  // The log has it, too, and others go on: a person may press the button.
  const ledger = await gitText(story.repo, [
    'grep',
    '-h',
    '-e',
    'not the one that was judged',
    '--or',
    '-e',
    'freeze:all',
    'chorus/ledger',
  ])
  expect(ledger).toContain('"event":"merged"')
  expect(ledger).not.toContain('freeze:all')
})
