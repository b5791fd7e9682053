import { expect, test } from 'vitest'
import { addLabels } from '../../twin/issues/issue.ts'
import { createUser } from '../../twin/seed.ts'
import { review } from './acts.ts'
import { dispatched, openHeld, recordsOf } from './held.ts'
import { openStory, SEEDS } from './story.ts'

const SCRIPT = ['write src/a.js', '  export {}']
const COMMANDS = ['run', 'run scripted', 'retry', 'status', 'help', 'rnu', 'stop', 'approve']

test.each(SEEDS)('strangers say what they like, and nothing happens (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({ script: SCRIPT, by: 'sam', labels: ['agent:scripted'] })
  expect(story.labelsOf(issue)).toEqual([])
  for (const command of COMMANDS) await story.comment(issue, `/chorus ${command}`, 'sam')
  await expect(story.label(issue, 'agent:scripted', 'sam')).rejects.toThrow()
  // A label may still come from one who has lost the right since: GitHub's timeline is all there is.
  const sam = { is: 'user' as const, account: createUser(story.twin.state, 'sam') }
  const labelled = await story.issue({ script: SCRIPT, by: 'sam' })
  addLabels(story.twin.state, story.repo, { issue: story.theIssue(labelled), names: ['agent:scripted'] }, sam)

  // A positive sign that the system has looked since: somebody with standing is served.
  const marker = await story.issue({ script: ['write src/b.js', '  export {}'] })
  await story.label(marker)
  await story.until('the other one is merged', () => story.pullOf(marker)?.merged)
  await story.quiet()

  for (const untouched of [issue, labelled]) {
    expect(story.pullOf(untouched)).toBeNull()
    expect(story.saidOn(untouched)).toEqual([])
    expect(story.labelsOf(untouched).filter(label => label.startsWith('phase:'))).toEqual([])
    expect(story.theIssue(untouched).state).toBe('open')
  }
  expect([...story.repo.comments.values()].flatMap(comment => comment.reactions)).toEqual([])
  expect(dispatched(story)).toHaveLength(1)
  expect([...(await story.refs('refs/chorus/claims')).keys()]).toHaveLength(1)
  // Nor does the ledger know of them.
  expect(await recordsOf(story)).toHaveLength(1)
})

test.each([1, 2])('what strangers say on a pull request neither holds nor lands it (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull, release } = await openHeld(story)
  for (const command of ['stop', 'retry', 'approve', 'revise do worse']) {
    await story.comment(pull.number, `/chorus ${command}`, 'sam')
  }
  await review(story, { pull: pull.number, event: 'REQUEST_CHANGES', body: 'No!', by: 'sam' })
  await story.quiet()
  expect(story.gateOf(pull.head.sha)?.title).toMatch(/^labels: /)

  await release()
  await story.until('it is merged', () => pull.merged)
  await story.quiet()

  expect(story.saidOn(issue)).toEqual([])
  expect(dispatched(story)).toHaveLength(1)
})
