import { expect, test } from 'vitest'
import { printAttemptRef, printTaskId } from '../../core/names.ts'
import { isAncestor, runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

// No checks of its own: only CI finds out.
const CONFIG = 'agents: { scripted: { cli: scripted } }\ndefault_agent: scripted\n'

test.each(SEEDS)('red CI goes back to the agent with its log, on the same branch (seed %i)', async seed => {
  await using story = await openStory({ seed, config: CONFIG })
  const issue = await story.issue({
    script: [
      'on attempt 1:',
      'write src/kept.js',
      '  export const kept = true',
      'write src/hello.js',
      '  export const hello = () => "hullo"',
      'on attempt 2:',
      'write src/hello.js',
      '  export const hello = () => "hello"',
      'run cp "$CHORUS_PROMPT" heard.md',
      'always:',
      'say fix(hello): say it right',
    ],
  })
  await story.label(issue)
  const first = await story.until('there is a pull request', () => story.pullOf(issue))
  const pull = await story.until('it is merged', () => story.pullOf(issue)?.merged && story.pullOf(issue))
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  // The same pull request, the same branch, and a step forward.
  expect(pull.number).toBe(first.number)
  const refs = await story.refs('refs/chorus/attempts')
  const task = printTaskId(issue)
  const [red, green] = [1, 2].map(attempt => refs.get(printAttemptRef({ task, attempt }))!)
  expect(pull.head.sha).toBe(green)
  expect(await isAncestor(story, red!, green!)).toBe(true)
  const ticket = await ticketOf(story, issue, 2)
  expect(ticket).toMatchObject({ base: red, continues: red, negative: [] })

  // What CI said reached the agent, and its own work was still there.
  const heard = await story.file('heard.md')
  expect(heard).toContain('The check "test" ended with failure.')
  expect(heard).toMatch(/hullo[\s\S]*hello|hello[\s\S]*hullo/)
  expect(heard).toContain('AssertionError')
  expect(await story.file('src/kept.js')).toContain('kept')
  expect(await story.file('src/hello.js')).toContain('"hello"')

  expect(story.gateOf(red!)?.conclusion).not.toBe('success')
  expect(runsOf(story, issue)).toHaveLength(2)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(await story.history()).toHaveLength(2)
  expect(story.saidOn(issue)).toEqual([])
})
