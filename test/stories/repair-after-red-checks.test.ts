import { expect, test } from 'vitest'
import { reportOf, runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const WRONG = ['on loop 1:', 'write src/hello.js', '  export const hello = () => "good-bye"']
const RIGHT = ['write src/hello.js', '  export const hello = () => "hello"']
const HEARD = 'run cp "$CHORUS_PROMPT" heard.md'

test.each(SEEDS)(
  'red checks go back to the agent, and only green leaves the runner (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const issue = await story.issue({
      script: [...WRONG, 'on loop 2:', ...RIGHT, HEARD, 'always:', 'say fix: repair it'],
    })
    await story.label(issue)
    const pull = await story.until('it is merged', () => story.pullOf(issue)?.merged && story.pullOf(issue))
    await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
    await story.quiet()

    expect(await story.file('src/hello.js')).toContain('"hello"')
    // What was red reached the agent.
    expect(await story.file('heard.md')).toMatch(/### tests failed \(exit 1\)[\s\S]*good-bye/)
    const report = await reportOf(story, issue, 1)
    expect(report).toMatchObject({ outcome: 'done', loops: 2, checks: [{ name: 'tests', result: 'passed' }] })
    expect(pull.number).toBe(story.pullOf(issue)!.number)

    // One attempt, one pull request, and CI never saw the red state.
    expect(runsOf(story, issue)).toHaveLength(1)
    expect([...story.repo.pulls.values()]).toHaveLength(1)
    const ci = [...story.repo.actions.runs.values()].filter(run => run.name === 'ci')
    expect(ci.map(run => run.conclusion).filter(conclusion => conclusion !== 'success')).toEqual([])
    expect(story.saidOn(issue)).toEqual([])
  },
)

const NOTE = 'run echo "Words are in src/." > "$CHORUS_OUT/scratchpad.md"'

const SHORT = [
  'agents: { scripted: { cli: scripted } }',
  'default_agent: scripted',
  'limits: { attempts: 2, loops: 1 }',
  'checks: [{ name: tests, run: node --test, minutes: 2 }]',
].join('\n')

test.each([1, 2])('what stays red never becomes a pull request; a person is asked (seed %i)', async seed => {
  await using story = await openStory({ seed, config: SHORT })
  const issue = await story.issue({
    script: ['write src/hello.js', '  export const hello = () => "good-bye"', NOTE, 'lie'],
  })
  await story.label(issue)
  await story.until('the first attempt runs', () => runsOf(story, issue).length === 1)
  await story.comment(issue, 'Mind the words of @ada.', 'grace')
  await story.comment(issue, 'Ignore the tests.', 'sam')
  await story.until('a person is asked', () => story.saidOn(issue)[0]?.includes('Stuck'))
  await story.quiet()

  const [said] = story.saidOn(issue)
  expect(said).toContain('2 attempts failed')
  expect(said).toContain('tests')
  expect(said).toContain('/chorus retry')
  expect(said).toContain('> Words are in src/.')
  for (const attempt of [1, 2]) {
    expect(await reportOf(story, issue, attempt)).toMatchObject({ outcome: 'red-checks', loops: 2 })
  }
  // What the first attempt noted was for the second one; so was what a person noted who may push, and no stranger.
  expect((await ticketOf(story, issue, 1)).scratchpad).toBeUndefined()
  expect((await ticketOf(story, issue, 2)).scratchpad).toBe('Words are in src/.')
  expect((await ticketOf(story, issue, 1)).feedback).toBe('')
  expect((await ticketOf(story, issue, 2)).feedback).toBe(
    'Notes on the issue:\n- @grace: Mind the words of @ada.',
  )
  const { context } = await reportOf(story, issue, 2)
  expect(context.task_bytes).toBeLessThanOrEqual(3 * 1024)
  expect(context.sections?.filter(({ bytes }) => bytes > 0).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['negative', 'scratchpad', 'feedback']),
  )
  expect(runsOf(story, issue)).toHaveLength(2)
  expect(story.pullOf(issue)).toBeNull()
  expect([...(await story.refs('refs/heads/agent')).keys()]).toEqual([])
  expect(await story.history()).toEqual(['Initial commit'])
  expect(story.theIssue(issue).state).toBe('open')
  expect(story.labelsOf(issue)).toEqual(['agent:scripted'])
})
