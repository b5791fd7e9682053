import { expect, test } from 'vitest'
import { reactionsTo, runsOf } from './acts.ts'
import { saidInLog } from './log.ts'
import { openStory } from './story.ts'

test('two controllers make each part once, below the task, and nothing runs', async () => {
  await using story = await openStory({ seed: 1, controllers: 2 })
  const large = await story.issue({ title: 'Too large', script: ['say feat: all'] })
  const said = await story.comment(large, '/chorus split\n- The list of @grace\n- The button', 'tim')
  const parts = () => [...story.repo.issues.values()].filter(({ number }) => number !== large)
  const open = () => parts().filter(({ state }) => state === 'open')
  await story.until('both hang below it', () => {
    const below = story.theIssue(large).subIssues
    return open().length === 2 && open().every(({ id }) => below.includes(id))
  })
  await story.quiet()

  expect(open().map(({ title }) => title.replaceAll('\u200b', ''))).toEqual([
    'The list of @grace',
    'The button',
  ])
  expect(reactionsTo(story, said)).toEqual(['+1'])
  expect(runsOf(story, large)).toEqual([])
  expect(await saidInLog(story, large)).toEqual([['split', 'tim']])

  // An agent does one of them, once somebody asks for it; and what a person takes away does not come back.
  const [first, second] = open()
  await story.as('ada').rest.issues.update({
    ...{ owner: 'acme', repo: 'greeter', issue_number: second!.number },
    state: 'closed',
    state_reason: 'not_planned',
  })
  await story.label(first!.number)
  await story.until('it begins', () => runsOf(story, first!.number).length === 1)
  await story.comment(first!.number, '/chorus stop')
  await story.until('it ends', () => runsOf(story, first!.number)[0]!.status === 'completed')
  await story.quiet()
  expect(open().map(({ number }) => number)).toEqual([first!.number])
})
