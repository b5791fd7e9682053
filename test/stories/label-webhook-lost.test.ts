import { expect, test } from 'vitest'
import { openStory, SEEDS } from './story.ts'

const SCRIPT = ['write src/name.js', '  export const name = 1', 'say feat(name): add a name']

test.each(SEEDS)('a label whose webhook never comes is found by the sweep (seed %i)', async seed => {
  await using story = await openStory({ seed, pace: { settle: [], sweepEvery: 400 } })
  story.twin.faults.add({ kind: 'webhook', event: 'issues', times: null, act: { do: 'drop' } })
  const issue = await story.issue({ script: SCRIPT })
  await story.quiet()
  const before = story.twin.state.apps.deliveries.length
  await story.label(issue)

  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  expect(await story.file('src/name.js')).toBe('export const name = 1\n')
  expect(story.theIssue(issue).state).toBe('closed')

  // What did not happen: no word of the issue ever came; nothing was done twice, nobody was talked to.
  const events = story.twin.state.apps.deliveries.slice(before).map(delivery => delivery.event)
  expect(events).not.toContain('issues')
  expect(story.repo.pulls.size).toBe(1)
  // Claim, attempt, report, and who was admitted last.
  expect((await story.refs('refs/chorus')).size).toBe(4)
  expect(story.saidOn(issue)).toEqual([])
})

test.each(SEEDS)('a label from before the app ran is found at its start (seed %i)', async seed => {
  await using story = await openStory({ seed, controllers: 0 })
  const issue = await story.issue({ script: SCRIPT })
  await story.label(issue)
  await story.twin.quiet()
  expect(story.repo.actions.runs.size).toBe(0)

  await story.startController()
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  expect(story.theIssue(issue).state).toBe('closed')
  expect(story.repo.pulls.size).toBe(1)
  expect(story.saidOn(issue)).toEqual([])
})
