import { expect, test } from 'vitest'
import { runsOf } from './acts.ts'
import { COUNTING_CONFIG, openStory, SEEDS } from './story.ts'
import { openTime } from './time.ts'

const DISPATCH = { method: 'POST', route: '/dispatches' }

test.each(SEEDS)('a dispatch answers 502 although it ran (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, config: COUNTING_CONFIG, time })
  story.twin.faults.add({
    kind: 'request',
    match: DISPATCH,
    act: { do: 'answer', status: 502, when: 'after' },
  })
  const issue = await story.issue({ script: [] })
  await story.label(issue, 'agent:counting')

  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  expect(story.conversations()).toEqual(['started'])
  expect(runsOf(story, issue)).toHaveLength(1)
  expect(await story.file('src/counted.js')).toBe('export const n = 1\n')
  expect(story.saidOn(issue)).toEqual([])
})

test.each(SEEDS)('a run is listed so late that its dispatch is sent again (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, config: COUNTING_CONFIG, time })
  story.twin.faults.add({
    kind: 'request',
    match: DISPATCH,
    act: { do: 'answer', status: 502, when: 'after' },
  })
  const issue = await story.issue({ script: [] })
  await story.label(issue, 'agent:counting')
  const first = await story.until('it runs', () => runsOf(story, issue)[0])
  const { listedAt } = first
  first.listedAt = Number.POSITIVE_INFINITY
  const sent = () => story.twin.requests.filter(request => request.path.endsWith('/dispatches')).length
  time.pass(5_000)
  await story.until('it was sent again', () => sent() === 2)
  first.listedAt = listedAt

  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  // Two runs of the same title, one conversation, one change, one pull request.
  expect(runsOf(story, issue)).toHaveLength(2)
  expect(story.conversations()).toEqual(['started'])
  expect([...(await story.refs('refs/chorus')).keys()]).toHaveLength(3)
  expect(await story.history()).toHaveLength(2)
  expect(story.saidOn(issue)).toEqual([])
})

test.each(SEEDS)('a dispatch answers 502 and never ran (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, config: COUNTING_CONFIG, time })
  story.twin.faults.add({
    kind: 'request',
    match: DISPATCH,
    act: { do: 'answer', status: 502, when: 'before' },
  })
  const issue = await story.issue({ script: [] })
  await story.label(issue, 'agent:counting')
  const sent = () => story.twin.requests.filter(request => request.path.endsWith('/dispatches')).length
  await story.until('the dispatch was sent', () => sent() === 1)
  await story.quiet()
  expect(story.repo.actions.runs.size).toBe(0)

  time.pass(5_000)
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
  expect(sent()).toBe(2)
  expect(story.conversations()).toEqual(['started'])
  expect(story.saidOn(issue)).toEqual([])
})
