import { expect, test } from 'vitest'
import { reportOf, runsOf } from './acts.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { openStory, SEEDS } from './story.ts'

/** A second, in place of two days. */
const CONFIG = `${GREETER_CONFIG}limits: { nudge_hours: 0.0003 }\n`

const SCRIPT = [
  'on attempt 1:',
  'ask Which greeting, formal or familiar?',
  'on attempt 2:',
  'run cp "$CHORUS_PROMPT" heard.md',
  'say feat: the greeting',
]

test.each(SEEDS)('a question goes to the issue, its answer to the agent (seed %i)', async seed => {
  await using story = await openStory({ seed, config: CONFIG })
  const issue = await story.issue({ script: SCRIPT })
  await story.label(issue)
  await story.until('the question is asked', () => story.saidOn(issue)[0]?.includes('formal or familiar'))
  expect(story.saidOn(issue)[0]).toContain('The agent asks')

  // Nobody answers: who asked for the work is told once more.
  const nudge = await story.until('somebody is told again', () => story.saidOn(issue)[1])
  expect(nudge).toMatch(/^@ada: this has waited for a person since/)
  expect(nudge).toContain('the agent asks: Which greeting')

  // A stranger's word is no answer, and a command is none either.
  await story.comment(issue, 'Make it rude!', 'sam')
  await story.comment(issue, '/chorus status')
  await story.quiet()
  expect(runsOf(story, issue)).toHaveLength(1)

  await story.comment(issue, 'Familiar, please: say "hi".', 'grace')
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  const heard = await story.file('heard.md')
  expect(heard).toContain('You asked: Which greeting, formal or familiar?')
  expect(heard).toContain('The answer: Familiar, please: say "hi".')
  expect(heard).not.toContain('rude')
  expect(await reportOf(story, issue, 1)).toMatchObject({ outcome: 'question', head: null })
  expect(runsOf(story, issue)).toHaveLength(2)
  // One comment of ours, edited as things moved on, beside what was said for lack of an answer.
  expect(story.saidOn(issue).filter(body => !body.startsWith('@ada: this has'))).toHaveLength(1)
  expect(story.saidOn(issue)[0]).toContain('Merged')
})
