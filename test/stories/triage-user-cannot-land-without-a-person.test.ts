import { expect, test } from 'vitest'
import { reactionsTo, review } from './acts.ts'
import { dispatched, openHeld, whenGate } from './held.ts'
import { openStory } from './story.ts'

const SCRIPT = ['write src/a.js', '  export {}']

test.each([1, 2])('who may not push can ask, but not land alone (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SCRIPT, by: 'tim' })
  await story.label(issue, 'agent:scripted', 'tim')
  const pull = await story.until('a person is waited for', () => whenGate(story, issue, 'requester: '))

  await review(story, { pull: pull.number, event: 'APPROVE', by: 'tim' })
  await review(story, { pull: pull.number, event: 'APPROVE', by: 'sam' })
  const own = await story.comment(pull.number, '/chorus approve', 'tim')
  await story.until('tim is told no', () => reactionsTo(story, own).includes('-1'))
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(story.gateOf(pull.head.sha)?.title).toMatch(/^requester: tim, who asked for it, may not push here/)

  await review(story, { pull: pull.number, event: 'APPROVE', by: 'grace' })
  await story.until('it is merged', () => pull.merged)
  await story.quiet()
  expect(dispatched(story)).toHaveLength(1)
})

test.each([1, 2])('who lost the right to push since cannot land alone (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull, release } = await openHeld(story, SCRIPT, 'grace')
  await story.as('ada').request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    owner: 'acme',
    repo: 'greeter',
    username: 'grace',
    permission: 'triage',
  })
  await release()
  await story.until('a person is waited for', () => whenGate(story, issue, 'requester: grace'))
  await story.quiet()
  expect(pull.merged).toBe(false)
})
