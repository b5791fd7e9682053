import { expect, test } from 'vitest'
import { block, isAtWork, nest, reactionsTo, runsOf } from './acts.ts'
import { saidInLog } from './log.ts'
import { openStory } from './story.ts'

const work = (name: string, first = '') => [
  ...(first === '' ? [] : ['on attempt 1:', first, 'always:']),
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat: ${name}`,
]

test.each([1])('an epic says how it stands, stops and goes on as one (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const epic = await story.issue({ title: 'The epic', script: [], labels: ['agent:scripted'] })
  const slow = await story.issue({ title: 'The slow one', script: work('slow', 'wait 60') })
  const last = await story.issue({ title: 'The last one', script: work('last') })
  for (const child of [slow, last]) await nest(story, epic, child)
  await block(story, last, slow)
  for (const child of [slow, last]) await story.label(child)
  await story.until('the agent is at it', () => isAtWork(story, slow))

  const status = await story.comment(epic, '/chorus status', 'tim')
  const asked = await story.until('the epic says how it stands', () => story.saidOn(epic)[0])
  expect(asked).toContain('0 of 2 sub-issues are closed')
  expect(asked).toContain(`- #${last} waits for #${slow} (The slow one)`)
  expect(asked).toContain(`n${slow} --> n${last}`)
  await story.until('it is answered', () => reactionsTo(story, status).length > 0)

  // One word on the epic ends what runs below it.
  await story.comment(epic, '/chorus stop', 'tim')
  await story.until('the run has ended', () => runsOf(story, slow)[0]?.status === 'completed')
  await story.quiet()
  expect(runsOf(story, slow).map(run => run.conclusion)).toEqual(['cancelled'])
  expect(await story.refs('refs/heads/agent')).toEqual(new Map())

  await story.comment(epic, '/chorus resume', 'tim')
  await story.until('both are merged', () => [slow, last].every(n => story.pullOf(n)?.merged))
  await story.until('it says so', () => story.saidOn(epic)[0]?.includes('All 2 sub-issues are closed'))
  await story.quiet()

  // The epic itself was never worked on, though it has the label; and it has one comment.
  expect(runsOf(story, epic)).toEqual([])
  expect(story.saidOn(epic)).toHaveLength(1)
  expect(story.theIssue(epic).state).toBe('open')
  expect(runsOf(story, slow).map(run => run.conclusion)).toEqual(['cancelled', 'success'])
  expect(runsOf(story, last)).toHaveLength(1)
  expect(await saidInLog(story, epic)).toEqual([
    ['stop:epic', 'tim'],
    ['resume:epic', 'tim'],
  ])
})
