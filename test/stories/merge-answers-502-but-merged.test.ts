import { expect, test } from 'vitest'
import { openStory, SEEDS } from './story.ts'

const CASES = SEEDS.flatMap(seed => (['after', 'before'] as const).map(when => [when, seed] as const))

test.each(CASES)('the merge answers 502 %s it was done (seed %i)', async (when, seed) => {
  await using story = await openStory({ seed })
  story.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge' },
    act: { do: 'answer', status: 502, when },
  })
  const issue = await story.issue({
    script: ['write src/name.js', '  export const name = 1', 'say feat(name): add a name'],
  })
  await story.label(issue)

  await story.until('it is merged', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  const pull = story.pullOf(issue)!
  expect(await story.history()).toEqual([expect.stringMatching(/^feat\(name\)/), 'Initial commit'])
  expect(story.theIssue(issue).state).toBe('closed')
  expect(story.gateOf(pull.head.sha)?.conclusion).toBe('success')

  // What did not happen: no second merge of what was merged, no new attempt, no word, no branch left.
  const merges = story.twin.requests.filter(
    request => request.method === 'PUT' && request.path.endsWith('/merge'),
  )
  expect(merges).toHaveLength(when === 'after' ? 1 : 2)
  expect([...(await story.refs('refs/chorus/claims')).keys()]).toHaveLength(1)
  expect(story.saidOn(issue)).toEqual([])
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
})
