import { expect, test } from 'vitest'
import { isAtWork, reactionsTo, runsOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const SLOW = [
  'on attempt 1:',
  'wait 30',
  'always:',
  'run echo "// attempt $CHORUS_ATTEMPT" >> src/made.js',
  'say feat: made',
]

test.each(SEEDS)('/chorus stop ends the run, and nothing of it is ever shown (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SLOW })
  await story.label(issue)
  await story.until('the agent is at it', () => isAtWork(story, issue))
  const stop = await story.comment(issue, '/chorus stop', 'tim')
  await story.until('the run has ended', () => runsOf(story, issue)[0]?.status === 'completed')
  await story.until('it is answered', () => reactionsTo(story, stop).length > 0)
  await story.until(
    'the phase is gone',
    () => !story.labelsOf(issue).some(label => label.startsWith('phase:')),
  )
  await story.quiet()

  expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['cancelled'])
  expect(reactionsTo(story, stop)).toEqual(['+1'])
  expect(await story.refs('refs/chorus/attempts')).toEqual(new Map())
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  expect(story.pullOf(issue)).toBeNull()
  expect(story.theIssue(issue).state).toBe('open')
  expect(story.labelsOf(issue)).toEqual(['agent:scripted'])

  // Other changes do not start it again; a person who says so does.
  await story.label(issue, 'priority:0')
  await story.quiet()
  expect(runsOf(story, issue)).toHaveLength(1)
  await story.comment(issue, '/chorus run')
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()
  expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['cancelled', 'success'])
  expect(await story.file('src/made.js')).toBe('// attempt 2\n')
})

test.each([1, 2])('a stopped task does not land, however green it is (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    script: ['write src/made.js', '  1', 'say feat: made'],
    labels: ['needs-review'],
  })
  await story.label(issue)
  const pull = await story.until('it waits for a person', () => {
    const made = story.pullOf(issue)
    return made !== null && story.gateOf(made.head.sha)?.title?.startsWith('review:') && made
  })
  await story.comment(pull.number, '/chorus stop')
  await story.until('the gate says so', () => story.gateOf(pull.head.sha)?.title?.includes('stopped by'))
  const approve = await story.comment(pull.number, '/chorus approve', 'grace')
  await story.until('it is answered', () => reactionsTo(story, approve).length > 0)
  await story.quiet()

  expect(pull.merged).toBe(false)
  expect(story.gateOf(pull.head.sha)?.conclusion).not.toBe('success')
  expect(runsOf(story, issue)).toHaveLength(1)
  expect(await story.history()).toEqual(['Initial commit'])
})
