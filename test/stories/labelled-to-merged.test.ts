import { expect, test } from 'vitest'
import { openStory, SEEDS } from './story.ts'

test.each(SEEDS)('labelled to merged (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    script: ['write src/name.js', '  export const name = 1', 'say feat(name): add a name'],
  })
  await story.label(issue)

  const pull = await story.until('it is merged', () => story.pullOf(issue)?.merged && story.pullOf(issue))
  await story.until('the phase is shown', () => story.labelsOf(issue).includes('phase:merged'))
  await story.quiet()

  expect(await story.file('src/name.js')).toBe('export const name = 1\n')
  expect(await story.history()).toEqual([
    expect.stringMatching(/^feat\(name\): add a name \[bd-[0-9a-z]{4}\]/),
    'Initial commit',
  ])
  expect(story.theIssue(issue).state).toBe('closed')
  expect(pull.head.ref).toMatch(/^agent\/scripted\/bd-/)
  expect(story.labelsOf(issue)).toEqual(['agent:scripted', 'phase:merged'])

  // What did not happen: nobody was talked to, nothing was tried twice, nothing was left lying about.
  expect(story.saidOn(issue)).toEqual([])
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  // Claim, attempt, report, and who was admitted last.
  expect([...(await story.refs('refs/chorus')).keys()]).toHaveLength(4)
  expect([...(await story.refs('refs/heads')).keys()]).toEqual([
    'refs/heads/chorus/ledger',
    'refs/heads/main',
  ])
  expect([...story.repo.actions.runs.values()].filter(run => run.event === 'workflow_dispatch')).toHaveLength(
    1,
  )
})
