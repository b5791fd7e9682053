import { expect, test } from 'vitest'
import { ADMISSION_REF } from '../../core/attempt/dispatching.ts'
import { printTaskId } from '../../core/names.ts'
import { isAtWork, reactionsTo, runsOf } from './acts.ts'
import { openStory } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted, max_parallel: 20 } }',
  'default_agent: scripted',
  'limits: { parallel: 20 }',
  '',
].join('\n')

test('/chorus stop all ends twenty runs, at work or waiting for a runner, and nothing follows', async () => {
  await using story = await openStory({ seed: 1, config: CONFIG })
  const issues: number[] = []
  for (let n = 0; n < 20; n++) {
    const script = ['wait 300', `write src/part${n}.js`, '  1', 'say feat: part']
    issues.push(await story.issue({ script, labels: ['agent:scripted'] }))
  }
  await story.until('all twenty are in flight', () =>
    issues.every(issue => runsOf(story, issue).length === 1),
  )
  await story.until('some agent is at work', () => issues.some(issue => isAtWork(story, issue)))
  expect(issues.flatMap(issue => runsOf(story, issue)).every(run => run.status !== 'completed')).toBe(true)

  const slight = await story.comment(issues[0]!, '/chorus stop all', 'tim')
  await story.until('that takes write access', () => reactionsTo(story, slight).length > 0)
  expect(reactionsTo(story, slight)).toEqual(['-1'])
  await story.comment(issues[19]!, '/chorus stop all', 'grace')
  await story.until('all have ended', () =>
    issues.every(issue => runsOf(story, issue)[0]!.status === 'completed'),
  )
  const late = await story.issue({ script: ['say feat: late'], labels: ['agent:scripted'] })
  await story.quiet()

  for (const issue of issues) {
    expect(runsOf(story, issue).map(run => run.conclusion)).toEqual(['cancelled'])
    expect(story.labelsOf(issue)).toEqual(['agent:scripted'])
  }
  expect(runsOf(story, late)).toEqual([])
  const claims = issues.map(issue => `refs/chorus/claims/${printTaskId(issue)}/1`)
  const refs = [...(await story.refs('refs/chorus')).keys()]
  expect(refs.toSorted()).toEqual([...claims, ADMISSION_REF].toSorted())
  expect(story.repo.pulls.size).toBe(0)
  expect(await story.history()).toEqual(['Initial commit'])
})
