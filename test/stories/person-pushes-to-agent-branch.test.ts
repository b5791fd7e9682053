import { expect, test } from 'vitest'
import { gitText } from '../../twin/git.ts'
import type { Pull } from '../../twin/pulls/state.ts'
import { isAncestor, isAtWork, review, runsOf } from './acts.ts'
import { openStory, SEEDS, type Story } from './story.ts'

const OWN = { 'src/own.js': 'export const own = "by hand"\n' }

function waitingPull(story: Story, issue: number): Promise<Pull> {
  return story.until('it waits for a person', () => {
    const made = story.pullOf(issue)
    return made !== null && story.gateOf(made.head.sha)?.title?.startsWith('review:') && made
  })
}

test.each(SEEDS)('commits of a person are kept, and judged as the new head (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    labels: ['needs-review'],
    script: ['write src/made.js', '  export const made = 1', 'say feat: made'],
  })
  await story.label(issue)
  const pull = await waitingPull(story, issue)
  const attempt = pull.head.sha
  await story.push({ branch: pull.head.ref, files: OWN, by: 'grace' })
  await story.until('the gate judges the new head', () => {
    return pull.head.sha !== attempt && story.gateOf(pull.head.sha)?.title?.includes('pushed to the branch')
  })
  await story.quiet()
  const pushed = pull.head.sha
  expect(pull.merged).toBe(false)
  expect((await story.refs('refs/heads/agent')).get(`refs/heads/${pull.head.ref}`)).toBe(pushed)

  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => pull.merged)
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  expect(pull.head.sha).toBe(pushed)
  expect(await isAncestor(story, attempt, pushed)).toBe(true)
  expect(await story.file('src/own.js')).toContain('by hand')
  expect(await story.file('src/made.js')).toContain('made')
  // One commit of the app's: both are named in it.
  const landed = await gitText(story.repo, ['log', '-1', '--format=%an%n%B', 'main'])
  expect(landed).toMatch(/^chorus\[bot\]\n/)
  expect(landed).toMatch(/\nCo-authored-by: \w+ \(agent\) <.*\nCo-authored-by: grace </)
  expect(runsOf(story, issue)).toHaveLength(1)
})

test.each([1, 2])('red CI on a commit of a person starts no attempt (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    labels: ['needs-review'],
    script: [
      'on attempt 1:',
      'write src/made.js',
      '  export const made = 1',
      'on attempt 2:',
      'delete test/red.test.js',
      'always:',
      'say feat: made',
    ],
  })
  await story.label(issue)
  const pull = await waitingPull(story, issue)
  const files = { 'test/red.test.js': 'throw new Error("red by hand")\n' }
  const pushed = await story.push({ branch: pull.head.ref, files, by: 'grace' })
  await story.until('the gate says so', () => story.gateOf(pushed)?.conclusion === 'failure')
  await story.quiet()
  expect(story.gateOf(pushed)?.title).toBe('checks: the check "test" failed')
  expect(runsOf(story, issue)).toHaveLength(1)
  expect(pull.head.sha).toBe(pushed)
  expect(pull.merged).toBe(false)

  // Asked to, the agent goes on from there.
  await story.comment(pull.number, '/chorus revise Take the red test out again.')
  await story.until('there is a second attempt on top', () => pull.head.sha !== pushed)
  expect(await isAncestor(story, pushed, pull.head.sha)).toBe(true)
})

test.each(SEEDS)('a push during an attempt is not overwritten by it (seed %i)', async seed => {
  await using story = await openStory({ seed })
  const issue = await story.issue({
    labels: ['needs-review'],
    script: [
      'on attempt 2:',
      'wait 2',
      'always:',
      'run echo "// attempt $CHORUS_ATTEMPT" >> src/made.js',
      'say feat: made',
    ],
  })
  await story.label(issue)
  const pull = await waitingPull(story, issue)
  await story.comment(pull.number, '/chorus revise Once more, please.')
  await story.until('the agent is at it', () => isAtWork(story, issue, 2))
  const pushed = await story.push({ branch: pull.head.ref, files: OWN, by: 'grace' })
  await story.until('somebody is told', () => story.saidOn(issue).at(-1)?.includes('somebody pushed to'))
  await story.quiet()

  expect(pull.head.sha).toBe(pushed)
  expect(pull.merged).toBe(false)
  expect(runsOf(story, issue)).toHaveLength(2)
  expect(await story.file('src/made.js', pull.head.ref)).toBe('// attempt 1\n')
  expect(story.gateOf(pushed)).toMatchObject({ conclusion: null })
  expect(story.saidOn(issue)).toHaveLength(1)
  expect(story.saidOn(issue)[0]).toContain('/chorus revise')

  // Which of the two goes on was for a person to say.
  await story.comment(pull.number, '/chorus revise Go on from what I pushed.')
  await story.until('both are there', () => pull.head.sha !== pushed)
  await story.until('it waits for a person', () => story.gateOf(pull.head.sha)?.title?.startsWith('review:'))
  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is merged', () => pull.merged)
  await story.quiet()
  expect(await story.file('src/own.js')).toContain('by hand')
  expect(await story.file('src/made.js')).toBe('// attempt 1\n// attempt 3\n')
})
