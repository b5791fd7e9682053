import { expect, test } from 'vitest'
import { reportOf, runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

test.each(SEEDS)('a crash costs one attempt; the next starts clean and knows of it (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    script: [
      'on attempt 1:',
      'write src/half.js',
      '  export const half = true',
      'crash',
      'on attempt 2:',
      'run cp "$CHORUS_PROMPT" heard.md',
      'write src/whole.js',
      '  export const whole = true',
      'say feat: the whole',
    ],
  })
  await story.label(issue)
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  expect(await reportOf(story, issue, 1)).toMatchObject({ outcome: 'agent-failed' })
  expect((await ticketOf(story, issue, 2)).continues).toBeNull()
  expect(await story.file('heard.md')).toMatch(/Tried before, without success\s+- Attempt 1: .*ended badly/)
  expect(await story.file('src/whole.js')).toContain('whole')
  // Nothing of the half-done work is left.
  expect(await story.file('src/half.js')).toBeNull()
  expect(runsOf(story, issue)).toHaveLength(2)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(story.saidOn(issue)).toEqual([])
})

const CONFIG = 'agents: { scripted: { cli: scripted } }\ndefault_agent: scripted\nlimits: { attempts: 2 }\n'

test.each([1, 2])('an agent that always ends badly is given up (seed %i)', async seed => {
  await using story = await openStory({ seed, config: CONFIG })
  const issue = await story.issue({ script: ['write a.js', '  1', 'print no more tokens', 'exit 3'] })
  await story.label(issue)
  await story.until('a person is asked', () => story.saidOn(issue)[0]?.includes('Stuck'))
  await story.quiet()

  const [said] = story.saidOn(issue)
  expect(said).toContain('2 attempts failed')
  expect(said).toContain('exit 3')
  expect(runsOf(story, issue)).toHaveLength(2)
  expect(story.pullOf(issue)).toBeNull()
  expect(await story.history()).toEqual(['Initial commit'])

  // The command that it names helps: it starts over, with tries of its own.
  await story.comment(issue, '/chorus retry')
  await story.until('it was tried twice more', () => story.saidOn(issue)[0]?.includes('attempt | 4'))
  await story.quiet()
  expect(runsOf(story, issue)).toHaveLength(4)
  expect(story.saidOn(issue)).toHaveLength(1)
})
