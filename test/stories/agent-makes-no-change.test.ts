import { expect, test } from 'vitest'
import { reportOf, runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const CONFIG = 'agents: { scripted: { cli: scripted } }\ndefault_agent: scripted\nlimits: { attempts: 2 }\n'

test.each(SEEDS)('no change is no success, whatever the agent says (seed %i)', async seed => {
  await using story = await openStory({ seed, config: CONFIG })
  const issue = await story.issue({ script: ['lie'] })
  await story.label(issue)
  await story.until('a person is asked', () => story.saidOn(issue)[0]?.includes('Stuck'))
  await story.quiet()

  for (const attempt of [1, 2]) {
    expect(await reportOf(story, issue, attempt)).toMatchObject({
      outcome: 'no-change',
      head: null,
      files: [],
    })
  }
  expect((await ticketOf(story, issue, 2)).negative).toEqual([
    'Attempt 1: scripted ended without changing a file.',
  ])
  expect(story.saidOn(issue)).toEqual([expect.stringContaining('without changing a file')])
  expect(runsOf(story, issue)).toHaveLength(2)
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toEqual([])
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  expect(story.pullOf(issue)).toBeNull()
  expect(story.theIssue(issue).state).toBe('open')
  expect(story.labelsOf(issue)).toEqual(['agent:scripted'])
})
