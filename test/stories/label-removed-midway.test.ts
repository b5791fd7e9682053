import { expect, test } from 'vitest'
import { isAtWork, runsOf, setIssue, unlabel } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const SLOW = [
  'on attempt 1:',
  'wait 30',
  'always:',
  'write src/made.js',
  '  export const made = 1',
  'say feat: made',
]

test.each(SEEDS)(
  'without its label the run ends and nothing is shown; with it, work begins anew (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const issue = await story.issue({ script: SLOW })
    await story.label(issue)
    await story.until('the agent is at it', () => isAtWork(story, issue))
    await unlabel(story, issue)
    await story.until('the run has ended', () => runsOf(story, issue)[0]?.status === 'completed')
    await story.until(
      'the phase is gone',
      () => !story.labelsOf(issue).some(label => label.startsWith('phase:')),
    )
    await story.quiet()

    expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['cancelled'])
    expect(story.pullOf(issue)).toBeNull()
    expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
    expect(await story.refs('refs/chorus/attempts')).toEqual(new Map())
    expect(story.labelsOf(issue)).toEqual([])
    expect(story.saidOn(issue)).toEqual([])

    await story.label(issue)
    await story.until('it is merged', () => story.pullOf(issue)?.merged)
    await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
    await story.quiet()
    expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['cancelled', 'success'])
    expect(await story.history()).toHaveLength(2)
  },
)

test.each([1, 2])('5: an open pull request without its label does not land (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    labels: ['needs-review'],
    script: ['write src/made.js', '  export const made = 1', 'say feat: made'],
  })
  await story.label(issue)
  const pull = await story.until('it waits for a person', () => {
    const made = story.pullOf(issue)
    return made !== null && story.gateOf(made.head.sha)?.title?.startsWith('review:') && made
  })
  await unlabel(story, issue)
  await story.until('the gate says so', () =>
    story.gateOf(pull.head.sha)?.title?.includes('label was taken off'),
  )
  await story.comment(pull.number, '/chorus approve', 'grace')
  await story.until('it was read', () => {
    const comment = [...story.repo.comments.values()].find(one => one.body === '/chorus approve')
    return comment !== undefined && comment.reactions.length > 0
  })
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(story.gateOf(pull.head.sha)?.conclusion).not.toBe('success')
  expect(story.theIssue(pull.number).state).toBe('open')
  expect(await story.history()).toEqual(['Initial commit'])
})

test.each([1])('a closed issue ends its run, for good (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SLOW })
  await story.label(issue)
  await story.until('the agent is at it', () => isAtWork(story, issue))
  await setIssue(story, issue, { state: 'closed', state_reason: 'not_planned' })
  await story.until('the run has ended', () => runsOf(story, issue)[0]?.status === 'completed')
  await story.quiet()
  const cancels = () => story.twin.requests.filter(request => request.path.endsWith('/cancel')).length
  const before = cancels()
  // Something else that makes Chorus look once more.
  const other = await story.issue({
    title: 'Another',
    script: ['write src/other.js', '  1', 'say feat: other'],
  })
  await story.label(other)
  await story.until('the other one is merged', () => story.pullOf(other)?.merged)
  await story.quiet()

  expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['cancelled'])
  expect(cancels()).toBe(before)
  expect(before).toBe(1)
  expect(story.pullOf(issue)).toBeNull()
  expect(story.saidOn(issue)).toEqual([])
  expect(story.theIssue(issue).state).toBe('closed')
})
