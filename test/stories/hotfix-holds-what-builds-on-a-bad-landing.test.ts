import { expect, test } from 'vitest'
import { block, reactionsTo, runsOf, ticketOf } from './acts.ts'
import { saidInLog } from './log.ts'
import { openStory } from './story.ts'

const make = (name: string) => [`write src/${name}.js`, `  export const ${name} = 1`, `say feat: ${name}`]

test('what builds on a bad landing waits for the hotfix, which comes first', async () => {
  await using story = await openStory({ seed: 1 })
  const bad = await story.issue({ title: 'The bad one', script: make('bad') })
  const next = await story.issue({ title: 'The next one', script: make('next') })
  await block(story, next, bad)
  await story.comment(next, '/chorus pause')
  await story.label(next)
  await story.label(bad)
  await story.until('the bad one has landed', () => story.theIssue(bad).state === 'closed')

  const fix = await story.issue({ title: 'Mend it', script: make('mended'), labels: ['priority:3'] })
  const asked = await story.comment(bad, '/chorus hotfix', 'tim')
  await story.until('it says what is needed', () =>
    story.saidOn(bad)[0]?.includes('say which issue mends it'),
  )
  expect(story.saidOn(bad)[0]).toContain(`#${next} will wait`)
  expect(reactionsTo(story, asked)).toEqual(['-1'])

  await story.comment(fix, '/chorus pause')
  await story.label(fix)
  await story.until('it is known', () => story.theIssue(fix).labels.includes('agent:scripted'))
  await story.quiet()
  const told = await story.comment(bad, `/chorus hotfix #${fix}`, 'tim')
  await story.until('the link is there', () =>
    story.theIssue(next).blockedBy.includes(story.theIssue(fix).id),
  )
  await story.until('it is most urgent', () => story.labelsOf(fix).includes('priority:0'))
  expect(reactionsTo(story, told)).toEqual(['+1'])
  await story.comment(next, '/chorus resume')
  await story.quiet()
  expect(runsOf(story, next)).toEqual([])

  await story.comment(fix, '/chorus resume')
  await story.until('the next one has landed', () => story.pullOf(next)?.merged)
  await story.quiet()
  expect((await ticketOf(story, next, 1)).base).toBe(story.pullOf(fix)!.mergeCommitSha)
  expect(story.labelsOf(fix)).not.toContain('priority:3')
  expect(runsOf(story, bad)).toHaveLength(1)
  // Who said so, and where, stands in the log; what was refused does not.
  expect(await saidInLog(story, bad)).toEqual([['hotfix', 'tim']])
})
