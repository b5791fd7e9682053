import { expect, test } from 'vitest'
import { runsOf } from './acts.ts'
import { dispatched, openHeld } from './held.ts'
import { openStory } from './story.ts'

const again = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun'

test.each([1, 2])('a run started again beside an open pull request changes nothing (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull, release } = await openHeld(story)
  const [run] = runsOf(story, issue)
  const head = pull.head.sha
  const refs = await story.refs('refs/chorus')
  await story.as('ada').request(again, { owner: 'acme', repo: 'greeter', run_id: run!.id })
  await story.until('it ran again', () => run!.run_attempt === 2 && run!.status === 'completed')
  await story.quiet()
  expect(await story.refs('refs/chorus')).toEqual(refs)
  expect(pull.head.sha).toBe(head)

  await release()
  await story.until('it is merged', () => pull.merged)
  await story.quiet()
  expect(dispatched(story)).toHaveLength(1)
  expect(story.repo.pulls.size).toBe(1)
})

test.each([1, 2])('a stopped attempt does not come back with its run (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: ['wait 1', 'write src/a.js', '  export {}'] })
  await story.label(issue)
  const run = await story.until('it runs', () => runsOf(story, issue)[0])
  await story.comment(issue, '/chorus stop')
  await story.until('it is cancelled', () => run.conclusion === 'cancelled')
  await story.quiet()

  await story.as('ada').request(again, { owner: 'acme', repo: 'greeter', run_id: run.id })
  await story.until('it ran again', () => run.run_attempt === 2 && run.status === 'completed')
  await story.quiet()

  expect(story.pullOf(issue)).toBeNull()
  expect([...(await story.refs('refs/chorus/attempts')).keys()]).toEqual([])
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  expect(await story.history()).toEqual(['Initial commit'])
})

test.each([1, 2])('the run of a merged task brings nothing back (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: ['write src/a.js', '  export {}'] })
  await story.label(issue)
  await story.until('it is merged', () => story.pullOf(issue)?.merged)
  await story.quiet()
  const refs = await story.refs('refs')
  const [run] = runsOf(story, issue)
  await story.as('ada').request(again, { owner: 'acme', repo: 'greeter', run_id: run!.id })
  await story.until('it ran again', () => run!.run_attempt === 2 && run!.status === 'completed')
  await story.quiet()

  expect(await story.refs('refs')).toEqual(refs)
  expect(story.theIssue(issue).state).toBe('closed')
  expect(story.repo.pulls.size).toBe(1)
})
