import { expect, test } from 'vitest'
import { LEDGER_BRANCH } from '../../core/names.ts'
import { block, runsOf, setIssue, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const FIRST = [
  'write src/first.js',
  '  export const first = 1',
  'learn Files here are modules.',
  'say feat: the first',
]
// Fails where the first one is not there yet.
const SECOND = [
  `run node --input-type=module -e "await import('./src/first.js')"`,
  'write src/second.js',
  "  export { first as second } from './first.js'",
  'run cp "$CHORUS_PROMPT" heard.md',
  'say feat: the second',
]

test.each(SEEDS)('what waits for another issue starts when that one has landed (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const second = await story.issue({ title: 'The second', script: SECOND })
  const first = await story.issue({ title: 'The first', script: FIRST })
  await block(story, second, first)
  await story.label(second)
  await story.quiet()
  // Asked for, approved, and still: nothing has begun.
  expect(await story.refs('refs/chorus')).toEqual(new Map())
  expect(runsOf(story, second)).toEqual([])

  await story.label(first)
  await story.until('both are merged', () => story.pullOf(second)?.merged)
  await story.until('both are closed', () => [first, second].every(n => story.theIssue(n).state === 'closed'))
  await story.quiet()

  expect(await story.history()).toEqual([
    expect.stringMatching(/^feat: the second/),
    expect.stringMatching(/^feat: the first/),
    'Initial commit',
  ])
  // It started from the very commit that the first one became.
  expect((await ticketOf(story, second, 1)).base).toBe(story.pullOf(first)!.mergeCommitSha)
  // What the first one learned was told to the second one, and stands where people read it.
  const heard = await story.file('heard.md')
  expect(heard).toContain('- Files here are modules.')
  // As every worker on behaviour, it was asked for a test that fails first.
  expect(heard).toContain('write a failing test first')
  expect(await story.file('learnings.md', LEDGER_BRANCH)).toMatch(
    /^- Files here are modules\. \[bd-\w+, feat, scripted, \d{4}-\d\d-\d\d\] \(src\/first\.js\)$/m,
  )
  expect(runsOf(story, first)).toHaveLength(1)
  expect(runsOf(story, second)).toHaveLength(1)
  expect([...story.saidOn(first), ...story.saidOn(second)]).toEqual([])
})

test.each([1])('a blocker that was given up starts nothing (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const second = await story.issue({ title: 'The second', script: SECOND })
  const first = await story.issue({ title: 'The first', script: FIRST })
  await block(story, second, first)
  await story.label(second)
  await setIssue(story, first, { state: 'closed', state_reason: 'not_planned' })
  await story.comment(second, '/chorus status')
  await story.until('it says why it waits', () => story.saidOn(second)[0]?.includes('closed as not planned'))
  await story.quiet()

  expect(story.saidOn(second)).toHaveLength(1)
  expect(await story.refs('refs/chorus')).toEqual(new Map())
  expect(await story.history()).toEqual(['Initial commit'])
})
