import { expect, test } from 'vitest'
import { createIssue } from '../../twin/issues/issue.ts'
import { createUser } from '../../twin/seed.ts'
import { reactionsTo } from './acts.ts'
import { dispatched } from './held.ts'
import { openStory, SEEDS } from './story.ts'

const BODY = [
  '### Goal',
  '',
  'Do it.',
  '',
  '```chorus-script',
  'write src/a.js',
  '  export {}',
  '```',
  '',
  '### Acceptance',
  '',
  '- [ ] done',
].join('\n')

/** A form's labels are set by GitHub in the name of whoever filled it in, whatever their standing. */
test.each(SEEDS)('a form that a stranger fills in waits for somebody with standing (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const sam = { is: 'user' as const, account: createUser(story.twin.state, 'sam') }
  const wanted = { title: 'Please', body: BODY, labels: ['agent:scripted'] }
  const { number } = createIssue(story.twin.state, story.repo, wanted, sam)
  await story.comment(number, '/chorus run', 'sam')
  // The positive sign: an eye for tim, who may ask how it stands.
  const asked = await story.comment(number, '/chorus status', 'tim')
  await story.until('tim is answered', () => reactionsTo(story, asked).includes('eyes'))
  await story.quiet()

  expect(story.pullOf(number)).toBeNull()
  expect(dispatched(story)).toEqual([])
  expect([...(await story.refs('refs/chorus/claims')).keys()]).toEqual([])
  expect(story.saidOn(number)).toEqual([expect.stringContaining('sam may not start work here')])

  // Somebody with standing may take it up as it is.
  await story.comment(number, '/chorus run', 'ada')
  await story.until('it is merged', () => story.pullOf(number)?.merged)
  await story.quiet()
  expect(dispatched(story)).toHaveLength(1)
  expect(await story.file('src/a.js')).toBe('export {}\n')
})
