import { expect, test } from 'vitest'
import { isAncestor, review, runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'checks: [{ name: tests, run: node --test }]',
  'merge: { strategy: auto }',
].join('\n')

test.each(SEEDS)('a review that asks for changes starts the next attempt (seed %i)', async seed => {
  await using story = await openStory({ seed, config: CONFIG })
  const issue = await story.issue({
    labels: ['needs-review'],
    script: [
      'on attempt 1:',
      'write src/name.js',
      '  export const nmae = "Ada"',
      'on attempt 2:',
      'write src/name.js',
      '  export const name = "Ada"',
      'run cp "$CHORUS_PROMPT" heard.md',
      'always:',
      'say feat(name): add a name',
    ],
  })
  await story.label(issue)
  const pull = await story.until('it waits for a person', () => {
    const made = story.pullOf(issue)
    return made !== null && story.gateOf(made.head.sha)?.title?.startsWith('review:') && made
  })
  const before = pull.head.sha
  const line = { path: 'src/name.js', line: 1, body: 'It is spelled "name".' }
  // Somebody who may not push asks for changes: their word is no order.
  await review(story, { pull: pull.number, event: 'REQUEST_CHANGES', body: 'Make it blue.', by: 'tim' })
  await story.quiet()
  expect(runsOf(story, issue)).toHaveLength(1)

  await review(story, { pull: pull.number, event: 'REQUEST_CHANGES', body: 'A slip of the pen.', line })
  await story.until('the branch shows the revision', () => pull.head.sha !== before)
  await story.until('it waits for the reviewer', () => story.gateOf(pull.head.sha)?.title?.includes('grace'))
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(await isAncestor(story, before, pull.head.sha)).toBe(true)
  expect((await ticketOf(story, issue, 2)).continues).toBe(before)

  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => pull.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  const heard = await story.file('heard.md')
  expect(heard).toContain('A slip of the pen.')
  expect(heard).toContain('src/name.js:1: It is spelled "name".')
  expect(heard).not.toContain('blue')
  expect(await story.file('src/name.js')).toBe('export const name = "Ada"\n')
  expect(runsOf(story, issue)).toHaveLength(2)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(story.saidOn(issue)).toHaveLength(1)
})
