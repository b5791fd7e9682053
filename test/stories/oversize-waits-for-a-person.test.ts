import { expect, test } from 'vitest'
import { reactionsTo, review } from './acts.ts'
import { dispatched, lastMessage, whenGate } from './held.ts'
import { openStory, type Story } from './story.ts'

/** Six files are more than the five that land by themselves. */
async function waiting(story: Story) {
  const script = [1, 2, 3, 4, 5, 6].flatMap(n => [`write src/n${n}.js`, `  export const n = ${n}`])
  const issue = await story.issue({ script })
  await story.label(issue)
  const pull = await story.until('the size gate waits', () => whenGate(story, issue, 'size: '))
  return { issue, pull }
}

test.each([1, 2])('a large change waits for a reviewer who did not ask for it (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull } = await waiting(story)
  await story.until('the issue says so', () => story.saidOn(issue)[0]?.includes('6 files changed'))

  // Who asked for it approves in both ways: heard, and not counted.
  await review(story, { pull: pull.number, event: 'APPROVE', by: 'ada' })
  const own = await story.comment(pull.number, '/chorus approve')
  await story.until('the command was taken', () => reactionsTo(story, own).includes('+1'))
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(story.gateOf(pull.head.sha)).toMatchObject({
    title: expect.stringMatching(/^size: 6 files changed/),
    conclusion: null,
  })

  await review(story, { pull: pull.number, event: 'APPROVE', by: 'grace' })
  await story.until('it is merged', () => pull.merged)
  await story.quiet()

  expect((await story.history()).length).toBe(2)
  expect(await story.file('src/n6.js')).toBe('export const n = 6\n')
  expect(story.saidOn(issue)).toHaveLength(1)
  expect(dispatched(story)).toHaveLength(1)
})

test.each([1, 2])('the same by /chorus approve; triage is not enough (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const { issue, pull } = await waiting(story)

  const triage = await story.comment(pull.number, '/chorus approve', 'tim')
  await story.until('tim is told no', () => reactionsTo(story, triage).includes('-1'))
  await story.quiet()
  expect(pull.merged).toBe(false)
  expect(story.saidOn(issue)).toEqual([expect.stringContaining('needs the write role')])

  await story.comment(pull.number, '/chorus approve', 'grace')
  await story.until('it is merged', () => pull.merged)
  await story.quiet()

  expect(await lastMessage(story)).toContain('Approved: grace')
  expect(dispatched(story)).toHaveLength(1)
})
