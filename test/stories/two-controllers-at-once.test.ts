import { expect, test } from 'vitest'
import { block, review, runsOf } from './acts.ts'
import { type Spread, spreadWebhooks } from './fan.ts'
import { acrossSeeds, openStory } from './story.ts'
import { usageLines } from './usage.ts'

const write = (name: string, more: string[] = []) => [
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  ...more,
  `say feat(${name}): add ${name}`,
]
const LARGE = Array.from({ length: 6 }, (_, i) => [`write src/large${i}.js`, '  // large']).flat()

const WAYS: readonly Spread[] = ['both', 'either']

test.each(acrossSeeds(WAYS))('two controllers at once, webhooks go to %s (seed %i)', async (how, seed) => {
  await using story = await openStory({ seed, controllers: 2, pace: { sweepEvery: 5_000 } })
  await using _spread = await spreadWebhooks(story, how)
  const first = await story.issue({ title: 'One', script: write('one') })
  const second = await story.issue({ title: 'Two', script: write('two') })
  const large = await story.issue({ title: 'Large', script: write('large', LARGE) })
  const issues = [first, second, large]
  await block(story, second, first)
  for (const issue of issues) await story.label(issue)

  await story.until('two are merged', () =>
    [first, second].every(issue => story.labelsOf(issue).includes('phase:merged')),
  )
  await story.until('the large one waits for a person', () => story.saidOn(large).length > 0)
  await story.quiet()
  await review(story, { pull: story.pullOf(large)!.number, event: 'APPROVE' })
  await story.until('all are merged', () =>
    issues.every(issue => story.labelsOf(issue).includes('phase:merged')),
  )
  await story.quiet()

  expect(await story.history()).toHaveLength(4)
  // What did not happen: no attempt twice, nothing said twice, no second pull request.
  for (const issue of issues) {
    expect(runsOf(story, issue)).toHaveLength(1)
    expect(story.theIssue(issue).state).toBe('closed')
    expect(story.labelsOf(issue)).toEqual(['agent:scripted', 'phase:merged'])
  }
  expect(story.repo.pulls.size).toBe(3)
  // Claim, attempt and report of each, and who was admitted last.
  expect((await story.refs('refs/chorus')).size).toBe(10)
  expect(issues.map(issue => story.saidOn(issue).length)).toEqual([0, 0, 1])
  // Each attempt is in the accounts once, whoever wrote it.
  expect((await usageLines(story)).map(({ issue, attempt }) => [issue, attempt]).sort()).toEqual(
    issues.map(issue => [issue, 1]),
  )
  const merges = story.twin.requests.filter(
    request => request.method === 'PUT' && request.path.endsWith('/merge') && request.status === 200,
  )
  expect(merges).toHaveLength(3)
})
