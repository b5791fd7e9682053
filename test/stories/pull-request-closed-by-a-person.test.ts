import { expect, test } from 'vitest'
import { runsOf, setPull } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const SCRIPT = [
  'on attempt 1:',
  'write src/first.js',
  '  export const first = 1',
  'on attempt 2:',
  'write src/second.js',
  '  export const second = 2',
  'always:',
  'say feat: something',
]

test.each(SEEDS)('a closed pull request stays closed until a person says otherwise (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SCRIPT, labels: ['needs-review'] })
  await story.label(issue)
  const first = await story.until('it waits for a person', () => {
    const made = story.pullOf(issue)
    return made !== null && story.gateOf(made.head.sha)?.title?.startsWith('review:') && made
  })
  await setPull(story, first.number, 'closed')
  await story.until('it says what helps', () => story.saidOn(issue).at(-1)?.includes('closed by'))
  await story.quiet()
  expect(story.saidOn(issue)).toHaveLength(1)
  expect(story.saidOn(issue)[0]).toContain('grace')
  expect(story.theIssue(issue).state).toBe('open')
  expect(story.labelsOf(issue)).toEqual(['needs-review', 'agent:scripted'])
  expect(runsOf(story, issue)).toHaveLength(1)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(await story.history()).toEqual(['Initial commit'])

  // A fresh start makes a fresh pull request; the old one is left alone.
  await story.comment(issue, '/chorus retry')
  const second = await story.until('there is another one', () => {
    const made = story.pullOf(issue)
    return made !== null && made.number !== first.number && made
  })
  await story.until('it waits for a person', () =>
    story.gateOf(second.head.sha)?.title?.startsWith('review:'),
  )
  await story.comment(issue, '/chorus approve', 'grace')
  await story.until('it is merged', () => second.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  expect(story.theIssue(first.number).state).toBe('closed')
  expect(first.merged).toBe(false)
  expect(await story.file('src/second.js')).not.toBeNull()
  expect(await story.file('src/first.js')).toBeNull()
  expect(runsOf(story, issue)).toHaveLength(2)
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
})

test.each([1, 2])('one that is opened again goes on where it was (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SCRIPT, labels: ['needs-review'] })
  await story.label(issue)
  const pull = await story.until('it waits for a person', () => {
    const made = story.pullOf(issue)
    return made !== null && story.gateOf(made.head.sha)?.title?.startsWith('review:') && made
  })
  await setPull(story, pull.number, 'closed')
  await story.until('it says what helps', () => story.saidOn(issue).at(-1)?.includes('closed by'))
  await setPull(story, pull.number, 'open')
  await story.comment(pull.number, '/chorus approve', 'grace')
  await story.until('it is merged', () => pull.merged)
  await story.quiet()

  expect(runsOf(story, issue)).toHaveLength(1)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(await story.file('src/first.js')).not.toBeNull()
})
