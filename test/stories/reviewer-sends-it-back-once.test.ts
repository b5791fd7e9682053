import { expect, test } from 'vitest'
import { isAncestor, reactionsTo, review, runsOf } from './acts.ts'
import { GREETER } from './greeter.ts'
import { openStory, type Story } from './story.ts'

const CONFIG = [
  'agents: { scripted: { cli: scripted }, critic: { cli: scripted } }',
  'default_agent: scripted',
  'checks: [{ name: tests, run: node --test }]',
  'review: { enabled: true, agents: [critic] }',
].join('\n')

/** The repository's own words for reviewers; the scripted one is told in them what to say. */
const PROMPT = [
  'Review this.',
  '{{task}}',
  '{{checks}}',
  '{{diff}}',
  '~~~chorus-script',
  'run sed "s/^/heard: /" "$CHORUS_PROMPT"',
  'run ls',
  'on attempt 1:',
  'finding src/name.js:1 It is spelled "name".',
  'finding README.md:400 Tell @grace of it, closes #1.',
  'verdict changes A slip of the pen.',
  'on attempt 2:',
  'verdict approve Well spelled.',
  'on attempt 3:',
  'verdict approve Both are fine.',
  '~~~',
  '{{file}} {{problems}}',
].join('\n\n')

test('a reviewer sends a change back once, with a comment on its line; what a person pushes then it reviews when asked to', async () => {
  const files = { ...GREETER, '.github/chorus/prompts/review.md': PROMPT }
  await using story = await openStory({ seed: 1, config: CONFIG, files })
  const issue = await story.issue({
    acceptance: 'there is a name',
    labels: ['needs-review'],
    script: [
      'on attempt 1:',
      'write src/name.js',
      '  export const nmae = "Ada"',
      'on attempt 2:',
      'write src/name.js',
      '  export const name = "Ada"',
      'run sed "s/^/told: /" "$CHORUS_PROMPT"',
      'always:',
      'say feat(name): add a name',
    ],
  })
  await story.label(issue)
  const pull = await story.until('there is a pull request', () => story.pullOf(issue))
  const first = pull.head.sha
  await story.until('a person is waited for', () => {
    const gate = story.gateOf(pull.head.sha)
    return pull.reviews.length === 2 && gate?.title?.includes('needs-review asks for a person')
  })
  const second = pull.head.sha

  // What a person pushes is reviewed when somebody asks for it who may push.
  const own = { 'src/own.js': 'export const own = "by hand"\n' }
  const pushed = await story.push({ branch: pull.head.ref, files: own, by: 'grace' })
  await story.until('it is judged anew', () => story.gateOf(pushed)?.title?.includes('pushed to the branch'))
  const asked = await story.comment(pull.number, '/chorus review', 'tim')
  await story.until('that is refused', () => reactionsTo(story, asked).includes('-1'))
  await story.quiet()
  expect(runsOf(story, issue)).toHaveLength(4)
  await story.comment(pull.number, '/chorus review', 'grace')
  await story.until('it is reviewed', () => pull.reviews.length === 3)
  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => pull.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  // Two attempts, two reviews and the one that was asked for, each once; the second attempt goes on from the first, and hears what was found.
  expect(runsOf(story, issue).map(run => run.display_title.replace(/bd-\w+/, 'it'))).toEqual([
    'chorus work it #1',
    'chorus review it #1',
    'chorus work it #2',
    'chorus review it #2',
    'chorus review it #3',
  ])
  expect(await isAncestor(story, first, pull.head.sha)).toBe(true)
  expect(await story.file('src/name.js')).toBe('export const name = "Ada"\n')
  expect(logOf(story, issue, 'work')[1]).toContain('told: - src/name.js:1: It is spelled "name".')

  // What people see: a comment of ours for each, the one finding on its line, the other in the text, nobody notified.
  expect(pull.reviews.map(({ state, commit_id }) => [state, commit_id])).toEqual([
    ['COMMENTED', first],
    ['COMMENTED', second],
    ['COMMENTED', pushed],
    ['APPROVED', pushed],
  ])
  expect(pull.reviewComments.map(({ path, line, body }) => ({ path, line, body }))).toEqual([
    { path: 'src/name.js', line: 1, body: '> It is spelled "name".' },
  ])
  expect(pull.reviews[0]?.body).toContain('**critic asks for changes.**')
  expect(pull.reviews[0]?.body).toMatch(/`README\.md`, line 400: Tell @\u200bgrace of it/)
  expect(pull.reviews[0]?.body).not.toMatch(/closes #1/)

  // What the reviewer saw: the change, what it has to fulfil and the checks; neither the issue's words nor the repository.
  const logs = logOf(story, issue, 'review')
  for (const log of logs) {
    expect(log).toContain('heard: - there is a name')
    expect(log).toContain('heard: - tests: passed')
    expect(log).toContain('heard: - test (CI): success')
    expect(log).toMatch(/heard: \+export const n/)
    expect(log).toContain('change.diff')
    expect(log).not.toContain('Change what the script says')
    expect(log).not.toContain('hello.js')
  }
  expect(logs[1]).not.toContain('asks for')
  expect(logs.map(log => log.includes('heard: +export const own'))).toEqual([false, false, true])
  expect(story.saidOn(issue)).toHaveLength(1)
})

/** What the runs of that kind printed, oldest first. */
function logOf(story: Story, issue: number, kind: string): string[] {
  const runs = runsOf(story, issue).filter(run => run.display_title.startsWith(`chorus ${kind} `))
  return runs.map(run => run.jobs.map(job => job.log).join('\n'))
}
