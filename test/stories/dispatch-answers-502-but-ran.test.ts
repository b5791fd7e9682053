import { expect, test } from 'vitest'
import { runsOf } from './acts.ts'
import { COUNTING_CONFIG, openStory, SEEDS, type Story } from './story.ts'
import { openTime } from './time.ts'

/** The next dispatch gets no answer that says what became of it: `after` it was done, or `before`. */
function failDispatch(story: Story, when: 'after' | 'before'): void {
  const match = { method: 'POST', route: '/dispatches' }
  story.twin.faults.add({ kind: 'request', match, act: { do: 'answer', status: 502, when } })
}

function sentBy(story: Story): number {
  return story.twin.requests.filter(request => request.path.endsWith('/dispatches')).length
}

async function untilMerged(story: Story, issue: number): Promise<void> {
  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()
}

test.each(SEEDS)('a dispatch answers 502 although it ran (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, config: COUNTING_CONFIG, time })
  failDispatch(story, 'after')
  const issue = await story.issue({ script: [] })
  await story.label(issue, 'agent:counting')

  await untilMerged(story, issue)

  expect(story.conversations()).toEqual(['started'])
  expect(runsOf(story, issue)).toHaveLength(1)
  expect(await story.file('src/counted.js')).toBe('export const n = 1\n')
  expect(story.saidOn(issue)).toEqual([])
})

test.each(SEEDS)('a run is listed so late that its dispatch is sent again (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, config: COUNTING_CONFIG, time })
  failDispatch(story, 'after')
  const issue = await story.issue({ script: [] })
  await story.label(issue, 'agent:counting')
  const first = await story.until('it runs', () => runsOf(story, issue)[0])
  const { listedAt } = first
  first.listedAt = Number.POSITIVE_INFINITY
  time.pass(5_000)
  await story.until('it was sent again', () => sentBy(story) === 2)
  first.listedAt = listedAt

  await untilMerged(story, issue)
  // Two runs of the same title, one conversation, one change, one pull request.
  expect(runsOf(story, issue)).toHaveLength(2)
  expect(story.conversations()).toEqual(['started'])
  // Who took the claim over goes when that is over, and nothing else: claim, attempt, report, and who was admitted last stay.
  time.pass(60_000)
  const countRefs = async () => (await story.refs('refs/chorus')).size
  await expect.poll(countRefs, { timeout: 20_000 }).toBe(4)
  expect(await story.history()).toHaveLength(2)
  expect(story.saidOn(issue)).toEqual([])
})

test.each(SEEDS)('a dispatch answers 502 and never ran (seed %i)', async seed => {
  using time = openTime()
  await using story = await openStory({ seed, config: COUNTING_CONFIG, time })
  failDispatch(story, 'before')
  const issue = await story.issue({ script: [] })
  await story.label(issue, 'agent:counting')
  await story.until('the dispatch was sent', () => sentBy(story) === 1)
  await story.quiet()
  expect(story.repo.actions.runs.size).toBe(0)

  time.pass(5_000)
  await untilMerged(story, issue)
  expect(sentBy(story)).toBe(2)
  expect(story.conversations()).toEqual(['started'])
  expect(story.saidOn(issue)).toEqual([])
})
