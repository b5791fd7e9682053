import { expect, test } from 'vitest'
import { block, runsOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const write = (name: string) => [
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat(${name}): add ${name}`,
]

test.each(SEEDS)('O1, 58: webhooks come lost, doubled, reordered and late (seed %i)', async seed => {
  await using story = await openStory({ seed, pace: { sweepEvery: 1_000 } })
  const { faults } = story.twin
  faults.add({ kind: 'webhook', probability: 0.3, act: { do: 'drop' } })
  faults.add({ kind: 'webhook', probability: 0.3, act: { do: 'double' } })
  faults.add({ kind: 'webhook', probability: 0.3, act: { do: 'reorder' } })
  faults.add({ kind: 'webhook', probability: 0.3, act: { do: 'delay', ms: 300 } })
  const first = await story.issue({ title: 'One', script: write('one') })
  const second = await story.issue({ title: 'Two', script: write('two') })
  await block(story, second, first)
  await story.label(second)
  await story.label(first)

  await story.until('both are merged', () =>
    [first, second].every(issue => story.labelsOf(issue).includes('phase:merged')),
  )
  await story.quiet()

  expect(await story.history()).toEqual([
    expect.stringMatching(/^feat\(two\)/),
    expect.stringMatching(/^feat\(one\)/),
    'Initial commit',
  ])
  // What did not happen: nothing twice, nothing out of turn, no comment.
  for (const issue of [first, second]) {
    expect(story.theIssue(issue).state).toBe('closed')
    expect(story.saidOn(issue)).toEqual([])
    expect(runsOf(story, issue)).toHaveLength(1)
    expect(story.labelsOf(issue)).toEqual(['agent:scripted', 'phase:merged'])
  }
  expect(story.repo.pulls.size).toBe(2)
  expect([...(await story.refs('refs/heads')).keys()]).toEqual([
    'refs/heads/chorus/ledger',
    'refs/heads/main',
  ])
})
