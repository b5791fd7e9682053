import { expect, test } from 'vitest'
import { printAttemptRef, printLoserRef, printTaskId } from '../../core/names.ts'
import { git } from '../../twin/git.ts'
import { isAncestor, reportOf, runsOf } from './acts.ts'
import { openStory } from './story.ts'
import { usageLines } from './usage.ts'

const CONFIG = [
  'agents:',
  '  duo: { cli: scripted, race: [careful] }',
  '  careful: { cli: scripted }',
  'default_agent: careful',
  'limits: { loops: 1 }',
  'checks: [{ name: tests, run: node --test }]',
].join('\n')

test('two agents race at one task: the one with green checks lands, the other is kept and lands nowhere', async () => {
  await using story = await openStory({ seed: 1, config: CONFIG })
  const issue = await story.issue({
    script: [
      'on agent duo:',
      'write src/hello.js',
      '  export const hello = () => "good-bye"',
      'say fix: be short',
      'on agent careful:',
      'write src/name.js',
      '  // Who it is for.',
      '  export const name = "Ada"',
      'say feat: add a name',
    ],
  })
  await story.label(issue, 'agent:duo')
  const pull = await story.until('it is merged', () => story.pullOf(issue)?.merged && story.pullOf(issue))
  await story.until('the issue is closed', () => story.theIssue(issue).state === 'closed')
  await story.quiet()

  expect(await story.file('src/name.js')).toContain('"Ada"')
  const told = 'careful won the race: it alone is done (duo: red checks).'
  const { body } = story.theIssue(pull.number)
  expect(body).toContain(told)
  expect(body).toContain('attempt 1 by careful')
  // Whoever made it is named where it landed.
  const landed = await git(story.repo, ['show', '-s', '--format=%B', pull.mergeCommitSha ?? ''])
  expect(landed.stdout.toString()).toContain('Co-authored-by: careful (agent)')

  const name = { task: printTaskId(issue), attempt: 1 }
  const refs = await story.refs('refs/chorus')
  const loser = refs.get(printLoserRef({ ...name, contender: 1 })) ?? ''
  expect(await story.file('src/hello.js', loser)).toContain('good-bye')
  expect(body).toContain(`${printLoserRef({ ...name, contender: 1 })}\` (${loser.slice(0, 7)})`)
  expect(await reportOf(story, issue, 1)).toMatchObject({
    outcome: 'done',
    head: refs.get(printAttemptRef(name)),
    race: { winner: 1, contenders: [{ agent: 'duo', head: loser }, { agent: 'careful' }] },
  })
  // Both are in the accounts, a line each.
  const lines = (await usageLines(story)).map(({ agent, attempt, outcome }) => [agent, attempt, outcome])
  expect(lines).toEqual([
    ['duo', 1, 'red-checks'],
    ['careful', 1, 'done'],
  ])

  // One run, one pull request, and nothing of what lost is on any branch.
  expect(runsOf(story, issue)).toHaveLength(1)
  expect([...story.repo.pulls.values()]).toHaveLength(1)
  expect(await story.file('src/hello.js')).not.toContain('good-bye')
  for (const head of (await story.refs('refs/heads')).values()) {
    expect(await isAncestor(story, loser, head)).toBe(false)
  }
})
